import { now } from "../clock.js";
import { moneyText } from "../numbers.js";
import { roomOf } from "./live-room.js";
import { word } from "../words.js";

/**
 * `<coupon-drop data-address="/live/rom_…/drops/">`: coupons that are thrown into the room, with
 * countdown and what is left; its form catches one. Stays away while there is none.
 */
class CouponDrop extends HTMLElement {
  connectedCallback() {
    const write = () => this.#write();
    for (const name of ["snapshot", "drop", "drop_left", "drop_over"]) {
      roomOf(this)?.addEventListener(`room-${name}`, write);
    }
    this.addEventListener("over", write);
    document.addEventListener("language", write);
    write();
  }

  #write() {
    const drop = roomOf(this)?.facts.drop;
    this.hidden = !drop || drop.ends_at <= now() || drop.left <= 0;
    if (this.hidden) return;
    const address = `${this.dataset.address ?? ""}${drop.drop}`;
    const form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
    if (form.getAttribute("action") !== address) {
      form.setAttribute("action", address);
      form.setAttribute("hx-post", address);
      window.htmx.process(form);
    }
    this.querySelector("count-down")?.setAttribute("data-until", drop.ends_at);
    const values = {
      rate: `${(drop.rate_bps ?? 0) / 100}%`,
      off: moneyText(drop.off_fen, { dropZeroCents: true }),
      least: moneyText(drop.min_goods_fen, { dropZeroCents: true }),
    };
    this.#slot("what").textContent = word(drop.rate_bps ? "coupon-rate" : "coupon-off", values);
    this.#slot("left").textContent = word("pieces-left", { left: drop.left });
  }

  /** @param {string} name */
  #slot(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-slot="${name}"]`));
  }
}

customElements.define("coupon-drop", CouponDrop);
