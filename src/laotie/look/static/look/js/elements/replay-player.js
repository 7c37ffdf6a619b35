/**
 * `<replay-player src="….m3u8"><video controls …></video> … [data-at=seconds] …</replay-player>`
 *
 * A finished show, with the browser's own controls. hls.js comes on the first play where Media
 * Source exists; elsewhere (older iPhones) the browser's own HLS plays. Whatever inside has
 * `data-at` seeks there; what has `data-until` too is marked while it plays; a comment
 * (`.then li`) that lies ahead is `later`. `data-live-state`: idle, playing, lost.
 */
class ReplayPlayer extends HTMLElement {
  /** @type {any} */
  #hls = null;
  /** @type {Promise<void> | null} */
  #ready = null;
  #isLoading = false;

  connectedCallback() {
    this.addEventListener("click", this.#tap);
    const video = this.video;
    video.addEventListener("play", this.#begin);
    video.addEventListener("timeupdate", this.#moved);
    video.addEventListener("playing", this.#playing);
    video.addEventListener("error", this.#lost);
    this.addEventListener("htmx:after:swap", this.#moved);
    // Without a source the browser's own button would do nothing.
    this.#ready = this.#attach();
  }

  disconnectedCallback() {
    this.#hls?.destroy();
    this.#hls = null;
  }

  /** @returns {HTMLVideoElement} */
  get video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video"));
  }

  /** @param {string} state */
  set state(state) {
    this.setAttribute("data-live-state", state);
  }

  async #attach() {
    const url = this.getAttribute("src") ?? "";
    if (!("MediaSource" in window || "ManagedMediaSource" in window)) {
      this.video.src = url;
      return;
    }
    const { default: Hls } = await import("../../vendor/hls.light.min.mjs");
    const hls = new Hls({ autoStartLoad: false, maxBufferLength: 30, backBufferLength: 60, enableWorker: false });
    this.#hls = hls;
    hls.on(Hls.Events.ERROR, (/** @type {string} */ _event, /** @type {any} */ error) => {
      if (!error.fatal) return;
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else this.#lost();
    });
    hls.loadSource(url);
    hls.attachMedia(this.video);
  }

  /** @param {number} seconds */
  async seek(seconds) {
    await this.#ready;
    const video = this.video;
    if (!this.#isLoading) this.#hls?.startLoad(seconds);
    this.#isLoading = true;
    if (video.readyState) video.currentTime = seconds;
    else video.addEventListener("loadedmetadata", () => (video.currentTime = seconds), { once: true });
    await video.play().catch(() => undefined);
    video.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  #begin = () => {
    if (!this.#isLoading) this.#hls?.startLoad(0);
    this.#isLoading = true;
  };

  #playing = () => {
    this.state = "playing";
  };

  #lost = () => {
    this.state = "lost";
  };

  #moved = () => {
    const now = this.video.currentTime;
    for (const button of this.querySelectorAll("[data-at][data-until]")) {
      const isNow = now >= at(button) && now < Number(button.getAttribute("data-until"));
      if (isNow) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    let newest = null;
    for (const button of this.querySelectorAll(".then [data-at]")) {
      const isLater = at(button) > now;
      button.closest("li")?.classList.toggle("later", isLater);
      if (!isLater) newest = button;
    }
    const list = this.querySelector(".then");
    // Who reads by themselves is not pulled away.
    if (newest && list instanceof HTMLElement && !list.matches(":hover, :focus-within") && !this.video.paused) {
      const line = /** @type {HTMLElement} */ (newest.parentElement);
      list.scrollTop = line.offsetTop - list.offsetTop - list.clientHeight / 2;
    }
  };

  /** @param {Event} event */
  #tap = (event) => {
    const target = /** @type {Element} */ (event.target);
    const moment = target.closest("[data-at]");
    if (moment) this.seek(at(moment));
    if (target.closest('[data-player="again"]')) {
      this.#hls?.destroy();
      this.#hls = null;
      this.#isLoading = false;
      this.state = "idle";
      const was = this.video.currentTime;
      this.#ready = this.#attach();
      this.seek(was);
    }
  };
}

/** @param {Element} element */
const at = (element) => Number(element.getAttribute("data-at"));

customElements.define("replay-player", ReplayPlayer);
