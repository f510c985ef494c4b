// One polite live region for the page: what a screen reader says once it has finished its sentence.

const region = document.createElement("div");
region.className = "visually-hidden";
region.setAttribute("role", "status");
(document.querySelector("main") ?? document.body).append(region);

export function announce(text) {
  // A region that is written anew in the same breath as it was emptied stays silent in some readers.
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 100);
}
