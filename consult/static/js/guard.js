// Asks before a page is left on which something was written that is stored nowhere. On the form.

export default function (form) {
  let sending = false;
  let saved = null; // what the server's draft holds already

  form.addEventListener("consult:saved", (event) => (saved = event.detail));
  // On the window, after everybody else: a form that is sent in the background leaves no page.
  window.addEventListener("submit", (event) => {
    if (event.target === form && !event.defaultPrevented) sending = true;
  });
  window.addEventListener("pageshow", () => (sending = false));
  window.addEventListener("beforeunload", (event) => {
    if (form.isConnected && !sending && differs(form) && typed(form) !== saved) event.preventDefault();
  });
}

function differs(form) {
  if (form.dataset.unsaved) return true; // it came back to be mended
  return [...form.elements].some((field) => {
    if (!field.name || field.type === "hidden") return false;
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.options) return field.selectedIndex !== chosenAtFirst(field);
    return "defaultValue" in field && field.value !== field.defaultValue;
  });
}

function chosenAtFirst(select) {
  return Math.max(0, [...select.options].findIndex((option) => option.defaultSelected));
}

function typed(form) {
  return new URLSearchParams(new FormData(form)).toString();
}
