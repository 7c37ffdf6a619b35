import { toast } from "../toasts.js";
import { word } from "../words.js";

/**
 * `<live-player src="….m3u8" muted><video muted playsinline>…</video></live-player>`
 *
 * Plays a live HLS stream near its edge. hls.js is fetched on the first play where Media Source
 * exists; elsewhere the browser's own HLS plays. A fatal error rebuilds everything, with back-off,
 * for as long as the element stands. `data-live-state` says where it is:
 *
 *   idle      nothing asked for yet          starting  the first frame is on its way
 *   playing   frames move                    held      a feed's preview out of sight: paused
 *   lost      no frames; trying again        away      the room says that the host is reconnecting
 *   refused   the browser wants a tap first  over      the room has ended
 *
 * `data-live-why` says why it is over: ended, paused (by its host or an operator).
 * `data-live-weak` stands while frames come too slowly: three stalls within half a minute.
 */
const STALL_MS = 8000;
const WEAK_STALLS = 3;
const WEAK_MS = 30_000;
const BACK_OFF_MS = [600, 1200, 2400, 5000, 10_000, 15_000];

class LivePlayer extends HTMLElement {
  static observedAttributes = ["src"];

  /** @type {any} */
  #hls = null;
  #tries = 0;
  #retry = 0;
  #watch = 0;
  #lastTime = -1;
  #lastMoved = 0;
  #wanted = false;
  #hostAway = false;
  #build = 0;
  /** @type {number[]} */
  #stalls = [];

