/**
 * `<number-stepper class="stepper">` around − , a number input and + . The input's own `min` and `max`
 * hold; every step fires `change` on the input, as typing would.
 */
class NumberStepper extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("button[data-step]");
      if (button) this.#step(Number(button.getAttribute("data-step")));
    });
    this.addEventListener("change", () => this.#mark());
    this.#mark();
  }

  get #input() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  /** @param {number} by */
  #step(by) {
    const input = this.#input;
    const before = input.value;
    if (by > 0) input.stepUp();
    else input.stepDown();
    if (input.value !== before) input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #mark() {
    const { value, min, max } = this.#input;
    for (const button of this.querySelectorAll("button[data-step]")) {
      const up = Number(button.getAttribute("data-step")) > 0;
      /** @type {HTMLButtonElement} */ (button).disabled = up
        ? max !== "" && Number(value) >= Number(max)
        : Number(value) <= Number(min || 0);
    }
  }
}

customElements.define("number-stepper", NumberStepper);
