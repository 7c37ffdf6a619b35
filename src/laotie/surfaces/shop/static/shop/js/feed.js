/** The feed: the room on screen plays, muted; its neighbours hold; arrows and PageDown turn the page. */

class LiveFeed extends HTMLElement {
  /** @type {IntersectionObserver | null} */
  #seen = null;
  /** @type {MutationObserver | null} Slides that were fetched while scrolling are watched too. */
  #more = null;

  connectedCallback() {
    this.#seen = new IntersectionObserver((entries) => this.#turned(entries), { root: this, threshold: 0.6 });
    for (const slide of this.querySelectorAll(".slide")) this.#seen.observe(slide);
    this.#more = new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) {
          if (node instanceof Element && node.matches(".slide")) this.#seen?.observe(node);
        }
      }
    });
    this.#more.observe(this, { childList: true });
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  disconnectedCallback() {
    this.#seen?.disconnect();
    this.#more?.disconnect();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #turned(entries) {
    for (const { target, isIntersecting } of entries) {
      const player = /** @type {any} */ (target.querySelector("live-player"));
      if (isIntersecting) player?.play();
      else player?.hold();
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    this.scrollBy({ top: by * this.clientHeight, behavior });
  }
}

customElements.define("live-feed", LiveFeed);
