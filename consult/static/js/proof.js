// Works out the proof of a form while it is being filled in. On its hidden field; a form without one, because this
// cannot run, is answered with a pause instead.

const AT_ONCE = 8;

export default function (field) {
  const form = field.form;
  let proof = null; // on its way, or here
  let sent = false;

  function begin() {
    proof ??= solve(JSON.parse(field.dataset.challenge)).then(
      (found) => (field.value = found),
      () => "none",
    );
    return proof;
  }

  form.addEventListener("focusin", begin, { once: true });
  form.addEventListener("submit", async (event) => {
    if (sent) return event.preventDefault(); // a proof is good once: the second click of two sends nothing
    if (event.defaultPrevented) return;
    if (field.value || !crypto.subtle) {
      sent = true;
      return;
    }
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const found = await begin();
    delete form.dataset.busy;
    if (found === "none") form.submit();
    else form.requestSubmit(event.submitter);
  });
  window.addEventListener("pageshow", () => (sent = false));
}

async function solve({ parameters, signature }) {
  const prefix = bytes(parameters.keyPrefix);
  for (let first = 0; ; first += AT_ONCE) {
    const counters = Array.from({ length: AT_ONCE }, (_, place) => first + place);
    const keys = await Promise.all(counters.map((counter) => derive(parameters, counter)));
    const place = keys.findIndex((key) => prefix.every((byte, at) => key[at] === byte));
    if (place < 0) continue;
    const solution = { counter: first + place, derivedKey: hex(keys[place]) };
    return btoa(JSON.stringify({ challenge: { parameters, signature }, solution }));
  }
}

async function derive({ nonce, salt, cost, keyLength }, counter) {
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8));
}

function bytes(text) {
  return Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16));
}

function hex(key) {
  return [...key].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
