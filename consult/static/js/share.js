// Copies the address of a page, or hands it to the device's own way of sharing. On the box with the links.

import { announce } from "./announce.js";

const PAUSE = 4000;

export default function (box) {
  const field = box.querySelector("input");
  field.addEventListener("focus", () => field.select());
  if (navigator.clipboard) {
    const button = add(field, box.dataset.copy, async () => {
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        field.focus();
        return;
      }
      button.textContent = box.dataset.copied;
      announce(box.dataset.copied);
      setTimeout(() => (button.textContent = box.dataset.copy), PAUSE);
    });
  }
  if (navigator.share) {
    const title = box.ownerDocument.querySelector("h1").textContent.trim();
    // Who closes the device's sheet has changed their mind: nothing to say about it.
    add(field, box.dataset.share, () => navigator.share({ title, url: field.value }).catch(() => {}));
  }
}

function add(field, label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--secondary";
  button.textContent = label;
  button.addEventListener("click", act);
  field.parentElement.append(button);
  return button;
}
