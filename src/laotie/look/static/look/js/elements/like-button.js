import { roomOf } from "./live-room.js";

/** `<like-button><button type="button">♥</button></like-button>`: taps of half a second go as one. */
const GATHER_MS = 500;
const AT_MOST = 50;
const HEARTS_AT_MOST = 12;

class LikeButton extends HTMLElement {
  #taps = 0;
  #timer = 0;

  connectedCallback() {
    this.addEventListener("click", () => this.#tap());
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #tap() {
    this.#taps = Math.min(this.#taps + 1, AT_MOST);
    this.#timer ||= window.setTimeout(() => this.#send(), GATHER_MS);
    this.#float();
  }

  #send() {
    this.#timer = 0;
    roomOf(this)?.like(this.#taps);
    this.#taps = 0;
  }

  #float() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    if (this.querySelectorAll(".heart").length >= HEARTS_AT_MOST) return;
    const heart = document.createElement("span");
    heart.className = `heart h${Math.ceil(Math.random() * 4)}`;
    heart.setAttribute("aria-hidden", "true");
    heart.addEventListener("animationend", () => heart.remove());
    this.append(heart);
  }
}

customElements.define("like-button", LikeButton);
