import { now } from "../clock.js";
import { moneyText, priceTag } from "../numbers.js";
import { roomOf } from "./live-room.js";
import { said, word } from "../words.js";

/**
 * `<pinned-item data-address="/buy?room=…&sku=">`: the item that the host presents, or else the one of
 * the flash offer. Stays away while there is neither.
 */
class PinnedItem extends HTMLElement {
  connectedCallback() {
    const write = () => this.#write();
    for (const name of ["snapshot", "pinned", "unpinned", "flash", "flash_over"]) {
      roomOf(this)?.addEventListener(`room-${name}`, write);
    }
    this.addEventListener("over", write);
    document.addEventListener("language", write);
    write();
  }

  #write() {
    const { pinned, flash: offered } = roomOf(this)?.facts ?? { pinned: null, flash: null };
    const flash = offered && offered.ends_at > now() ? offered : null;
    const onSale = flash && (!pinned || pinned.product === flash.item.product);
    const item = onSale ? flash.item : pinned;
    this.hidden = !item;
    if (!item) return;
    this.querySelector("a")?.setAttribute("href", `${this.dataset.address ?? ""}${item.sku}`);
    const picture = this.querySelector("img");
    if (picture && item.picture && picture.getAttribute("src") !== item.picture) picture.src = item.picture;
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
    this.#slot("now").hidden = !pinned;
    const strip = this.#slot("strip");
    strip.hidden = !onSale;
    if (onSale) strip.querySelector("count-down")?.setAttribute("data-until", flash.ends_at);
  }

  /** @param {string} name */
  #slot(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-slot="${name}"]`));
  }
}

customElements.define("pinned-item", PinnedItem);
