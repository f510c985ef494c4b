// Supporting and taking it back without a new page. On the element around the support box.

import { announce } from "./announce.js";
import { replace, send, tellFigures } from "./send.js";

export default function (place) {
  let busy = false;
  place.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    if (busy) return;
    busy = true;
    try {
      const fresh = (await send(form, "support"))?.querySelector(".support");
      if (!fresh) throw new Error("no support box");
      replace(place.querySelector(".support"), fresh);
      fresh.querySelector("button")?.focus();
      announce(fresh.dataset.said);
      tellFigures();
    } catch {
      form.submit(); // the act may be sent twice: it counts once
    } finally {
      busy = false;
    }
  });
}
