// Sends a form in the background and reads the part of the page that answers.

// The answer as a document of its own: the part that was asked for, or a sentence that refuses it for now (with new
// marks of the form). Null for anything else (signed out, failed).
export async function send(form, part) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Fragment": part },
  });
  if (![part, "refusal"].includes(answer.headers.get("X-Fragment"))) return null;
  return read(answer);
}

export async function read(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Puts `fresh` where `old` is and lets the modules bind to it.
export function replace(old, fresh) {
  old.replaceWith(fresh);
  fresh.dispatchEvent(new CustomEvent("consult:inserted", { bubbles: true }));
}

// Tells every page of this site that is open in this browser that one's own act has changed the figures.
export function tellFigures() {
  const channel = new BroadcastChannel("consult");
  channel.postMessage("acted");
  channel.close();
}
