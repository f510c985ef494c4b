// Keeps the draft on the server while it is being written. On the form; the line that tells is its [data-draft].

import { announce, warn } from "./announce.js";

const PAUSE = 2000;
// Bytes that a browser sends on for a page that has gone, less what surrounds them.
const LARGEST = 60_000;

export default function (form) {
  const line = form.querySelector("[data-draft]");
  let timer = 0;
  let sent = form.dataset.unsaved ? null : stored(form); // what came back to be mended is stored nowhere
  let told = false;
  let current = Promise.resolve();

  async function save(keepalive = false) {
    clearTimeout(timer);
    const text = typed(form);
    if (text === sent) return;
    try {
      const body = new FormData(form);
      const outlives = keepalive && bytes(body) < LARGEST; // a larger one would be refused
      const answer = await fetch(line.dataset.draft, { method: "POST", body, keepalive: outlives });
      if (!answer.ok || !answer.headers.get("X-Fragment")) throw new Error(answer.status);
      sent = text;
      line.textContent = await answer.text();
      line.classList.remove("field__error");
      form.dispatchEvent(new CustomEvent("consult:saved", { detail: text }));
      if (!told) announce(line.textContent);
      told = true;
    } catch {
      if (line.textContent !== line.dataset.failed) warn(line.dataset.failed);
      line.textContent = line.dataset.failed;
      line.classList.add("field__error");
      timer = setTimeout(queue, 10 * PAUSE);
    }
  }

  // One after the other: an older text must not arrive after a newer one.
  function queue() {
    current = current.then(() => save());
  }

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(queue, PAUSE);
  }

  form.addEventListener("input", wait);
  // The form brings it now: an autosave on top could arrive after the text is published, and be a draft once more.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    sent = typed(form);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
  if (typed(form) !== sent) wait(); // written before this script was there
}

function typed(form) {
  return new URLSearchParams(new FormData(form)).toString();
}

// What the server sent the form with.
function stored(form) {
  const copy = form.cloneNode(true);
  copy.reset();
  return typed(copy);
}

function bytes(body) {
  return new TextEncoder().encode([...body.values()].join("")).length;
}
