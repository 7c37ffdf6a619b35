/** A queue worked by keyboard: J and K go down and up, A and R press the buttons marked so. */

const queue = document.querySelector("[data-queue]");

/** @param {number} step */
function go(step) {
  const rows = [...queue.children];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** @param {string} key */
function press(key) {
  const row = [...queue.children].find((each) => each.contains(document.activeElement));
  const field = row?.querySelector("input[name=reason]");
  if (!field) return;
  if (field.value.trim()) row.querySelector(`[data-key=${key}]`)?.click();
  else field.focus();
}

function isTyping(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

if (queue) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const act = { j: () => go(1), k: () => go(-1), a: () => press("a"), r: () => press("r") }[
      event.key.toLowerCase()
    ];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
