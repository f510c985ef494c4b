// Commenting and answering in place. On the element around the comments and their form.

import { announce } from "./announce.js";
import { read, replace, send, tellFigures } from "./send.js";

const FORM = "comment-form";

export default function (place) {
  place.addEventListener("submit", (event) => {
    event.preventDefault();
    publish(place, event.target, event.target.closest(`[id^="${FORM}"]`));
  });
  place.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("[data-reply], [data-cancel]");
    const box = link?.closest(".reply-box");
    if (link?.matches("[data-reply]")) {
      event.preventDefault();
      open(link);
    } else if (box) {
      event.preventDefault();
      close(box);
    }
  });
  place.addEventListener("keydown", (event) => {
    const box = event.target.closest(".reply-box");
    if (event.key === "Escape" && box) close(box);
  });
}

async function publish(place, form, box) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  try {
    const answer = await send(form, "discussion");
    if (!answer) throw new Error("no discussion");
    const fresh = answer.querySelector("#discussion");
    if (!fresh) refuse(form, answer);
    else if (fresh.dataset.said) show(place, fresh, box);
    else mend(fresh, box);
  } catch {
    complain(form, place.dataset.failed);
  } finally {
    delete form.dataset.busy;
  }
}

// The comment stands: the list is renewed, what is being written elsewhere on the page stays.
function show(place, fresh, box) {
  const published = fresh.querySelector(`#${fresh.dataset.published}`);
  if (box.id === FORM) replace(box, fresh.querySelector(`#${FORM}`)); // first: what was sent is not asked about
  if (!published) return location.assign(fresh.dataset.address); // on a later page of comments
  const boxes = [...place.querySelectorAll(".reply-box")].filter((open) => open !== box);
  replace(place.querySelector("#comments-list"), fresh.querySelector("#comments-list"));
  for (const open of boxes) put(open, document.getElementById(open.dataset.under));
  published.tabIndex = -1;
  published.focus();
  announce(fresh.dataset.said);
  tellFigures();
}

// Something is to be mended: the form comes back with its summary, which takes the focus.
function mend(fresh, box) {
  const form = fresh.querySelector(`#${FORM}`);
  if (box.dataset.under) dress(form, box.dataset.under);
  replace(box, form);
  form.querySelector(".error-summary").focus();
}

// Not now: the form stays as it is, with the marks that it is to be sent again with.
function refuse(form, answer) {
  for (const mark of answer.querySelectorAll("input")) form.elements[mark.name].value = mark.value;
  complain(form, answer.querySelector("p").textContent);
}

function complain(form, text) {
  form.querySelector(".form__failed")?.remove();
  const line = document.createElement("p");
  line.className = "field__error form__failed";
  line.setAttribute("role", "alert");
  form.append(line);
  line.textContent = text;
}

// The form that answers a comment, under it. It is the one that the link leads to without this script.
async function open(link) {
  const comment = link.closest(".comment");
  let box = comment.querySelector(":scope > .reply-box");
  if (!box) {
    if (link.dataset.busy) return; // a second click while the form is on its way
    link.dataset.busy = "1";
    try {
      const answer = await fetch(link.href);
      box = (await read(answer)).getElementById(FORM);
      if (!answer.ok || !box.querySelector("[name=parent]")) throw new Error("no form");
    } catch {
      return location.assign(link.href);
    } finally {
      delete link.dataset.busy;
    }
    dress(box, comment.id);
    put(box, comment);
    box.dispatchEvent(new CustomEvent("consult:inserted", { bubbles: true }));
  }
  box.hidden = false;
  box.querySelector("textarea").focus();
}

function put(box, comment) {
  comment?.querySelector(":scope > .comment__actions")?.after(box);
}

// Out of sight only: what was typed is there again when the form is opened once more.
function close(box) {
  box.hidden = true;
  box.closest(".comment").querySelector("[data-reply]").focus();
}

// Ids of its own, for there may be several of these on a page, and a heading of its place among the comments.
function dress(box, under) {
  const rename = (name) => `${name}-${under}`;
  for (const element of [box, ...box.querySelectorAll("[id], [for], [aria-describedby], [aria-labelledby], [href]")]) {
    if (element.id) element.id = rename(element.id);
    for (const name of ["for", "aria-describedby", "aria-labelledby", "data-for"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.split(" ").map(rename).join(" "));
    }
    const target = element.getAttribute("href");
    if (target?.startsWith("#")) element.setAttribute("href", `#${rename(target.slice(1))}`);
  }
  const [title, heading] = [box.querySelector("h2"), document.createElement("h4")];
  heading.id = title.id;
  heading.append(...title.childNodes);
  title.replaceWith(heading);
  const cancel = box.querySelector("[data-cancel]");
  cancel.textContent = cancel.dataset.cancel;
  box.setAttribute("role", "group"); // two answers to one person would be two landmarks of the same name
  box.classList.add("reply-box");
  box.dataset.under = under;
}
