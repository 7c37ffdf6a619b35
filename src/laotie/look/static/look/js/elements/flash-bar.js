import { now } from "../clock.js";
import { moneyText } from "../numbers.js";
import { openSheet } from "../sheets.js";
import { toast } from "../toasts.js";
import { said, word } from "../words.js";
import { roomOf } from "./live-room.js";

/**
 * One person's tap on one offer: `group` once it is ordered, to be paid until `payBy`.
 * @typedef {{offer: string, person: string, key: string, group: string, total: number, payBy: number}} Tap
 */

/**
 * `<flash-bar data-address="/buy?room=…&sku=" data-pay="/pay/grp">`: the flash offer of the room, with
 * countdown and stock. Stays away while there is none. The link opens the sheet; the button orders
 * one at once, for whoever is signed in and has no variant to choose.
 *
 * `data-state`: ready, sending, again (no answer yet), ordered, over (no more of it for this buyer).
 * The key of an order under way outlives a reload, so that pressing again orders nothing twice.
 */
class FlashBar extends HTMLElement {
  /** @type {Tap | null} */
  #tap = null;

  connectedCallback() {
    const write = () => this.#write();
    for (const name of ["welcome", "snapshot", "flash", "stock", "flash_over"]) {
      roomOf(this)?.addEventListener(`room-${name}`, write);
    }
    this.addEventListener("over", write);
    document.addEventListener("language", write);
    this.#button.addEventListener("click", () => this.#buy());
    write();
  }

