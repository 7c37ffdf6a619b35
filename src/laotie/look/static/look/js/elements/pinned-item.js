import { now } from "../clock.js";
import { moneyText, priceTag } from "../numbers.js";
import { roomOf } from "./live-room.js";
import { said, word } from "../words.js";

/**
 * `<pinned-item data-address="/buy?room=…&sku=">`: the item that the host presents, or else the one of
 * the flash offer. Stays away while there is neither.
 */
class PinnedItem extends HTMLElement {
  /** @type {any} */
  #pinned = null;
  /** @type {any} */
  #flash = null;

  connectedCallback() {
    const room = roomOf(this);
    room?.addEventListener("room-snapshot", (event) => {
      const { pinned, flash } = detailOf(event);
      this.#pinned = pinned?.item ?? null;
      this.#flash = flash && flash.ends_at > now() ? flash : null;
      this.#write();
    });
    room?.addEventListener("room-pinned", (event) => this.#pin(detailOf(event).item));
    room?.addEventListener("room-unpinned", () => this.#pin(null));
    room?.addEventListener("room-flash", (event) => this.#sell(detailOf(event)));
    room?.addEventListener("room-flash_over", () => this.#sell(null));
    document.addEventListener("language", () => this.#write());
  }

  /** @param {any} item */
  #pin(item) {
    this.#pinned = item;
    this.#write();
  }

  /** @param {any} flash */
  #sell(flash) {
    this.#flash = flash;
    this.#write();
  }

  #write() {
    const flash = this.#flash;
    const onSale = flash && (!this.#pinned || this.#pinned.product === flash.item.product);
    const item = onSale ? flash.item : this.#pinned;
    this.hidden = !item;
    if (!item) return;
    this.querySelector("a")?.setAttribute("href", `${this.dataset.address ?? ""}${item.sku}`);
    const picture = this.querySelector("img");
    if (picture && picture.getAttribute("src") !== item.picture) picture.src = item.picture;
    this.#slot("title").textContent = said(item.title);
    const cost = [priceTag(item.price_fen)];
    if (item.list_price_fen > item.price_fen) {
      const before = document.createElement("del");
      before.className = "num";
      before.textContent = moneyText(item.list_price_fen, { dropZeroCents: true });
      cost.push(before);
    }
    this.#slot("price").replaceChildren(...cost);
    this.#slot("go").textContent = word(onSale ? "grab" : "buy");
    this.#slot("now").hidden = !this.#pinned;
    const strip = this.#slot("strip");
    strip.hidden = !onSale;
    if (onSale) strip.querySelector("count-down")?.setAttribute("data-until", flash.ends_at);
  }

  /** @param {string} name */
  #slot(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-slot="${name}"]`));
  }
}

/** @param {Event} event */
const detailOf = (event) => /** @type {CustomEvent} */ (event).detail;

customElements.define("pinned-item", PinnedItem);
