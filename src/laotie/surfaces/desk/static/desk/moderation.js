/**
 * Posts judged by keyboard. J or N and K go down and up, P plays; A, L and T press the buttons
 * marked so. A decision is sent five seconds later, until then U takes it back; leaving the page
 * sends what is still to be sent.
 */

const queue = document.querySelector("[data-queue]");
/** @type {Map<Element, () => void>} Rows whose decision is still to be sent: how, on leaving. */
const pending = new Map();
/** @type {HTMLButtonElement | null} What Enter presses, once the reason is written. */
let wanted = null;

const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;

const rows = () => [...queue.children].filter((row) => !pending.has(row));
const here = () => [...queue.children].find((row) => row.contains(document.activeElement));

/** @param {number} step */
function go(step) {
  const found = rows();
  const at = found.indexOf(here());
  const next = found[Math.max(0, Math.min(found.length - 1, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function play() {
  const video = here()?.querySelector("video");
  if (video?.paused) video.play().catch(() => {});
  else video?.pause();
}

/** @param {string} key */
function press(key) {
  const button = here()?.querySelector(`[data-key=${key}]`);
  if (!button) return;
  const reason = button.form.querySelector("[name=reason]");
  if ("reasoned" in button.dataset && !reason.value.trim()) {
    wanted = button;
    reason.focus();
  } else {
    button.click();
  }
}

function undo() {
  const [row] = [...pending.keys()].slice(-1);
  row?.querySelector("[data-undo]")?.click();
}

/** @param {string} name */
const words = (name) =>
  document.querySelector(`template[data-words=${name}]`).content.firstElementChild.cloneNode(true);

/**
 * @param {Element} row
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
function decideLater(row, form, button) {
  const content = [...row.children];
  const note = words("later");
  const body = new FormData(form, button);
  const address = button.getAttribute("formaction") ?? form.getAttribute("action");
  const send = async () => {
    clearTimeout(timer);
    pending.delete(row);
    let isKept = false;
    try {
      const answer = await fetch(address, {
        method: "POST",
        body,
      });
      isKept = answer.ok;
    } catch {
      isKept = false;
    }
    if (isKept) row.remove();
    else note.replaceWith(words("failed"));
  };
  const timer = setTimeout(send, 1000 * Number(queue.dataset.delayed));
  row.querySelector("video")?.pause();
  for (const part of content) part.hidden = true;
  row.append(note);
  note.querySelector("[data-undo]").addEventListener("click", () => {
    clearTimeout(timer);
    pending.delete(row);
    note.remove();
    for (const part of content) part.hidden = false;
    row.focus();
  });
  const found = rows();
  const next = found[found.indexOf(row) + 1] ?? found[found.indexOf(row) - 1];
  pending.set(row, () => {
    clearTimeout(timer);
    navigator.sendBeacon(address, body);
  });
  next?.focus();
}

const ACTS = {
  j: () => go(1),
  n: () => go(1),
  k: () => go(-1),
  p: play,
  u: undo,
  a: () => press("a"),
  l: () => press("l"),
  t: () => press("t"),
};

if (queue) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (target instanceof HTMLInputElement && event.key === "Enter" && wanted?.form === target.form) {
      event.preventDefault();
      wanted.click();
      return;
    }
    if (target instanceof HTMLElement && target.matches("input, select, textarea")) {
      if (event.key === "Escape") here()?.focus();
      return;
    }
    const act = ACTS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  queue.addEventListener("submit", (event) => {
    const row = event.target.closest("[data-queue] > *");
    if (!row || !(event.submitter instanceof HTMLButtonElement)) return;
    event.preventDefault();
    wanted = null;
    decideLater(row, event.target, event.submitter);
  });
  queue.addEventListener("focusin", () => {
    for (const row of queue.children) {
      const video = row.querySelector("video");
      if (!video) continue;
      if (row !== here()) video.pause();
      else if (video.paused && row === document.activeElement && !isStill) {
        video.muted = true;
        video.play().catch(() => {});
      }
    }
  });
  addEventListener("pagehide", () => {
    for (const leave of pending.values()) leave();
    pending.clear();
  });
}
