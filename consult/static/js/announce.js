// Two live regions for the page: what a screen reader says once it has finished its sentence, and what has gone
// wrong, for which it interrupts itself.

const polite = make("status");
let urgent = null;

function make(role) {
  const region = document.createElement("div");
  region.className = "visually-hidden";
  region.setAttribute("role", role);
  (document.querySelector("main") ?? document.body).append(region);
  return region;
}

export function warn(text) {
  urgent ??= make("alert");
  say(urgent, text);
}

export function announce(text) {
  say(polite, text);
}

function say(region, text) {
  // A region that is written anew in the same breath as it was emptied stays silent in some readers.
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 100);
}
