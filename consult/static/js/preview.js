// Shows a text as it will look, while it is being written and the preview is open. On the <details> of the preview;
// the server makes it, with the one function that makes what is published.

import { read } from "./send.js";

const PAUSE = 600;

export default function (box) {
  const field = document.getElementById(box.dataset.for);
  const place = box.querySelector(".prose");
  const empty = [...place.childNodes];
  let timer = 0;
  let shown = "";
  let pending = null;

  async function show() {
    const text = field.value;
    if (!box.open || text === shown) return;
    pending?.abort();
    pending = new AbortController();
    const body = new FormData();
    body.set("csrf_token", field.form.elements.csrf_token.value);
    body.set("text", text);
    try {
      const answer = await fetch(box.dataset.url, { method: "POST", body, signal: pending.signal });
      if (!answer.headers.get("X-Fragment")) throw new Error(answer.status);
      const made = [...(await read(answer)).body.childNodes];
      place.replaceChildren(...(made.length ? made : empty));
      shown = text;
    } catch (failure) {
      if (failure.name !== "AbortError") place.textContent = box.dataset.failed;
    }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  }

  box.addEventListener("toggle", show);
  field.addEventListener("input", soon);
}