  connectedCallback() {
    const video = this.video;
    video.muted = true;
    video.addEventListener("playing", this.#moving);
    video.addEventListener("loadedmetadata", this.#shape);
    video.addEventListener("waiting", this.#stalled);
    // The in-app browser of WeChat lets a page play by itself only once its bridge is there.
    document.addEventListener("WeixinJSBridgeReady", this.#bridged);
    this.addEventListener("click", this.#tap);
    document.addEventListener("visibilitychange", this.#seen);
    addEventListener("online", this.#again);
    if (!this.state) this.state = "idle";
    if (this.hasAttribute("autoplay")) this.play();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#seen);
    removeEventListener("online", this.#again);
    document.removeEventListener("WeixinJSBridgeReady", this.#bridged);
    this.#tearDown();
  }

  /**
   * @param {string} _name
   * @param {string | null} before
   * @param {string | null} after
   */
  attributeChangedCallback(_name, before, after) {
    if (before !== after && this.#wanted) this.#rebuild();
  }

  /** @returns {HTMLVideoElement} */
  get video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video"));
  }

  get state() {
    return this.getAttribute("data-live-state") ?? "";
  }

  set state(state) {
    if (this.state === state) return;
    this.setAttribute("data-live-state", state);
    this.dispatchEvent(new CustomEvent("player-state", { detail: state, bubbles: true }));
  }

  /** Start, or go on after `hold()`. */
  play() {
    if (this.#wanted) return;
    this.#wanted = true;
    if (this.state !== "over") this.#start();
  }

  /** Stop fetching; the last frame stays. For rooms of a feed that are out of sight. */
  hold() {
    if (!this.#wanted) return;
    this.#wanted = false;
    this.#tearDown();
    if (this.state !== "over" && this.state !== "idle") this.state = "held";
  }

  /** @param {boolean} away the room is INTERRUPTED: say so, and keep trying quietly */
  setHostAway(away) {
    this.#hostAway = away;
    if (this.state === "over") return;
    if (away) this.state = "away";
    else if (this.state === "away") this.#again();
  }

  /** @param {boolean} isLoud sound needs a tap first, so this is called from one */
  setLoud(isLoud) {
    this.video.muted = !isLoud;
    this.toggleAttribute("data-live-loud", isLoud);
    if (this.#wanted) this.#playVideo();
    this.dispatchEvent(new CustomEvent("player-sound", { detail: isLoud }));
  }

  /** Into the browser's own small window, where there is one. */
  async shrink() {
    const video = /** @type {any} */ (this.video);
    try {
      if (document.pictureInPictureElement === video) await document.exitPictureInPicture();
      else if (video.requestPictureInPicture) await video.requestPictureInPicture();
      else if (video.webkitSupportsPresentationMode?.("picture-in-picture")) {
        const isSmall = video.webkitPresentationMode === "picture-in-picture";
        video.webkitSetPresentationMode(isSmall ? "inline" : "picture-in-picture");
      } else throw new Error("no small window");
    } catch {
      toast(word("no-small-window"));
    }
  }

  /** @param {"ended" | "paused"} why */
  end(why = "ended") {
    this.#wanted = false;
    this.#tearDown();
    this.setAttribute("data-live-why", why);
    this.state = "over";
  }

  /** The room is on air again after all. */
  reopen() {
    if (this.state !== "over" || !this.getAttribute("src")) return;
    this.state = "idle";
    this.play();
  }

  async #start() {
    const build = ++this.#build;
    const url = this.getAttribute("src");
    if (!url) return;
    if (!this.#hostAway) this.state = this.#tries ? "lost" : "starting";
    this.#lastMoved = performance.now();
    this.#watch ||= window.setInterval(() => this.#check(), 1000);
    if (hasMediaSource()) {
      const { default: Hls } = await import("../../vendor/hls.light.min.mjs");
      if (build !== this.#build || !this.#wanted) return;
      this.#attach(Hls, url);
    } else {
      this.video.src = url;
      this.video.onerror = () => this.#rebuild();
      this.#playVideo();
    }
  }

  /**
   * @param {any} Hls
   * @param {string} url
   */
  #attach(Hls, url) {
    const hls = new Hls({
      liveSyncDurationCount: 2,
      liveMaxLatencyDurationCount: 8,
      maxLiveSyncPlaybackRate: 1.08,
      backBufferLength: 10,
      maxBufferLength: 12,
      enableWorker: false, // fMP4 needs no transmuxing, so a worker would only cost a start.
    });
    this.#hls = hls;
    hls.on(Hls.Events.MANIFEST_PARSED, () => this.#playVideo());
    hls.on(Hls.Events.ERROR, (/** @type {string} */ _event, /** @type {any} */ error) => {
      if (!error.fatal || hls !== this.#hls) return;
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR && this.#tries === 0) {
        this.#tries = 1;
        hls.recoverMediaError();
      } else {
        this.#rebuild();
      }
    });
    hls.loadSource(url);
    hls.attachMedia(this.video);
  }

  async #playVideo() {
    try {
      await this.video.play();
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.state = "refused";
    }
  }

  #tearDown() {
    this.#build++;
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    this.#retry = 0;
    this.#watch = 0;
    this.#hls?.destroy();
    this.#hls = null;
    this.video?.removeAttribute("src");
  }

  #rebuild() {
    if (!this.#wanted || this.#retry) return;
    const wait = BACK_OFF_MS[Math.min(this.#tries, BACK_OFF_MS.length - 1)];
    this.#tearDown();
    this.#tries += 1;
    this.state = this.#hostAway ? "away" : "lost";
    this.#retry = window.setTimeout(
      () => {
        this.#retry = 0;
        if (this.#wanted) this.#start();
      },
      wait * (0.75 + Math.random() / 2),
    );
  }

  /** Frames that should move and do not are an error too, though nobody reports it. */
  #check() {
    const { currentTime } = this.video;
    if (this.#stalls.length && performance.now() - this.#stalls[this.#stalls.length - 1] > WEAK_MS) {
      this.#stalls = [];
      this.removeAttribute("data-live-weak");
    }
    if (currentTime !== this.#lastTime) {
      this.#lastTime = currentTime;
      this.#lastMoved = performance.now();
      if (currentTime > 0 && !this.video.paused) this.#moving();
    } else if (this.state !== "refused" && !document.hidden && performance.now() - this.#lastMoved > STALL_MS) {
      this.#rebuild();
    }
  }

  /** Now and then a frame is late; often is a weak line. */
  #stalled = () => {
    const now = performance.now();
    if (this.state !== "playing" || document.hidden) return;
    this.#stalls = [...this.#stalls.filter((at) => now - at < WEAK_MS), now];
    this.toggleAttribute("data-live-weak", this.#stalls.length >= WEAK_STALLS);
  };

  #bridged = () => {
    if (this.#wanted) this.#playVideo();
  };

  #moving = () => {
    this.#tries = 0;
    if (this.#wanted && !this.#hostAway) this.state = "playing";
  };

  #again = () => {
    if (!this.#wanted) return;
    this.#tearDown();
    this.#tries = 0;
    this.#start();
  };

  #seen = () => {
    if (document.hidden || !this.#wanted) return;
    this.#lastMoved = performance.now();
    const edge = this.#hls?.liveSyncPosition;
    if (edge && edge - this.video.currentTime > 4) this.video.currentTime = edge;
    if (this.video.paused) this.#playVideo();
  };

  #shape = () => {
    const { videoWidth, videoHeight } = this.video;
    this.setAttribute("data-live-shape", videoWidth > videoHeight ? "wide" : "tall");
  };

  /** @param {Event} event */
  #tap = (event) => {
    const wish = /** @type {Element} */ (event.target).closest("[data-player]")?.getAttribute("data-player");
    if (wish === "again") this.#again();
    if (wish === "start") this.#playVideo();
    if (wish === "sound") this.setLoud(true);
  };
}

const hasMediaSource = () => "MediaSource" in window || "ManagedMediaSource" in window;

customElements.define("live-player", LivePlayer);
