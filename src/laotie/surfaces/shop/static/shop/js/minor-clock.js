/**
 * In minors' mode a page that is seen tells so each minute; when the day is used up, it closes.
 * What is closed from the first look on says so, or stays open for a guardian: it is left alone.
 */
import { post } from "../../look/js/requests.js";

const EVERY_MS = 60_000;
const TICK = "/me/settings/minors/tick";

let wasOpen = false;

async function tick() {
  if (document.visibilityState !== "visible") return;
  const answer = await post(TICK).catch(() => null);
  if (!answer?.ok) return;
  const { closed } = await answer.json();
  if (closed && wasOpen) location.reload();
  wasOpen = !closed;
}

tick();
setInterval(tick, EVERY_MS);
