/**
 * `<post-video><video controls …></video> … [data-again] …</post-video>`
 *
 * A short video with the browser's own controls. When it cannot be fetched it says so
 * (`data-state="lost"`) and tries again on request, from where it was; when the line comes back it
 * tries by itself. `data-state`: idle, playing, lost.
 */
class PostVideo extends HTMLElement {
  #at = 0;

  connectedCallback() {
    const video = this.video;
    video.addEventListener("playing", this.#playing);
    video.addEventListener("timeupdate", this.#moved);
    video.addEventListener("error", this.#lost);
    this.addEventListener("click", this.#tap);
    addEventListener("online", this.#again);
  }

  disconnectedCallback() {
    removeEventListener("online", this.#again);
    this.video.pause();
  }

  /** @returns {HTMLVideoElement} */
  get video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video"));
  }

  #playing = () => {
    this.dataset.state = "playing";
  };

  #moved = () => {
    if (this.video.currentTime > 0) this.#at = this.video.currentTime;
  };

  #lost = () => {
    this.dataset.state = "lost";
  };

  /** @param {Event} event */
  #tap = (event) => {
    if (/** @type {Element} */ (event.target).closest("[data-again]")) this.#again();
  };

  #again = () => {
    if (this.dataset.state !== "lost") return;
    const at = this.#at;
    this.dataset.state = "idle";
    this.video.load();
    this.video.addEventListener("loadedmetadata", () => (this.video.currentTime = at), { once: true });
    this.video.play().catch(() => {});
  };
}

customElements.define("post-video", PostVideo);
