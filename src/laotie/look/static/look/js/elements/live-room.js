import { learn } from "../clock.js";
import { compact } from "../numbers.js";
import { Purchases } from "../purchases.js";
import { post } from "../requests.js";
import { word } from "../words.js";

/**
 * `<live-room data-ticket="/live/rom_…/ticket">` holds the socket of one room for all that stand inside.
 *
 * A POST to `data-ticket` gives `{url, ticket, unseen}`, the last being the people whom the reader has
 * blocked; the socket then hands out resume tokens, so coming back needs no HTTP. Frames are those of the gateway's `protocol.py`. Each event is passed on as
 * `room-<name>` (room-snapshot, room-pinned, room-flash, …); `data-live-link` says how the line is:
 * connecting, open, lost, full, away (the gateway misses its database), and for good: out (sent
 * out by the host), over, broken.
 */
const PING_EVERY_MS = 15_000;
const SILENT_AFTER_MS = 40_000;
const ANSWER_WITHIN_MS = 8000;
// A gateway that ends throws out everybody at once: all come back, but not all together.
const SPREAD_MS = 10_000;
const LONGEST_WAIT_MS = 30_000;
// These closed for this page alone.
const OWN_REASONS = new Set([4001, 4008, 4009]);
const NEVER_AGAIN = new Map([
  [1003, "broken"],
  [1007, "broken"],
  [1009, "broken"],
  [4003, "out"],
  [4004, "over"],
]);

export class LiveRoom extends HTMLElement {
  /** @type {WebSocket | null} */
  #socket = null;
  #url = "";
  #resume = "";
  #epoch = -1;
  #seq = 0;
  #drops = 0;
  #timer = 0;
  #pinger = 0;
  #heardAt = 0;
  #noLikesUntil = 0;
  // The room takes an id that a person used before for a repetition, also after a reload.
  #sayPrefix = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
  #sayCount = 0;

  /**
   * What stands in the room now; elements that are drawn anew read it.
   * @type {{state: string, pinned: any, flash: any, pinned_say: any, giveaway: any, drop: any}}
   */
  facts = { state: "", pinned: null, flash: null, pinned_say: null, giveaway: null, drop: null };

  /** Who this page is here: set by the gateway's welcome. `person` is empty for guests. */
  me = { person: "", isHost: false };

  /** Whom the reader has blocked: what they say here is not passed on. */
  #unseen = new Set();

  #purchases = new Purchases((frame) => this.#send(frame));

  /** @type {Map<string, {resolve: (id: string) => void, reject: (reason: {code: string, text: string}) => void}>} */
  #asked = new Map();

