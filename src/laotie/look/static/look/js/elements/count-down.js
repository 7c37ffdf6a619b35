import { now } from "../clock.js";

/**
 * `<count-down data-until="1770000000000">` writes mm:ss (or h:mm:ss) until then and fires `over` once.
 * The server decides when something ends; this only draws it.
 */
export class CountDown extends HTMLElement {
  static observedAttributes = ["data-until"];
  #timer = 0;
  #isOver = false;

  connectedCallback() {
    this.#isOver = false;
    this.#tick();
    this.#timer = window.setInterval(() => this.#tick(), this.interval);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  attributeChangedCallback() {
    this.#isOver = false;
  }

  get interval() {
    return 250;
  }

  get leftMs() {
    return Math.max(0, Number(this.dataset.until ?? 0) - now());
  }

  #tick() {
    const left = this.leftMs;
    this.draw(left);
    if (left === 0 && !this.#isOver) {
      this.#isOver = true;
      this.dispatchEvent(new CustomEvent("over", { bubbles: true }));
    }
  }

  /** @param {number} leftMs */
  draw(leftMs) {
    const seconds = Math.ceil(leftMs / 1000);
    const text =
      seconds >= 3600
        ? `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
        : `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
    if (this.textContent !== text) this.textContent = text;
  }
}

/** @param {number} number */
export const two = (number) => String(number).padStart(2, "0");

customElements.define("count-down", CountDown);
