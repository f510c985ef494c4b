// Keeps the figures of an open consultation fresh while somebody looks at them. On the element around the tiles.
// They are no live region: numbers that other people move are not read out to somebody who reads something else.

import { read } from "./send.js";

const EVERY = 30_000;
const SLOWEST = 8 * EVERY;

export default function (place) {
  const pause = place.querySelector("[data-again]");
  let wait = EVERY;
  let timer = 0;
  let stopped = false;

  async function refresh(cache) {
    clearTimeout(timer);
    if (stopped) return;
    try {
      // Without the session: the figures are the same for everybody, and one answer in a cache serves all.
      const answer = await fetch(place.dataset.url, { credentials: "omit", cache });
      if (!answer.ok) throw new Error(answer.status);
      const fresh = (await read(answer)).body.firstElementChild;
      show(place, fresh);
      if (!fresh.dataset.url) return end();
      wait = EVERY;
    } catch {
      wait = Math.min(2 * wait, SLOWEST);
    }
    next();
  }

  function next() {
    clearTimeout(timer);
    if (!stopped && document.visibilityState === "visible") timer = setTimeout(refresh, wait);
  }

  function look() {
    if (document.visibilityState === "visible") refresh();
    else clearTimeout(timer);
  }

  // It has closed: nothing will change any more.
  function end() {
    document.removeEventListener("visibilitychange", look);
    pause.parentElement.remove();
  }

  // What changes by itself can be stopped by whoever it disturbs.
  pause.addEventListener("click", () => {
    stopped = !stopped;
    [pause.textContent, pause.dataset.again] = [pause.dataset.again, pause.textContent];
    refresh();
  });

  // An open channel would keep a page that is left from being kept for the way back.
  function listen() {
    const channel = new BroadcastChannel("consult");
    channel.addEventListener("message", () => refresh("reload"));
    window.addEventListener("pagehide", () => channel.close(), { once: true });
  }

  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    listen();
    refresh("reload");
  });
  listen();
  next();
}

function show(place, fresh) {
  for (const tile of fresh.querySelectorAll("[data-figure]")) {
    const old = place.querySelector(`[data-figure="${tile.dataset.figure}"]`);
    for (const part of [".figures__value", ".figures__label"]) {
      const [from, to] = [tile.querySelector(part), old?.querySelector(part)];
      if (from && to && from.textContent !== to.textContent) to.textContent = from.textContent;
    }
  }
}
