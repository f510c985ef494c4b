// Binds the elements of a page to the modules that they name in data-module; only those are loaded.
// Every page works without any of them: a module that cannot be loaded leaves its element as it was.

const MODULES = {
  autosave: () => import("./autosave.js"),
  comments: () => import("./comments.js"),
  counter: () => import("./counter.js"),
  figures: () => import("./figures.js"),
  guard: () => import("./guard.js"),
  preview: () => import("./preview.js"),
  proof: () => import("./proof.js"),
  share: () => import("./share.js"),
  support: () => import("./support.js"),
};
const bound = new WeakMap();

async function load(element, name) {
  const names = bound.get(element) ?? new Set();
  if (names.has(name) || !MODULES[name]) return;
  bound.set(element, names.add(name));
  try {
    (await MODULES[name]()).default(element);
  } catch (failure) {
    console.error(failure);
  }
}

function bind(root) {
  const within = root.querySelectorAll("[data-module]");
  for (const element of root.matches("[data-module]") ? [root, ...within] : within) {
    for (const name of element.dataset.module.split(" ")) load(element, name);
  }
}

// Sent by a module at what it has just put into the page.
document.addEventListener("consult:inserted", (event) => bind(event.target));
bind(document.body);
