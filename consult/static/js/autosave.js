// Keeps the draft on the server while it is being written. On the form; the line that tells is its [data-draft].

import { announce, warn } from "./announce.js";

const PAUSE = 2000;

export default function (form) {
  const line = form.querySelector("[data-draft]");
  let timer = 0;
  let sent = typed(form);
  let told = false;
  let current = Promise.resolve();

  async function save(keepalive = false) {
    clearTimeout(timer);
    const text = typed(form);
    if (text === sent) return;
    try {
      const answer = await fetch(line.dataset.draft, { method: "POST", body: new FormData(form), keepalive });
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

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(queue, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
}

function typed(form) {
  return new URLSearchParams(new FormData(form)).toString();
}