  get #button() {
    return /** @type {HTMLButtonElement} */ (this.querySelector("button"));
  }

  get #state() {
    return this.dataset.state ?? "ready";
  }

  set #state(state) {
    this.dataset.state = state;
    this.#write();
  }

  #write() {
    const room = roomOf(this);
    const flash = room?.facts.flash;
    this.hidden = !flash || flash.ends_at <= now();
    if (!room || this.hidden) return;
    this.#begin(flash.offer, room.me.person);
    this.querySelector("a")?.setAttribute("href", this.#sheet(flash));
    this.querySelector("flash-clock")?.setAttribute("data-until", flash.ends_at);
    const text = this.querySelector("[data-slot=text]");
    const values = { title: said(flash.item.title), price: moneyText(flash.item.price_fen, { dropZeroCents: true }) };
    if (text) text.textContent = word(flash.left ? "flash-left" : "flash-gone", { ...values, left: flash.left });
    const bar = this.querySelector("stock-bar");
    bar?.setAttribute("data-quantity", flash.quantity);
    bar?.setAttribute("data-left", flash.left);
    this.#drawButton(room.me, flash);
  }

  /**
   * @param {{person: string, isHost: boolean}} me
   * @param {any} flash
   */
  #drawButton(me, flash) {
    const button = this.#button;
    const pay = /** @type {HTMLAnchorElement} */ (this.querySelector("[data-slot=pay]"));
    const hadFocus = button === document.activeElement;
    const isOrdered = this.#state === "ordered";
    pay.hidden = !isOrdered;
    button.hidden = isOrdered || !me.person || me.isHost || flash.item.variants !== 1;
    if (isOrdered && this.#tap) {
      pay.href = (this.dataset.pay ?? "").replace(/grp$/, this.#tap.group);
      pay.textContent = word("pay-now", { price: moneyText(this.#tap.total, { dropZeroCents: true }) });
      if (hadFocus) pay.focus();
      return;
    }
    const isOnItsWay = this.#state === "sending" || this.#state === "again";
    const isGone = !isOnItsWay && (!flash.left || this.#state === "over");
    button.setAttribute("aria-disabled", String(isGone || isOnItsWay));
    button.setAttribute("aria-busy", String(isOnItsWay));
    const texts = { sending: "ordering", again: "trying-again" };
    const gone = this.#state === "over" ? "limit-reached" : "sold-out";
    const name = isGone ? gone : (texts[/** @type {"sending" | "again"} */ (this.#state)] ?? "buy-now");
    const [words, price] = button.querySelectorAll("span, small");
    words.textContent = word(name);
    price.textContent = moneyText(flash.item.price_fen, { dropZeroCents: true });
  }

  /** @param {any} flash */
  #sheet(flash) {
    return `${this.dataset.address ?? ""}${flash.item.sku}`;
  }

  /**
   * Another offer, or somebody else: what is known of their tap on it, also from before a reload.
   * @param {string} offer
   * @param {string} person
   */
  #begin(offer, person) {
    const tap = this.#tap;
    const isOld = Boolean(tap?.group) && (tap?.payBy ?? 0) <= now();
    if (tap?.offer === offer && tap.person === person && !isOld) return;
    const kept = recall(offer, person);
    this.#tap = kept && !(kept.group && kept.payBy <= now()) ? kept : { offer, person, ...nothingYet() };
    this.dataset.state = this.#tap.group ? "ordered" : "ready";
  }

  async #buy() {
    const room = roomOf(this);
    const flash = room?.facts.flash;
    const tap = this.#tap;
    if (!room || !flash || !tap || this.#button.getAttribute("aria-disabled") === "true") return;
    keep(tap);
    this.#state = "sending";
    const { offer, item } = flash;
    const wish = { id: tap.key, offer, sku: item.sku, n: 1, fen: item.price_fen };
    try {
      const ordered = await room.buy(wish, () => this.#since(tap, "again"));
      Object.assign(tap, { group: ordered.group, total: ordered.total_fen, payBy: ordered.pay_by });
      keep(tap);
      this.#since(tap, "ordered");
      const time = new Date(ordered.pay_by).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
      toast(word("ordered-until", { time }), "ok");
    } catch (refusal) {
      this.#refused(tap, /** @type {import("../purchases.js").Refusal} */ (refusal));
    }
  }

  /**
   * @param {Tap} tap
   * @param {import("../purchases.js").Refusal} refusal
   */
  #refused(tap, refusal) {
    const flash = roomOf(this)?.facts.flash;
    toast(refusal.text, refusal.code === "ADDRESS_NEEDED" ? "" : "bad");
    if (refusal.code !== "NO_ANSWER") {
      // The last word on this key: the next tap is a new wish.
      forget(tap);
      Object.assign(tap, nothingYet());
    }
    if (flash?.offer !== tap.offer) return;
    if (refusal.code === "PRICE_CHANGED" && refusal.fen !== undefined) flash.item.price_fen = refusal.fen;
    if (refusal.code === "SOLD_OUT") flash.left = refusal.remaining ?? 0;
    if (refusal.code === "ADDRESS_NEEDED") openSheet("buy", this.#sheet(flash));
    const isOver = refusal.code === "LIMIT_REACHED" || refusal.code === "OFFER_OVER";
    this.#since(tap, isOver ? "over" : "ready");
  }

  /**
   * @param {Tap} tap whose news this is; another offer may be on by now
   * @param {string} state
   */
  #since(tap, state) {
    if (tap === this.#tap) this.#state = state;
  }
}

function nothingYet() {
  const key = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("-");
  return { key, group: "", total: 0, payBy: 0 };
}

/** @param {{offer: string, person: string}} tap */
function placeOf({ offer, person }) {
  return `laotie.tap.${person}.${offer}`;
}

/** @param {Tap} tap */
function keep(tap) {
  try {
    sessionStorage.setItem(placeOf(tap), JSON.stringify(tap));
  } catch {
    // Without storage a reload forgets the key; the orders' page still shows the order.
  }
}

/**
 * @param {string} offer
 * @param {string} person
 * @returns {Tap | null}
 */
function recall(offer, person) {
  try {
    return JSON.parse(sessionStorage.getItem(placeOf({ offer, person })) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Tap} tap */
function forget(tap) {
  try {
    sessionStorage.removeItem(placeOf(tap));
  } catch {
    // Nothing was kept.
  }
}

customElements.define("flash-bar", FlashBar);
