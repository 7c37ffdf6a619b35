/**
 * `<bag-order>`: the bag's list, put in order by dragging a grip, or by keys: Space or Enter takes an
 * item up, the arrows move it, Space or Enter puts it down, Escape puts it back. What stands there when
 * it is put down is sent as its new number; the server answers with the bag as it is.
 */
class BagOrder extends HTMLElement {
  /** @type {HTMLElement | null} */
  #held = null;
  #from = -1;

  connectedCallback() {
    this.addEventListener("pointerdown", this.#down);
    this.addEventListener("keydown", this.#key);
  }

  get #items() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".item")]);
  }

  /** @param {PointerEvent} event */
  #down = (event) => {
    const grip = /** @type {HTMLElement} */ (event.target).closest(".grip");
    if (!(grip instanceof HTMLElement) || event.button !== 0) return;
    event.preventDefault();
    this.#take(grip);
    grip.setPointerCapture(event.pointerId);
    grip.addEventListener("pointermove", this.#move);
    const end = (/** @type {Event} */ last) => {
      grip.removeEventListener("pointermove", this.#move);
      this.#put(last.type === "pointerup");
    };
    grip.addEventListener("pointerup", end, { once: true });
    grip.addEventListener("pointercancel", end, { once: true });
  };

  /** @param {PointerEvent} event */
  #move = (event) => {
    const held = this.#held;
    if (!held) return;
    for (const item of this.#items) {
      if (item === held) continue;
      const box = item.getBoundingClientRect();
      if (event.clientY < box.top || event.clientY > box.bottom) continue;
      if (event.clientY < box.top + box.height / 2) item.before(held);
      else item.after(held);
      return;
    }
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const grip = /** @type {HTMLElement} */ (event.target).closest(".grip");
    if (!(grip instanceof HTMLElement)) return;
    const isToggle = event.key === " " || event.key === "Enter";
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    if (!isToggle && !(this.#held && (step || event.key === "Escape"))) return;
    event.preventDefault();
    if (event.key === "Escape") this.#put(false);
    else if (isToggle) {
      if (this.#held) this.#put(true);
      else this.#take(grip);
    } else this.#step(step, grip);
  };

  /** @param {HTMLElement} grip */
  #take(grip) {
    this.#held = grip.closest(".item");
    this.#from = this.#held ? this.#items.indexOf(this.#held) : -1;
    this.#held?.classList.add("dragged");
    grip.setAttribute("aria-pressed", "true");
  }

  /**
   * @param {number} step
   * @param {HTMLElement} grip
   */
  #step(step, grip) {
    const held = this.#held;
    if (!held) return;
    const other = step < 0 ? held.previousElementSibling : held.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(held);
    else other.after(held);
    grip.focus();
    const said = this.querySelector("[data-slot=moved]");
    if (said) said.textContent = (this.dataset.moved ?? "").replace("{no}", String(this.#items.indexOf(held) + 1));
  }

  /** @param {boolean} isMeant */
  #put(isMeant) {
    const held = this.#held;
    this.#held = null;
    if (!held) return;
    held.classList.remove("dragged");
    held.querySelector(".grip")?.setAttribute("aria-pressed", "false");
    const to = this.#items.indexOf(held);
    if (to === this.#from) return;
    if (!isMeant) {
      const rest = this.#items.filter((item) => item !== held);
      if (this.#from < rest.length) rest[this.#from].before(held);
      else rest[rest.length - 1].after(held);
      return;
    }
    const target = document.getElementById("bag");
    const values = { to_no: String(to + 1), csrfmiddlewaretoken: this.dataset.token ?? "" };
    window.htmx.ajax("POST", held.dataset.move ?? "", { source: this, target, swap: "outerMorph", values });
  }
}

customElements.define("bag-order", BagOrder);
