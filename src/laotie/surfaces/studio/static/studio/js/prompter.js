/**
 * `<tele-prompter>`: words that scroll by themselves. Space starts and stops, up and down change the
 * speed, left and right the card, plus and minus the size, M mirrors; a tap on the words starts and
 * stops. Speed, size and mirror are kept in this browser.
 */
const KEPT = "prompter";

class TelePrompter extends HTMLElement {
  #frame = 0;
  #before = 0;
  #rest = 0;

  connectedCallback() {
    this.addEventListener("click", this.#tap);
    this.addEventListener("input", this.#set);
    document.addEventListener("keydown", this.#key);
    this.#recall();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#key);
    cancelAnimationFrame(this.#frame);
  }

  get #words() {
    return /** @type {HTMLElement} */ (this.querySelector(".sheet-of-words"));
  }

  get isScrolling() {
    return this.getAttribute("data-live-state") === "scrolling";
  }

  /** @param {"speed" | "size"} name */
  #input(name) {
    return /** @type {HTMLInputElement} */ (this.querySelector(`[data-set="${name}"]`));
  }

  /** @param {Event} event */
  #tap = (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const what = target.closest("[data-do]")?.getAttribute("data-do");
    if (what) this.#do(what);
    else if (target.closest(".sheet-of-words") && !target.closest("a")) this.#do("play");
  };

  #set = () => {
    this.#words.style.setProperty("--prompter-size", `${this.#input("size").value}px`);
    this.#keep();
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onControl = /** @type {HTMLElement} */ (event.target).closest("button, input, a");
    /** @type {Record<string, () => void>} */
    const keys = {
      " ": () => this.#do("play"),
      ArrowUp: () => this.#step("speed", 10),
      ArrowDown: () => this.#step("speed", -10),
      ArrowLeft: () => this.#do("back"),
      ArrowRight: () => this.#do("on"),
      "+": () => this.#step("size", 4),
      "-": () => this.#step("size", -4),
      m: () => this.#do("mirror"),
    };
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (onControl && event.key !== "m")) return;
    event.preventDefault();
    act();
  };

  /** @param {string} what */
  #do(what) {
    if (what === "play") this.#play(!this.isScrolling);
    else if (what === "mirror") {
      this.toggleAttribute("data-live-mirror");
      this.#show();
      this.#keep();
    } else this.#jump(what === "on" ? 1 : -1);
  }

  /** @param {boolean} isScrolling */
  #play(isScrolling) {
    this.setAttribute("data-live-state", isScrolling ? "scrolling" : "still");
    this.#show();
    cancelAnimationFrame(this.#frame);
    this.#before = performance.now();
    if (isScrolling) this.#frame = requestAnimationFrame(this.#scroll);
  }

  /** @param {number} at */
  #scroll = (at) => {
    const words = this.#words;
    this.#rest += ((at - this.#before) / 1000) * Number(this.#input("speed").value);
    this.#before = at;
    const whole = Math.floor(this.#rest);
    this.#rest -= whole;
    words.scrollTop += whole;
    if (words.scrollTop + words.clientHeight >= words.scrollHeight - 1) this.#play(false);
    else this.#frame = requestAnimationFrame(this.#scroll);
  };

  /** @param {number} step */
  #jump(step) {
    const words = this.#words;
    const tops = [...words.querySelectorAll("section")].map((card) => card.offsetTop - words.clientHeight / 3);
    const here = words.scrollTop;
    const target = step > 0 ? tops.find((top) => top > here + 8) : tops.findLast((top) => top < here - 8);
    if (target !== undefined) words.scrollTop = target;
  }

  /**
   * @param {"speed" | "size"} name
   * @param {number} by
   */
  #step(name, by) {
    const input = this.#input(name);
    input.value = String(Number(input.value) + by);
    this.#set();
  }

  #show() {
    this.querySelector('[data-do="play"]')?.setAttribute("aria-pressed", String(this.isScrolling));
    this.querySelector('[data-do="mirror"]')?.setAttribute("aria-pressed", String(this.hasAttribute("data-live-mirror")));
  }

  #keep() {
    const kept = {
      speed: this.#input("speed").value,
      size: this.#input("size").value,
      mirror: this.hasAttribute("data-live-mirror"),
    };
    try {
      localStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing forgets it with the page.
    }
  }

  #recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
      if (kept.speed) this.#input("speed").value = kept.speed;
      if (kept.size) this.#input("size").value = kept.size;
      this.toggleAttribute("data-live-mirror", Boolean(kept.mirror));
    } catch {
      // What was kept is no use: the page begins as it is served.
    }
    this.#words.style.setProperty("--prompter-size", `${this.#input("size").value}px`);
    this.#show();
  }
}

customElements.define("tele-prompter", TelePrompter);
