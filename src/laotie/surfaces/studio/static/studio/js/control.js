/** The control desk: it follows its room, so that two hosts and their phones see the same. */

import { word, said } from "../../look/js/words.js";
import "./bag-order.js";
import "./camera-studio.js";
import "./flash-check.js";

const room = /** @type {HTMLElement | null} */ (document.querySelector("live-room.control"));
const AT_MOST_EVERY_MS = 1000;

/** Which parts an event of the room draws anew. */
const PARTS = new Map([
  ["room-bag", ["bag", "flash"]],
  ["room-pinned", ["bag"]],
  ["room-unpinned", ["bag"]],
  ["room-flash", ["flash", "bag"]],
  ["room-flash_over", ["flash", "bag"]],
  ["room-muted", ["order"]],
  ["room-say_pinned", ["talk"]],
  ["room-say_unpinned", ["talk"]],
  ["room-giveaway", ["gifts"]],
  ["room-drawn", ["gifts"]],
  ["room-drop", ["gifts"]],
  ["room-drop_over", ["gifts"]],
]);

/** @type {Map<string, number>} */
const waiting = new Map();
/** @type {Map<string, number>} */
const drawnAt = new Map();

/** @param {string} part */
function refresh(part) {
  if (waiting.has(part)) return;
  const since = performance.now() - (drawnAt.get(part) ?? Number.NEGATIVE_INFINITY);
  const wait = Math.max(0, AT_MOST_EVERY_MS - since);
  waiting.set(
    part,
    window.setTimeout(() => {
      waiting.delete(part);
      drawnAt.set(part, performance.now());
      const target = document.getElementById(part);
      // What is being typed is never drawn over.
      if (!target || target.querySelector("input:focus, select:focus")) return;
      // Each part asks for itself: of requests from one source all but two would be dropped.
      const address = `${room?.dataset.parts}${part}`;
      window.htmx.ajax("GET", address, { source: target, target, swap: "outerMorph" });
    }, wait),
  );
}

for (const [name, parts] of PARTS) {
  room?.addEventListener(name, () => parts.forEach(refresh));
}

// Buttons, bars and forms of the whole desk hang on the room's state.
let state = "";
room?.addEventListener("room-snapshot", (event) => {
  state = detailOf(event).state;
});
room?.addEventListener("room-state", (event) => {
  const before = state;
  state = detailOf(event).state;
  if (["ENDED", "BANNED"].includes(state)) location.reload();
  else if (before !== state) redraw();
});
document.addEventListener("desk-changed", redraw);

function redraw() {
  for (const part of ["state", "onair", "bag", "flash", "talk", "encoder"]) refresh(part);
}

room?.addEventListener("room-link", (event) => {
  const { link } = detailOf(event);
  const sign = /** @type {HTMLElement | null} */ (room.querySelector("[data-link]"));
  if (!sign) return;
  sign.classList.toggle("warn", link !== "open");
  sign.textContent = (link === "open" ? sign.dataset.open : sign.dataset.lost) ?? "";
});

room?.addEventListener("room-stock", (event) => {
  const { offer, quantity, left } = detailOf(event);
  for (const bar of room.querySelectorAll(`stock-bar[data-offer="${CSS.escape(offer)}"]`)) {
    bar.setAttribute("data-quantity", quantity);
    bar.setAttribute("data-left", left);
  }
  const text = room.querySelector("#flash [data-slot=left]");
  if (text) text.textContent = String(left);
});

room?.addEventListener("room-entries", (event) => write("entries", detailOf(event).entries));
room?.addEventListener("room-drop_left", (event) => write("drop-left", detailOf(event).left));

/**
 * @param {string} slot
 * @param {number} value
 */
function write(slot, value) {
  const place = room?.querySelector(`#gifts [data-slot="${slot}"]`);
  if (place) place.textContent = String(value);
}

// The countdown of the flash offer is over: the server says what comes next.
document.addEventListener("over", (event) => {
  const part = /** @type {HTMLElement} */ (event.target).dataset?.part;
  if (part) refresh(part);
});

// The end of a rehearsal, or of the show, is the end of its picture.
document.addEventListener("submit", (event) => {
  const button = /** @type {SubmitEvent} */ (event).submitter;
  const camera = /** @type {any} */ (document.querySelector("camera-studio"));
  if (button?.hasAttribute("data-camera-off")) camera?.halt();
});

// A form in a sheet that acts on the desk behind it closes its sheet.
document.addEventListener("submit", (event) => {
  const button = /** @type {SubmitEvent} */ (event).submitter;
  if (button?.hasAttribute("data-close-after")) {
    const dialog = button.closest("dialog");
    setTimeout(() => dialog?.close(), 0);
  }
});

/** @param {Event} event */
function detailOf(event) {
  return /** @type {CustomEvent} */ (event).detail;
}

/** `<stream-signal data-on="yes|no">`: the picture plays while one arrives. */
class StreamSignal extends HTMLElement {
  static observedAttributes = ["data-on"];

  connectedCallback() {
    this.attributeChangedCallback();
  }

  attributeChangedCallback() {
    const player = /** @type {any} */ (document.querySelector("#picture live-player"));
    if (!player?.play) return;
    if (this.dataset.on === "yes") player.play();
    else player.hold();
  }
}

/** Each comment of another person gets a way to act on them. */
class CommentActs {
  /** @param {HTMLElement} stream */
  constructor(stream) {
    this.stream = stream;
    new MutationObserver(() => this.#arm()).observe(stream, { childList: true });
    this.#arm();
    stream.scrollTop = stream.scrollHeight;
  }

  #arm() {
    for (const line of this.stream.querySelectorAll("p[data-person]:not(.host)")) {
      if (line.querySelector(".act")) continue;
      const link = document.createElement("a");
      const name = line.querySelector("b")?.textContent ?? "";
      link.className = "act";
      link.href = `${this.stream.dataset.people}${line.getAttribute("data-person")}`;
      link.dataset.sheet = "ask";
      link.textContent = "…";
      link.setAttribute("aria-label", (this.stream.dataset.act ?? "").replace("{name}", name));
      line.append(link);
    }
  }
}

/** `<order-log>`: who just bought what, the newest on top. */
class OrderLog extends HTMLElement {
  connectedCallback() {
    this.closest("live-room")?.addEventListener("room-bought", (event) => this.#bought(detailOf(event)));
  }

  /** @param {any} bought */
  #bought(bought) {
    this.querySelector("[data-none]")?.remove();
    const line = document.createElement("p");
    line.className = "new";
    const what = document.createElement("b");
    what.textContent = word("bought", { name: bought.name, title: said(bought.title) });
    const units = document.createElement("span");
    units.className = "quiet end num";
    units.textContent = `× ${bought.quantity}`;
    line.append(what, units);
    this.prepend(line);
    while (this.childElementCount > Number(this.dataset.keep ?? 20)) this.lastElementChild?.remove();
    refresh("curve");
  }
}

customElements.define("stream-signal", StreamSignal);
customElements.define("order-log", OrderLog);
const stream = document.querySelector("#talk comment-stream");
if (stream instanceof HTMLElement) new CommentActs(stream);
