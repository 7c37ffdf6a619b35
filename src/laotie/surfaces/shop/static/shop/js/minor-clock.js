/** In minors' mode a page that is seen tells so each minute; when the day is used up, it closes. */
import { post } from "../../look/js/requests.js";

const EVERY_MS = 60_000;
const TICK = "/me/settings/minors/tick";

async function tick() {
  if (document.visibilityState !== "visible") return;
  const answer = await post(TICK).catch(() => null);
  if (!answer?.ok) return;
  if ((await answer.json()).closed) location.reload();
}

tick();
setInterval(tick, EVERY_MS);
