/** Every page loads this: requests, sheets, toasts, the offline bar and the small elements. */

import "./elements/copy-text.js";
import "./elements/count-down.js";
import "./elements/flash-clock.js";
import "./elements/lang-switch.js";
import "./elements/number-stepper.js";
import "./elements/share-out.js";
import "./elements/theme-switch.js";
import "./requests.js";
import "./sheets.js";

const offlineBar = document.querySelector(".offline-bar");

function showConnection() {
  if (offlineBar instanceof HTMLElement) offlineBar.hidden = navigator.onLine;
}

addEventListener("online", showConnection);
addEventListener("offline", showConnection);
showConnection();

// Back from another page, a browser may show what it had kept; prices and states must be those of now.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("[data-fresh]")) location.reload();
});

// Where there is none (an old browser, plain http), the browser's own error page does.
navigator.serviceWorker?.register("/look/worker.js", { scope: "/" }).catch(() => undefined);
