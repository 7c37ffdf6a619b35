/**
 * `<passkey-form data-options="/…" data-ticket="ticket" data-answer="answer"><form>…</form></passkey-form>`:
 * on submit, the server is asked what to ask the key, the key is asked, and the form goes off with both.
 * `data-make` makes a new key. A `phone` field of the form goes along with the question.
 */
import { post } from "../requests.js";
import { toast } from "../toasts.js";
import { word } from "../words.js";

class PasskeyForm extends HTMLElement {
  #asking = false;

  connectedCallback() {
    this.addEventListener("submit", (event) => this.#submitted(event), true);
  }

  /** @param {Event} event */
  #submitted(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (field(form, this.dataset.answer).value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.#asking) this.#ask(form);
  }

  /** @param {HTMLFormElement} form */
  async #ask(form) {
    if (!globalThis.PublicKeyCredential) return toast(word("no-passkeys"), "bad");
    this.#asking = true;
    form.setAttribute("aria-busy", "true");
    try {
      const phone = new FormData(form).get("phone");
      const answer = await post(this.dataset.options ?? "", phone ? { phone: String(phone) } : {});
      const body = await answer.json();
      if (!answer.ok) return toast(body.message, "bad");
      const credential = await ask(body.options, this.hasAttribute("data-make"));
      field(form, this.dataset.ticket).value = body.ticket;
      field(form, this.dataset.answer).value = JSON.stringify(credential);
      form.requestSubmit();
    } catch (error) {
      // Taken back by the person, or timed out: the page stays as it is and says so.
      toast(word(error instanceof DOMException ? "passkey-not-used" : "no-answer"), "bad");
    } finally {
      this.#asking = false;
      form.removeAttribute("aria-busy");
    }
  }
}

/**
 * @param {any} options
 * @param {boolean} makes
 */
async function ask(options, makes) {
  const asked = { ...options, challenge: bytes(options.challenge) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (asked[list]) asked[list] = asked[list].map((/** @type {any} */ one) => ({ ...one, id: bytes(one.id) }));
  }
  if (makes) asked.user = { ...options.user, id: bytes(options.user.id) };
  const credential = /** @type {any} */ (
    makes
      ? await navigator.credentials.create({ publicKey: asked })
      : await navigator.credentials.get({ publicKey: asked })
  );
  const { response } = credential;
  const told = makes
    ? { attestationObject: text(response.attestationObject) }
    : {
        authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        userHandle: response.userHandle ? text(response.userHandle) : null,
      };
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: { clientDataJSON: text(response.clientDataJSON), ...told },
    clientExtensionResults: {},
  };
}

/**
 * @param {HTMLFormElement} form
 * @param {string} [name]
 */
function field(form, name = "") {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** @param {string} told base64url */
function bytes(told) {
  const plain = atob(told.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

customElements.define("passkey-form", PasskeyForm);
