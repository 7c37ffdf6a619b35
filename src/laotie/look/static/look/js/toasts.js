/** Short notices that go by themselves. They are announced, and stand above any open dialog. */

const STAYS_MS = 4000;

/**
 * @param {string} text
 * @param {"" | "ok" | "bad"} [tone]
 */
export function toast(text, tone = "") {
  const box = document.getElementById("toasts");
  if (!box) return;
  const note = document.createElement("div");
  note.className = `toast ${tone}`.trim();
  note.textContent = text;
  box.append(note);
  raise(box);
  setTimeout(() => {
    note.remove();
    if (!box.childElementCount && box.matches(":popover-open")) box.hidePopover();
  }, STAYS_MS);
}

/**
 * Into the top layer again, so that a dialog opened meanwhile does not cover it.
 * @param {HTMLElement} box
 */
function raise(box) {
  if (!box.showPopover) return;
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
}
