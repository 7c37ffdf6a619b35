/**
 * `<tick-all data-of="order"><input type="checkbox"></tick-all>` ticks every box of that name on the page,
 * and shows whether all, none or some of them are ticked.
 */
class TickAll extends HTMLElement {
  #own = null;
  #onChange = (event) => this.#changed(event);

  connectedCallback() {
    this.#own = this.querySelector("input");
    document.addEventListener("change", this.#onChange);
    this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener("change", this.#onChange);
  }

  get #boxes() {
    return [...document.getElementsByName(this.dataset.of ?? "")];
  }

  #changed(event) {
    if (event.target === this.#own) {
      for (const box of this.#boxes) box.checked = this.#own.checked;
    }
    this.#show();
  }

  #show() {
    const ticked = this.#boxes.filter((box) => box.checked).length;
    this.#own.checked = ticked > 0 && ticked === this.#boxes.length;
    this.#own.indeterminate = ticked > 0 && ticked < this.#boxes.length;
  }
}

customElements.define("tick-all", TickAll);
