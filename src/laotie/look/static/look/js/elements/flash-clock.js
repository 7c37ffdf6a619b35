import { CountDown, two } from "./count-down.js";

/** `<flash-clock data-until="…">`: minutes, seconds and tenths on tiles. */
class FlashClock extends CountDown {
  connectedCallback() {
    this.setAttribute("role", "timer");
    super.connectedCallback();
  }

  get interval() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? 1000 : 100;
  }

  /** @param {number} leftMs */
  draw(leftMs) {
    if (this.querySelectorAll("b").length !== 3) {
      const tiles = [0, 1, 2].map(() => document.createElement("b"));
      this.replaceChildren(tiles[0], ":", tiles[1], tiles[2]);
    }
    const [minutes, seconds, tenths] = this.querySelectorAll("b");
    write(minutes, two(Math.floor(leftMs / 60_000)));
    write(seconds, two(Math.floor(leftMs / 1000) % 60));
    write(tenths, String(Math.floor(leftMs / 100) % 10));
  }
}

/**
 * @param {Element} tile
 * @param {string} text
 */
function write(tile, text) {
  if (tile.textContent !== text) tile.textContent = text;
}

customElements.define("flash-clock", FlashClock);
