import { roomOf } from "./live-room.js";
import { said, word } from "../words.js";

/** `<order-notice hidden>`: who just bought, one line for a few seconds; a crowd becomes one line. */
const STAYS_MS = 5000;

class OrderNotice extends HTMLElement {
  #timer = 0;
  #buyers = 0;

  connectedCallback() {
    roomOf(this)?.addEventListener("room-bought", (event) => this.#bought(/** @type {CustomEvent} */ (event).detail));
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /** @param {any} bought */
  #bought(bought) {
    this.#buyers += 1;
    const values = { name: bought.name, title: said(bought.title), others: this.#buyers - 1 };
    const slot = this.querySelector("[data-slot=text]");
    if (slot) slot.textContent = word(this.#buyers > 1 ? "bought-many" : "bought", values);
    this.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.hidden = true;
      this.#buyers = 0;
    }, STAYS_MS);
  }
}

customElements.define("order-notice", OrderNotice);
