/**
 * Business time in the page. The phone's clock is never asked: it may be wrong or set back, so an
 * offset to the steady `performance.now()` is learnt from the page and from the socket.
 */

let anchor = Number.NaN;
let bestRoundTrip = Number.POSITIVE_INFINITY;

/**
 * Take the server's time from an answer; a shorter round trip is believed more.
 * @param {number} serverMs UTC, milliseconds since 1970
 * @param {number} [roundTripMs]
 */
export function learn(serverMs, roundTripMs = 0) {
  if (roundTripMs > bestRoundTrip + 200) return;
  bestRoundTrip = Math.min(bestRoundTrip, roundTripMs);
  anchor = serverMs + roundTripMs / 2 - performance.now();
}

/** @returns {number} UTC in milliseconds by the server's business clock */
export function now() {
  if (Number.isNaN(anchor)) learnFromPage();
  return anchor + performance.now();
}

function learnFromPage() {
  const meta = document.querySelector('meta[name="now"]');
  const navigation = performance.getEntriesByType("navigation")[0];
  const isTold = navigation instanceof PerformanceNavigationTiming;
  // A page from the browser's own store says when it was stored; the answer's header, when it was
  // found to hold still.
  const told = isTold ? navigation.serverTiming?.find((each) => each.name === "now") : null;
  const served = Number(told?.description || meta?.getAttribute("content"));
  const at = isTold ? navigation.responseStart : 0;
  anchor = served ? served - at : Date.now() - performance.now();
}

// The steady clock may stand still while a phone sleeps: ask anew with the next answer.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) bestRoundTrip = Number.POSITIVE_INFINITY;
});
