import { now } from "../clock.js";
import { moneyText } from "../numbers.js";
import { roomOf } from "./live-room.js";
import { said, word } from "../words.js";

/**
 * `<flash-bar data-address="/buy?room=…&sku=">`: the flash offer of the room, with countdown and stock.
 * Stays away while there is none.
 */
class FlashBar extends HTMLElement {
  /** @type {any} */
  #flash = null;

  connectedCallback() {
    const room = roomOf(this);
    room?.addEventListener("room-snapshot", (event) => this.#show(detailOf(event).flash));
    room?.addEventListener("room-flash", (event) => this.#show(detailOf(event)));
    room?.addEventListener("room-stock", (event) => this.#stock(detailOf(event)));
    room?.addEventListener("room-flash_over", (event) => this.#over(detailOf(event)));
    document.addEventListener("language", () => this.#write());
  }

  /** @param {any} flash */
  #show(flash) {
    this.#flash = flash && flash.ends_at > now() ? flash : null;
    this.#write();
  }

  /** @param {any} stock */
  #stock(stock) {
    if (this.#flash?.offer !== stock.offer) return;
    this.#flash = { ...this.#flash, left: stock.left, quantity: stock.quantity };
    this.#write();
  }

  /** @param {any} over */
  #over(over) {
    if (this.#flash?.offer !== over.offer) return;
    this.#flash = null;
    this.#write();
  }

  #write() {
    const flash = this.#flash;
    this.hidden = !flash;
    if (!flash) return;
    const link = this.querySelector("a");
    link?.setAttribute("href", `${this.dataset.address ?? ""}${flash.item.sku}`);
    this.querySelector("flash-clock")?.setAttribute("data-until", flash.ends_at);
    const text = this.querySelector("[data-slot=text]");
    const values = { title: said(flash.item.title), price: moneyText(flash.item.price_fen, { dropZeroCents: true }) };
    if (text) text.textContent = word(flash.left ? "flash-left" : "flash-gone", { ...values, left: flash.left });
    const bar = this.querySelector("stock-bar");
    bar?.setAttribute("data-quantity", flash.quantity);
    bar?.setAttribute("data-left", flash.left);
  }
}

/** @param {Event} event */
const detailOf = (event) => /** @type {CustomEvent} */ (event).detail;

customElements.define("flash-bar", FlashBar);
