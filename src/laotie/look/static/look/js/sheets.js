/**
 * Sheets: `<a href="/page" data-sheet="buy">` opens `<dialog id="buy">` and loads the page's fragment
 * into its `[data-content]`. Without scripts the link is a link, and the page stands by itself.
 */

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const closer = target.closest("[data-close]");
  if (closer) {
    closer.closest("dialog")?.close();
    return;
  }
  const opener = target.closest("[data-sheet]");
  if (!opener || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const name = opener.getAttribute("data-sheet") ?? "";
  const address = opener.getAttribute("href");
  if (openSheet(name, address)) event.preventDefault();
});

// A tap on the backdrop is a tap on the dialog itself, outside of what it holds.
document.addEventListener("pointerdown", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.matches(".sheet[open]")) return;
  const box = dialog.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) dialog.close();
});

/**
 * @param {string} name id of the dialog
 * @param {string | null} [address] page whose fragment fills it
 * @returns {boolean} false if there is no such sheet
 */
export function openSheet(name, address = null) {
  const dialog = document.getElementById(name);
  if (!(dialog instanceof HTMLDialogElement)) return false;
  for (const other of document.querySelectorAll("dialog.sheet[open]")) {
    if (other !== dialog) /** @type {HTMLDialogElement} */ (other).close();
  }
  const content = dialog.querySelector("[data-content]");
  if (address && content) {
    const waiting = document.querySelector("#waiting");
    if (waiting instanceof HTMLTemplateElement) content.replaceChildren(waiting.content.cloneNode(true));
    window.htmx.ajax("GET", address, { target: content, swap: "innerHTML" });
  }
  if (!dialog.open) dialog.showModal();
  return true;
}
