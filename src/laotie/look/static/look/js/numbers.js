/** How numbers read. The same rules as `look/numbers.py`, held to the same table of tests. */

/** @type {Record<string, [number, string, number][]>} */
const SCALES = {
  zh: [
    [1e4, "万", 1],
    [1e8, "亿", 2],
  ],
  en: [
    [1e3, "k", 1],
    [1e6, "M", 2],
    [1e9, "B", 2],
  ],
};
const WRITTEN_OUT_BELOW = 10_000;

/**
 * 12,846,000 is 1,284.6万 or 12.85M: half-up, no idle zeros, carried into the next unit.
 * @param {number} number whole
 * @param {string} language
 * @returns {string}
 */
export function compact(number, language) {
  if (Math.abs(number) < WRITTEN_OUT_BELOW) return grouped(BigInt(number));
  const scales = SCALES[language.startsWith("zh") ? "zh" : "en"];
  const size = BigInt(Math.abs(number));
  let text = "";
  for (const [index, [unit, suffix, decimals]] of scales.entries()) {
    const steps = 10n ** BigInt(decimals);
    const scaled = (2n * size * steps + BigInt(unit)) / (2n * BigInt(unit));
    text = trimmed(scaled, decimals) + suffix;
    const next = scales[index + 1];
    if (next && scaled * BigInt(unit) < BigInt(next[0]) * steps) break;
  }
  return number < 0 ? `-${text}` : text;
}

/**
 * The pieces of an amount, since mark and cents are drawn smaller.
 * @param {number} amountFen
 * @param {{mark?: string, exponent?: number, dropZeroCents?: boolean}} [options]
 * @returns {{sign: string, mark: string, whole: string, cents: string}}
 */
export function money(amountFen, { mark = pageMark(), exponent = pageExponent(), dropZeroCents = false } = {}) {
  const unit = 10n ** BigInt(exponent);
  const size = BigInt(Math.abs(amountFen));
  const cents = size % unit;
  const shown = !exponent || (dropZeroCents && !cents) ? "" : `.${String(cents).padStart(exponent, "0")}`;
  return { sign: amountFen < 0 ? "-" : "", mark, whole: grouped(size / unit), cents: shown };
}

/**
 * @param {number} amountFen
 * @param {Parameters<typeof money>[1]} [options]
 * @returns {string}
 */
export function moneyText(amountFen, options) {
  const { sign, mark, whole, cents } = money(amountFen, options);
  return sign + mark + whole + cents;
}

/**
 * A price tag as the server draws it.
 * @param {number} amountFen
 * @returns {HTMLElement}
 */
export function priceTag(amountFen) {
  const { sign, mark, whole, cents } = money(amountFen, { dropZeroCents: true });
  const tag = document.createElement("span");
  tag.className = "price num";
  const small = document.createElement("small");
  small.textContent = mark;
  const tail = document.createElement("span");
  tail.className = "cents";
  tail.textContent = cents;
  tag.append(sign, small, whole, tail);
  return tag;
}

const pageMark = () => document.documentElement.dataset.mark ?? "¥";
const pageExponent = () => Number(document.documentElement.dataset.exponent ?? 2);

/** @param {bigint} number */
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/**
 * @param {bigint} scaled
 * @param {number} decimals
 */
function trimmed(scaled, decimals) {
  const steps = 10n ** BigInt(decimals);
  const tail = String(scaled % steps).padStart(decimals, "0").replace(/0+$/, "");
  return grouped(scaled / steps) + (tail ? `.${tail}` : "");
}
