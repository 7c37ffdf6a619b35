import { now } from "../clock.js";
import { moneyText } from "../numbers.js";
import { roomOf } from "./live-room.js";
import { said, word } from "../words.js";

/**
 * `<flash-bar data-address="/buy?room=…&sku=">`: the flash offer of the room, with countdown and stock.
 * Stays away while there is none.
 */
class FlashBar extends HTMLElement {
  connectedCallback() {
    const write = () => this.#write();
    for (const name of ["snapshot", "flash", "stock", "flash_over"]) {
      roomOf(this)?.addEventListener(`room-${name}`, write);
    }
    this.addEventListener("over", write);
    document.addEventListener("language", write);
    write();
  }

  #write() {
    const flash = roomOf(this)?.facts.flash;
    this.hidden = !flash || flash.ends_at <= now();
    if (this.hidden) return;
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

customElements.define("flash-bar", FlashBar);
