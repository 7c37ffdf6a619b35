import { csrfToken } from "../../look/js/requests.js";

/**
 * The feed: the slide on screen plays, muted; its neighbours hold; arrows and PageDown turn the
 * page. What was on screen for a second is told to the server: which post, for how long, and
 * whether it was watched to its end.
 */

const LEAST_MS = 1000;
const MOST_MS = 3_600_000;
// Stills have no end: so long is long enough to have looked at them.
const STILLS_MS = 4000;
const TOLD_AFTER_MS = 10_000;
const MOST_AT_ONCE = 40;

/** @returns {string} 32 hex digits; `randomUUID` is there over HTTPS alone. */
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `<feed-video data-state="idle|playing|held|lost">`: one short video that plays while it is on screen. */
class FeedVideo extends HTMLElement {
  /** Sound is wished for once and holds for all slides. */
  static #isLoud = false;
  #isStopped = false;

  connectedCallback() {
    const video = this.video;
    video.controls = false;
    video.addEventListener("playing", () => (this.dataset.state = "playing"));
    video.addEventListener("pause", () => (this.dataset.state = "held"));
    video.addEventListener("error", () => (this.dataset.state = "lost"));
    video.addEventListener("click", () => this.#toggle());
    this.addEventListener("click", (event) => this.#tap(/** @type {Element} */ (event.target)));
    for (const button of this.querySelectorAll("button[hidden]")) button.removeAttribute("hidden");
  }

  disconnectedCallback() {
    this.video.pause();
  }

  /** @returns {HTMLVideoElement} */
  get video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video"));
  }

  /** Come on screen. */
  play() {
    if (this.#isStopped || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      if (this.dataset.state === "idle") this.dataset.state = "held";
      return;
    }
    this.#start();
  }

  /** Gone from the screen. */
  hold() {
    this.video.pause();
  }

  /** @returns {number} the share that has been seen, from 0 to 1; 1 once it began anew */
  get share() {
    const { played, duration } = this.video;
    let end = 0;
    for (let at = 0; at < played.length; at += 1) end = Math.max(end, played.end(at));
    return duration > 0 ? end / duration : 0;
  }

  #start() {
    this.#showSound();
    this.video.play().catch(() => {
      // A browser that wants a tap first; what cannot be fetched has said so by itself.
      if (this.dataset.state !== "lost") this.dataset.state = "held";
    });
  }

  #toggle() {
    this.#isStopped = !this.video.paused;
    if (this.#isStopped) this.video.pause();
    else this.#start();
  }

  /** @param {Element} target */
  #tap(target) {
    const wish = target.closest("[data-feed]")?.getAttribute("data-feed");
    if (wish === "pause") this.#toggle();
    if (wish === "sound") {
      FeedVideo.#isLoud = !FeedVideo.#isLoud;
      this.#showSound();
    }
    if (wish === "again") {
      this.dataset.state = "idle";
      this.video.load();
      this.#start();
    }
  }

  #showSound() {
    this.video.muted = !FeedVideo.#isLoud;
    this.querySelector('[data-feed="sound"]')?.setAttribute("aria-pressed", String(FeedVideo.#isLoud));
  }
}

class LiveFeed extends HTMLElement {
  /** @type {IntersectionObserver | null} */
  #seen = null;
  /** @type {MutationObserver | null} Slides that were fetched while scrolling are watched too. */
  #more = null;
  /** @type {Map<Element, number>} Since when each post has been on screen. */
  #since = new Map();
  /** @type {object[]} */
  #untold = [];
  #timer = 0;

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
    document.addEventListener("visibilitychange", this.#hidden);
    addEventListener("pagehide", this.#leaving);
    this.#timer = window.setInterval(() => this.#tell(), TOLD_AFTER_MS);
  }

  disconnectedCallback() {
    this.#leaving();
    this.#seen?.disconnect();
    this.#more?.disconnect();
    document.removeEventListener("visibilitychange", this.#hidden);
    removeEventListener("pagehide", this.#leaving);
    clearInterval(this.#timer);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #turned(entries) {
    for (const { target, isIntersecting } of entries) {
      const player = /** @type {any} */ (target.querySelector("live-player, feed-video"));
      if (isIntersecting) player?.play();
      else player?.hold();
      if (!target.hasAttribute("data-post")) continue;
      if (isIntersecting) this.#since.set(target, performance.now());
      else this.#note(target);
      target.toggleAttribute("data-on-screen", isIntersecting);
    }
  }

  /**
   * Write down that a post has been looked at.
   * @param {Element} slide
   */
  #note(slide) {
    const since = this.#since.get(slide);
    if (since === undefined) return;
    this.#since.delete(slide);
    const ms = Math.min(MOST_MS, Math.round(performance.now() - since));
    if (ms < LEAST_MS) return;
    const video = /** @type {FeedVideo | null} */ (slide.querySelector("feed-video"));
    this.#untold.push({
      id: randomId(),
      post: slide.getAttribute("data-post"),
      place: slide.getAttribute("data-place"),
      mark: slide.getAttribute("data-shown-by"),
      ms,
      end: video ? video.share >= 0.9 : ms >= STILLS_MS,
    });
  }

  #hidden = () => {
    const slides = [...this.#since.keys()];
    if (document.visibilityState === "hidden") {
      for (const slide of slides) this.#note(slide);
      this.#tell();
    } else {
      for (const slide of this.querySelectorAll(".slide[data-post]")) this.#seen?.unobserve(slide);
      for (const slide of this.querySelectorAll(".slide[data-post]")) this.#seen?.observe(slide);
    }
  };

  #leaving = () => {
    for (const slide of [...this.#since.keys()]) this.#note(slide);
    this.#tell();
  };

  /** Tell what was seen; what could not be told stays for the next time, and counts once. */
  #tell() {
    const visits = this.#untold.splice(0, MOST_AT_ONCE);
    if (!visits.length) return;
    fetch(this.dataset.seen ?? "", {
      method: "POST",
      body: new URLSearchParams({ visits: JSON.stringify(visits) }),
      headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
      credentials: "same-origin",
      keepalive: true,
    }).catch(() => this.#untold.unshift(...visits));
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

customElements.define("feed-video", FeedVideo);
customElements.define("live-feed", LiveFeed);
