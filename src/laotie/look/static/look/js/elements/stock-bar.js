import { word } from "../words.js";

/** `<stock-bar data-quantity="300" data-left="54">` draws how much of an offer is gone. */
class StockBar extends HTMLElement {
  static observedAttributes = ["data-left", "data-quantity"];

  connectedCallback() {
    this.#draw();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#draw();
  }

  #draw() {
    const quantity = Math.max(1, Number(this.dataset.quantity ?? 1));
    const left = Math.min(quantity, Math.max(0, Number(this.dataset.left ?? 0)));
    let bar = this.querySelector("progress");
    let text = this.querySelector("span");
    if (!bar || !text) {
      bar = document.createElement("progress");
      text = document.createElement("span");
      this.replaceChildren(bar, text);
    }
    const gone = Math.floor((100 * (quantity - left)) / quantity);
    bar.max = quantity;
    bar.value = quantity - left;
    bar.setAttribute("aria-label", word("gone", { percent: gone }));
    text.textContent = left ? word("gone", { percent: gone }) : word("sold-out");
  }
}

customElements.define("stock-bar", StockBar);
