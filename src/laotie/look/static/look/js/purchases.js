/**
 * Wishes to buy that wait for their answer. Each is sent again under its own key until there is one:
 * the gateway answers a key the same for ever, so asking again orders nothing twice.
 */

import { word } from "./words.js";

const ANSWER_WITHIN_MS = 8000;
const GIVE_UP_AFTER_MS = 90_000;
// With these the wish may yet come true; every other reason is the last word on its key.
const TRY_AGAIN = new Set(["BUSY", "TOO_MANY", "NOT_READY"]);

/**
 * @typedef {{t: "buy", id: string, offer: string, sku: string, n: number, fen: number}} Wish
 * @typedef {{order: string, group: string, total_fen: number, pay_by: number}} Ordered
 * @typedef {{code: string, text: string, fen?: number, remaining?: number}} Refusal
 * @typedef {{wish: Wish, since: number, timer: number, again: () => void,
 *   resolve: (ordered: Ordered) => void, reject: (refusal: Refusal) => void}} Waiting
 */

export class Purchases {
  /** @type {(frame: object) => boolean} */
  #send;
  /** @type {Map<string, Waiting>} */
  #waiting = new Map();

  /** @param {(frame: object) => boolean} send false when there is no line */
  constructor(send) {
    this.#send = send;
  }

  /**
   * @param {Wish} wish
   * @param {() => void} again called when it has to be sent once more
   * @returns {Promise<Ordered>} breaks with a Refusal
   */
  ask(wish, again) {
    return new Promise((resolve, reject) => {
      const waiting = { wish, since: performance.now(), timer: 0, again, resolve, reject };
      this.#waiting.set(wish.id, waiting);
      this.#ask(waiting);
    });
  }

  /** The line is back: what was under way is asked again. */
  resume() {
    for (const waiting of this.#waiting.values()) this.#again(waiting);
  }

  /**
   * @param {any} frame `ordered` or `refused`
   * @returns {boolean} whether it answered a wish
   */
  answer(frame) {
    const waiting = this.#waiting.get(frame.re);
    if (!waiting) return false;
    clearTimeout(waiting.timer);
    if (frame.t === "refused" && TRY_AGAIN.has(frame.code)) {
      this.#after(waiting, frame.retry_after_ms || 1000);
      return true;
    }
    this.#waiting.delete(frame.re);
    if (frame.t === "ordered") waiting.resolve(frame);
    else waiting.reject(frame);
    return true;
  }

  /** There will be no line any more. */
  giveUp() {
    for (const waiting of this.#waiting.values()) this.#fail(waiting);
  }

  /** @param {Waiting} waiting */
  #ask(waiting) {
    clearTimeout(waiting.timer);
    this.#send(waiting.wish);
    this.#after(waiting, ANSWER_WITHIN_MS);
  }

  /** @param {Waiting} waiting */
  #again(waiting) {
    if (performance.now() - waiting.since > GIVE_UP_AFTER_MS) {
      this.#fail(waiting);
      return;
    }
    waiting.again();
    this.#ask(waiting);
  }

  /**
   * @param {Waiting} waiting
   * @param {number} ms
   */
  #after(waiting, ms) {
    waiting.timer = window.setTimeout(() => this.#again(waiting), ms);
  }

  /** @param {Waiting} waiting */
  #fail(waiting) {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting.wish.id);
    waiting.reject({ code: "NO_ANSWER", text: word("buy-unknown") });
  }
}
