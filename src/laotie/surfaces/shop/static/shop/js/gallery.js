/** A product's pictures: swiped by the browser's own scrolling, turned by arrow keys, marked by dots. */

class PictureGallery extends HTMLElement {
  connectedCallback() {
    const strip = this.querySelector(".strip");
    if (!(strip instanceof HTMLElement)) return;
    strip.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      this.#turn(strip, Math.round(strip.scrollLeft / strip.clientWidth) + by);
    });
    strip.addEventListener("scroll", () => this.#mark(Math.round(strip.scrollLeft / strip.clientWidth)), { passive: true });
    this.addEventListener("click", (event) => {
      const dot = /** @type {Element} */ (event.target).closest(".dots a");
      if (!dot) return;
      event.preventDefault();
      this.#turn(strip, [...this.querySelectorAll(".dots a")].indexOf(dot));
    });
  }

  /** @param {HTMLElement} strip @param {number} place */
  #turn(strip, place) {
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    strip.scrollTo({ left: place * strip.clientWidth, behavior });
  }

  /** @param {number} place */
  #mark(place) {
    this.querySelectorAll(".dots a").forEach((dot, at) => {
      if (at === place) dot.setAttribute("aria-current", "true");
      else dot.removeAttribute("aria-current");
    });
  }
}

customElements.define("picture-gallery", PictureGallery);
