/** Texts that scripts show, from the page's own `#words`, so that gettext stays the only catalogue. */

/**
 * @param {string} name key of a `[data-word]` in `look/words.html`
 * @param {Record<string, string | number>} [values] for its `{places}`
 * @returns {string}
 */
export function word(name, values = {}) {
  const text = document.querySelector(`#words [data-word="${name}"]`)?.textContent ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

/**
 * A text in two languages, in the page's; in the other one if that is all there is.
 * @param {Record<string, string>} texts
 * @returns {string}
 */
export function said(texts) {
  const [first, second] = inChinese() ? ["zh", "en"] : ["en", "zh"];
  return texts[first] || texts[second] || "";
}

/** @returns {boolean} */
export function inChinese() {
  return document.documentElement.lang.startsWith("zh");
}
