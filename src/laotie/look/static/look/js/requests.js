/** What every request of htmx carries, and what a failed one shows. */

import { toast } from "./toasts.js";
import { word } from "./words.js";

document.addEventListener("htmx:config:request", (event) => {
  const request = /** @type {CustomEvent} */ (event).detail.ctx.request;
  if (request.method !== "GET") request.headers["X-CSRFToken"] = csrfToken();
});

// No answer at all: nothing was drawn, so say so; the form keeps what was typed.
document.addEventListener("htmx:error", (event) => {
  const ctx = /** @type {CustomEvent} */ (event).detail?.ctx;
  if (ctx?.response) return;
  toast(word(navigator.onLine ? "no-answer" : "offline"), "bad");
});

// The server may ask for a toast: `HX-Trigger: {"toast": {"text": ..., "tone": "ok"}}`.
document.addEventListener("toast", (event) => {
  const { text, tone } = /** @type {CustomEvent} */ (event).detail;
  toast(text, tone);
});

// A plain form is sent once, however often its button is pressed while the next page is on its way.
// htmx holds back its own, and whatever answers with a file can be asked for again soon.
/** @type {WeakMap<EventTarget, number>} */
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (event.timeStamp - (sent.get(form) ?? -Infinity) < 2000) event.preventDefault();
  else sent.set(form, event.timeStamp);
});

/** @returns {string} */
export function csrfToken() {
  return document.querySelector('meta[name="csrf"]')?.getAttribute("content") ?? "";
}

/**
 * POST a form of our own origin.
 * @param {string} url
 * @param {Record<string, string>} [fields]
 * @returns {Promise<Response>}
 */
export function post(url, fields = {}) {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    credentials: "same-origin",
  });
}