  connectedCallback() {
    addEventListener("online", this.#now);
    document.addEventListener("visibilitychange", this.#seen);
    this.#connect();
  }

  disconnectedCallback() {
    removeEventListener("online", this.#now);
    document.removeEventListener("visibilitychange", this.#seen);
    clearTimeout(this.#timer);
    this.#hangUp();
  }

  get link() {
    return this.getAttribute("data-live-link") ?? "";
  }

  set link(link) {
    if (this.link === link) return;
    this.setAttribute("data-live-link", link);
    this.#emit("link", { link });
  }

  /**
   * Say something. The promise keeps the comment's id, or breaks with the gateway's reason.
   * @param {string} text
   * @returns {Promise<string>}
   */
  say(text) {
    return new Promise((resolve, reject) => {
      const id = `${this.#sayPrefix}.${++this.#sayCount}`;
      if (!this.#send({ t: "say", id, text })) {
        reject({ code: "NO_LINK", text: word("reconnecting") });
        return;
      }
      this.#asked.set(id, { resolve, reject });
      setTimeout(() => this.#answer(id, null, { code: "NO_ANSWER", text: word("no-answer") }), ANSWER_WITHIN_MS);
    });
  }

  /** @param {number} taps */
  like(taps) {
    if (performance.now() < this.#noLikesUntil) return false;
    return this.#send({ t: "like", n: taps });
  }

  /**
   * Order at the flash offer's price. The promise keeps the order, or breaks with the reason; while
   * there is no answer it is asked again with the same key, and `again` is called each time.
   * @param {{id: string, offer: string, sku: string, n: number, fen: number}} wish
   * @param {() => void} again
   */
  buy(wish, again) {
    return this.#purchases.ask({ t: "buy", ...wish }, again);
  }

  async #connect() {
    clearTimeout(this.#timer);
    if (this.link !== "lost") this.link = "connecting";
    try {
      const address = this.#resume ? this.#back() : await this.#enter();
      if (this.isConnected) this.#open(address);
    } catch (error) {
      if (error instanceof Closed) {
        this.link = error.link;
        this.#purchases.giveUp();
      } else this.#later();
    }
  }

  #back() {
    return `${this.#url}?resume=${encodeURIComponent(this.#resume)}&seq=${this.#seq}`;
  }

  async #enter() {
    const answer = await post(this.dataset.ticket ?? "");
    if (answer.status === 404 || answer.status === 410) throw new Closed("over");
    if (answer.status === 403) throw new Closed("out");
    if (!answer.ok) throw new Error(`ticket: ${answer.status}`);
    const { url, ticket, unseen } = await answer.json();
    this.#url = url;
    this.#unseen = new Set(unseen);
    return `${url}?ticket=${encodeURIComponent(ticket)}&lang=${document.documentElement.lang.toLowerCase()}`;
  }

  /** @param {string} address */
  #open(address) {
    this.#hangUp();
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.onmessage = (event) => {
      this.#heardAt = performance.now();
      this.#receive(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (socket === this.#socket) this.#closed(event.code);
    };
    this.#pinger = window.setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  #hangUp() {
    clearInterval(this.#pinger);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #ping() {
    if (performance.now() - this.#heardAt > SILENT_AFTER_MS) this.#closed(1006);
    else this.#send({ t: "ping", at: Math.round(performance.now()) });
  }

  /** @param {number} code */
  #closed(code) {
    this.#hangUp();
    for (const id of [...this.#asked.keys()]) this.#answer(id, null, { code: "NO_LINK", text: word("reconnecting") });
    const final = NEVER_AGAIN.get(code);
    if (final) {
      this.link = final;
      this.#purchases.giveUp();
      return;
    }
    // A handshake that is refused says no reason here; a token that keeps failing is given up.
    if (code === 4001 || this.#drops >= 5) this.#resume = "";
    this.#later(code);
  }

  /** Come back after a wait that grows and is never the same for all. */
  #later(code = 1006) {
    if (!this.isConnected) return;
    this.link = code === 4013 ? "full" : "lost";
    const first = OWN_REASONS.has(code) ? 500 : SPREAD_MS;
    const most = Math.min(LONGEST_WAIT_MS, first * 2 ** this.#drops);
    this.#drops += 1;
    const least = code === 4009 ? 10_000 : 0;
    this.#timer = window.setTimeout(() => this.#connect(), least + most * Math.random());
  }

  #now = () => {
    if (this.link !== "lost" && this.link !== "full") return;
    this.#drops = 0;
    this.#connect();
  };

  #seen = () => {
    if (!document.hidden) this.#now();
  };

  /** @param {object} frame */
  #send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** @param {any} frame */
  #receive(frame) {
    switch (frame.t) {
      case "welcome":
        learn(frame.now);
        this.#resume = frame.resume;
        this.#drops = 0;
        this.me = { person: frame.person, isHost: frame.host };
        this.link = "open";
        this.#emit("welcome", frame);
        this.#purchases.resume();
        break;
      case "snapshot":
        this.#epoch = frame.epoch;
        this.#seq = frame.seq;
        this.facts = {
          state: frame.state,
          pinned: frame.pinned?.item ?? null,
          flash: frame.flash ?? null,
          pinned_say: frame.pinned_say ?? null,
          giveaway: frame.giveaway ?? null,
          drop: frame.drop ?? null,
        };
        this.#counts(frame);
        this.#emit("snapshot", { ...frame, says: this.#seenOf(frame.says) });
        break;
      case "tick":
        this.#tick(frame);
        break;
      case "resume":
        this.#resume = frame.resume;
        break;
      case "said":
        this.#answer(frame.re, frame.id, null);
        break;
      case "ordered":
        this.#purchases.answer(frame);
        break;
      case "refused":
        if (!frame.re && frame.retry_after_ms) this.#noLikesUntil = performance.now() + frame.retry_after_ms;
        if (!this.#purchases.answer(frame)) this.#answer(frame.re, null, frame);
        break;
      case "link":
        this.link = frame.ok ? "open" : "away";
        break;
      case "pong":
        learn(frame.now, performance.now() - frame.at);
        break;
    }
  }

  /** @param {any[]} says */
  #seenOf(says) {
    return says.filter((say) => !this.#unseen.has(say.person));
  }

  /** @param {any} tick */
  #tick(tick) {
    if (tick.epoch !== this.#epoch) {
      // The room's numbers began anew: only a snapshot can tell where it stands.
      this.#resume = "";
      this.#closed(4001);
      return;
    }
    const known = this.#seq;
    this.#counts(tick);
    for (const event of tick.events ?? []) {
      if (event.seq > known) this.#pass(event);
    }
    const says = this.#seenOf(tick.says ?? []).filter((say) => say.seq > known);
    if (says.length) this.#emit("says", says);
    this.#seq = Math.max(known, tick.seq);
  }

  /** @param {any} event */
  #pass(event) {
    const { facts } = this;
    const isOurs = facts.flash?.offer === event.offer;
    if (event.t === "state") facts.state = event.state;
    if (event.t === "pinned") facts.pinned = event.item;
    if (event.t === "unpinned") facts.pinned = null;
    if (event.t === "flash") facts.flash = event;
    if (event.t === "stock" && isOurs) facts.flash = { ...facts.flash, left: event.left, quantity: event.quantity };
    if (event.t === "flash_over" && isOurs) facts.flash = null;
    this.#passGift(event);
    if (event.t === "bag") this.#counts({ bag: event.count });
    if (event.t === "bought") this.#counts({ sold: event.sold });
    this.#emit(event.t, event);
  }

  /** @param {any} event */
  #passGift(event) {
    const { facts } = this;
    if (event.t === "say_pinned") facts.pinned_say = event.say;
    if (event.t === "say_unpinned" && facts.pinned_say?.id === event.say) facts.pinned_say = null;
    if (event.t === "giveaway") facts.giveaway = event;
    if (event.t === "drop") facts.drop = event;
    if (facts.giveaway?.giveaway === event.giveaway) {
      if (event.t === "entries") facts.giveaway = { ...facts.giveaway, entries: event.entries };
      if (event.t === "drawn") facts.giveaway = null;
    }
    if (facts.drop?.drop === event.drop) {
      if (event.t === "drop_left") facts.drop = { ...facts.drop, left: event.left };
      if (event.t === "drop_over") facts.drop = null;
    }
  }

  /** @param {Record<string, unknown>} values */
  #counts(values) {
    for (const name of ["viewers", "likes", "sold", "bag"]) {
      const value = values[name];
      if (typeof value !== "number") continue;
      for (const place of this.querySelectorAll(`[data-count="${name}"]`)) {
        place.textContent = compact(value, document.documentElement.lang);
        place.setAttribute("data-value", String(value));
      }
    }
  }

  /**
   * @param {string | undefined} id
   * @param {string | null} saidId
   * @param {{code: string, text: string} | null} refusal
   */
  #answer(id, saidId, refusal) {
    const asked = id ? this.#asked.get(id) : undefined;
    if (!asked || !id) return;
    this.#asked.delete(id);
    if (refusal) asked.reject(refusal);
    else asked.resolve(saidId ?? "");
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`room-${name}`, { detail }));
  }
}

class Closed extends Error {
  /** @param {string} link */
  constructor(link) {
    super(link);
    this.link = link;
  }
}

/**
 * The room around an element.
 * @param {Element} element
 * @returns {LiveRoom | null}
 */
export function roomOf(element) {
  return /** @type {LiveRoom | null} */ (element.closest("live-room"));
}

customElements.define("live-room", LiveRoom);
