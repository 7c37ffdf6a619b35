/** On the page that stands when nobody answers: asks every few seconds, and goes on when somebody does. */

const ASK_EVERY_MS = 3000;

async function ask() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (answer.ok) location.reload();
  } catch {
    // Still nobody; the next turn asks again.
  }
}

setInterval(ask, ASK_EVERY_MS);
addEventListener("online", ask);
