import { now } from "../clock.js";
import { roomOf } from "./live-room.js";
import { toast } from "../toasts.js";
import { word } from "../words.js";

/**
 * `<giveaway-card>`: the giveaway of the room with countdown and entries; its link opens the sheet.
 * Stays away while there is none. Tells who won, and draws an open sheet anew.
 */
class GiveawayCard extends HTMLElement {
  #me = "";

  connectedCallback() {
    const write = () => this.#write();
    const room = roomOf(this);
    for (const name of ["snapshot", "giveaway", "entries", "drawn"]) room?.addEventListener(`room-${name}`, write);
    room?.addEventListener("room-welcome", (event) => (this.#me = /** @type {CustomEvent} */ (event).detail.person));
    room?.addEventListener("room-drawn", (event) => this.#drawn(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener("over", write);
    document.addEventListener("language", write);
    write();
  }

  #write() {
    const giveaway = roomOf(this)?.facts.giveaway;
    this.hidden = !giveaway || giveaway.closes_at <= now();
    if (this.hidden) return;
    this.querySelector("count-down")?.setAttribute("data-until", giveaway.closes_at);
    this.#slot("prize").textContent = giveaway.prize;
    this.#slot("entries").textContent = String(giveaway.entries);
  }

  /** @param {any} drawn */
  #drawn(drawn) {
    const winners = drawn.winners.map((/** @type {any} */ one) => one.name);
    const isMine = drawn.winners.some((/** @type {any} */ one) => one.person === this.#me);
    if (isMine) toast(word("you-won", { prize: drawn.prize }), "ok");
    else if (winners.length) toast(word("drawn", { names: winners.slice(0, 3).join(", "), prize: drawn.prize }));
    const content = document.querySelector("#gift[open] [data-content]");
    const address = this.querySelector("a")?.getAttribute("href");
    if (content && address) window.htmx.ajax("GET", address, { target: content, swap: "innerMorph" });
  }

  /** @param {string} name */
  #slot(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`[data-slot="${name}"]`));
  }
}

customElements.define("giveaway-card", GiveawayCard);
