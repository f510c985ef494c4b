// Says how much may still be written, counted as the server counts. On the line that says how long a text may be.

import { announce, warn } from "./announce.js";

const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const EDGES = /^[^\S\ufeff]+|[^\S\ufeff]+$/g;
const PAUSE = 1200;

export default function (line) {
  const field = document.getElementById(line.dataset.for);
  const limit = Number(line.dataset.limit);
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const steps = [limit / 5, limit / 10, limit / 20, 0]; // near the end only, and once each
  let said = 0;
  let timer = 0;

  function count() {
    const left = limit - length(field.value, field.tagName === "INPUT");
    const text = (left < 0 ? line.dataset.over : line.dataset.left).replace("#", numbers.format(Math.abs(left)));
    line.textContent = text;
    line.classList.toggle("counter--over", left < 0);
    const step = left < 0 ? steps.length : steps.filter((at) => left <= at).length;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (step > said) (left < 0 ? warn : announce)(text);
      said = step;
    }, PAUSE);
  }

  field.addEventListener("input", count);
  if (field.value) count();
}

// Characters of the text as it will be stored: composed, line ends of one character, nothing at the edges.
function length(text, oneLine) {
  let stored = text.replace(/\r\n?/g, "\n").normalize("NFC");
  if (oneLine) stored = stored.replace(BIDI, "").replace(/[ \t\r\n\f\v]+/g, " ");
  return [...stored.replace(EDGES, "")].length;
}
