/** The room page: sound, share, and what the room's state does to the player and the bag. */

import { toast } from "../../look/js/toasts.js";
import { word } from "../../look/js/words.js";

const room = document.querySelector("live-room");
const player = /** @type {any} */ (document.querySelector("live-player"));

room?.addEventListener("room-snapshot", (event) => onState(detailOf(event).state));
room?.addEventListener("room-state", (event) => onState(detailOf(event).state));
room?.addEventListener("room-link", (event) => {
  if (detailOf(event).link === "over" && player?.state !== "over") player?.end();
});

// An open bag is drawn again when the host changes it.
for (const name of ["room-bag", "room-flash", "room-flash_over", "room-pinned", "room-unpinned"]) {
  room?.addEventListener(name, () => {
    const content = document.querySelector("#bag[open] [data-content]");
    const address = document.querySelector('[data-sheet="bag"]')?.getAttribute("href");
    if (content && address) window.htmx.ajax("GET", address, { target: content, swap: "innerMorph" });
  });
}

// The stock of the flash offer in an open sheet follows the room.
room?.addEventListener("room-stock", (event) => {
  const { offer, quantity, left } = detailOf(event);
  for (const bar of document.querySelectorAll(`dialog stock-bar[data-offer="${CSS.escape(offer)}"]`)) {
    bar.setAttribute("data-quantity", quantity);
    bar.setAttribute("data-left", left);
  }
});

/** @param {string} state */
function onState(state) {
  if (["ENDED", "SUSPENDED", "BANNED"].includes(state)) player?.end(state === "SUSPENDED" ? "paused" : "ended");
  else {
    player?.reopen();
    player?.setHostAway(state === "INTERRUPTED");
  }
}

/** @param {Event} event */
function detailOf(event) {
  return /** @type {CustomEvent} */ (event).detail;
}

document.getElementById("sound")?.addEventListener("click", () => player?.setLoud(player.video.muted));
document.getElementById("small-window")?.addEventListener("click", () => player?.shrink());
player?.addEventListener("player-sound", showSound);
document.addEventListener("language", showSound);

function showSound() {
  const button = document.getElementById("sound");
  const isLoud = Boolean(player) && !player.video.muted;
  button?.setAttribute("aria-pressed", String(isLoud));
  button?.querySelector("use")?.setAttribute("href", isLoud ? icon("volume-2") : icon("volume-x"));
}

/**
 * The address of an icon in the page's sprite.
 * @param {string} name
 */
function icon(name) {
  const sprite = document.querySelector("use")?.getAttribute("href") ?? "";
  return sprite.replace(/#.*/, `#${name}`);
}

class ShareLink extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => this.#share());
  }

  async #share() {
    const url = location.origin + location.pathname;
    try {
      if (navigator.share) await navigator.share({ title: this.dataset.title, url });
      else {
        await navigator.clipboard.writeText(url);
        toast(word("link-copied"), "ok");
      }
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "AbortError") toast(word("copy-by-hand", { text: url }));
    }
  }
}

customElements.define("share-link", ShareLink);
