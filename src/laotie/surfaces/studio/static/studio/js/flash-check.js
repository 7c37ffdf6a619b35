import { moneyText } from "../../look/js/numbers.js";

/**
 * `<flash-check>`: around the form of a flash offer. Buttons with `data-seconds` set the countdown, and
 * the line under the price says what the server will ask: at most the list price, not below the floor.
 * `data-skus` holds, by variant, list price, floor and stock in fen and units. The server decides.
 */
class FlashCheck extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this.#preset);
    this.addEventListener("input", this.#check);
    this.addEventListener("change", this.#check);
    this.#check();
  }

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement | null} */ (this.querySelector(`[name="${name}"]`));
  }

  /** @param {Event} event */
  #preset = (event) => {
    const seconds = /** @type {HTMLElement} */ (event.target).closest("[data-seconds]")?.getAttribute("data-seconds");
    const field = this.#field("seconds");
    if (seconds && field) field.value = seconds;
  };

  #check = () => {
    const known = JSON.parse(this.dataset.skus ?? "{}")[this.#field("sku")?.value ?? ""];
    const place = this.querySelector("[data-slot=check]");
    if (!known || !place) return;
    const { list_price_fen: list, floor_fen: floor, stock } = known;
    const typed = this.#field("price")?.value.trim() ?? "";
    const fen = /^\d{1,9}(\.\d{1,2})?$/.test(typed) ? Math.round(Number(typed) * 100) : Number.NaN;
    const units = Number(this.#field("quantity")?.value ?? 0);
    const values = { list: moneyText(list), floor: floor ? moneyText(floor) : "", stock };
    const name = this.#verdict(fen, list, floor, units, stock);
    const text = this.querySelector(`[data-says="${name}"]`)?.textContent ?? "";
    place.textContent = text.replace(/\{(\w+)\}/g, (whole, key) => String(values[/** @type {"list"} */ (key)] ?? whole));
    place.classList.toggle("bad-text", !["fine", "begin"].includes(name));
  };

  /**
   * @param {number} fen
   * @param {number} list
   * @param {number | null} floor
   * @param {number} units
   * @param {number} stock
   */
  #verdict(fen, list, floor, units, stock) {
    if (Number.isNaN(fen)) return "begin";
    if (fen > list) return "list";
    if (floor && fen < floor) return "floor";
    return units > stock ? "stock" : "fine";
  }
}

customElements.define("flash-check", FlashCheck);
