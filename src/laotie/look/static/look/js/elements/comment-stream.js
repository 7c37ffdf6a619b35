import { roomOf } from "./live-room.js";
import { word } from "../words.js";

/**
 * `<comment-stream role="log">`: what the room says, the newest last. A flood is thinned out to what a
 * reader can follow; comments of the reader and of the host are always shown.
 */
const DRAW_EVERY_MS = 100;
const DRAWN_PER_TURN = 2;
const WAITING_AT_MOST = 20;

class CommentStream extends HTMLElement {
  /** @type {any[]} */
  #waiting = [];
  #timer = 0;
  #me = "";

  connectedCallback() {
    const room = roomOf(this);
    room?.addEventListener("room-welcome", (event) => this.#welcome(detailOf(event)));
    room?.addEventListener("room-snapshot", (event) => this.#draw(detailOf(event).says));
    room?.addEventListener("room-says", (event) => this.#queue(detailOf(event)));
    room?.addEventListener("room-unsaid", (event) => this.#remove(detailOf(event).says));
    this.#timer = window.setInterval(() => this.#turn(), DRAW_EVERY_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  get #kept() {
    return Number(this.dataset.keep ?? 30);
  }

  /** @param {any} welcome */
  #welcome(welcome) {
    this.#me = welcome.person;
  }

  /** @param {any[]} says */
  #draw(says) {
    this.#waiting = [];
    this.replaceChildren(...[...this.querySelectorAll(".notice")].slice(0, 1), ...says.map(line));
    this.#trim();
  }

  /** @param {any[]} says */
  #queue(says) {
    this.#waiting.push(...says);
    if (this.#waiting.length <= WAITING_AT_MOST) return;
    const kept = this.#waiting.filter((say) => say.host || (this.#me && say.person === this.#me));
    const others = this.#waiting.filter((say) => !kept.includes(say)).slice(kept.length - WAITING_AT_MOST);
    this.#waiting = this.#waiting.filter((say) => kept.includes(say) || others.includes(say));
  }

  #turn() {
    if (!this.#waiting.length) return;
    const follows = this.scrollHeight - this.scrollTop - this.clientHeight < 40;
    for (const say of this.#waiting.splice(0, DRAWN_PER_TURN)) {
      if (!this.querySelector(`[data-id="${CSS.escape(say.id)}"]`)) this.append(line(say));
    }
    this.#trim();
    if (follows) this.scrollTop = this.scrollHeight;
  }

  #trim() {
    while (this.childElementCount > this.#kept) this.firstElementChild?.remove();
  }

  /** @param {string[]} ids */
  #remove(ids) {
    for (const id of ids) this.querySelector(`[data-id="${CSS.escape(id)}"]`)?.remove();
    this.#waiting = this.#waiting.filter((say) => !ids.includes(say.id));
  }
}

/** @param {Event} event */
const detailOf = (event) => /** @type {CustomEvent} */ (event).detail;

/**
 * @param {any} say
 * @returns {HTMLElement}
 */
function line(say) {
  const row = document.createElement("p");
  row.dataset.id = say.id;
  row.dataset.person = say.person;
  if (say.host) row.className = "host";
  else if (say.mod) row.className = "mod";
  const name = document.createElement("b");
  name.textContent = say.host ? word("host") : say.name;
  if (say.mod && !say.host) {
    const mark = document.createElement("span");
    mark.className = "chip";
    mark.textContent = word("moderator");
    name.append(" ", mark);
  }
  row.append(name, say.text);
  return row;
}

customElements.define("comment-stream", CommentStream);
