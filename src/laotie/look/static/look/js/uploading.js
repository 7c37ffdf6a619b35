/**
 * One file on its way to the media process, by tus 1.0: it goes on after a cut line, a closed lid or a
 * reload, from the byte that the server has.
 */

import { post } from "./requests.js";
import "../vendor/tus.min.js";

const AGAIN_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000];
const PIECE_BYTES = 32 << 20; // A proxy on the way may not take a gigabyte at once.

/**
 * @typedef {"idle" | "beginning" | "sending" | "paused" | "offline" | "again" | "sent" | "refused" | "cancelled"} State
 * @typedef {{ upload: string, url: string, bytes: number }} Ticket
 */

/**
 * Events: `state` (see `state`, and `reason` when it is refused), `progress` (see `sent`, `total`).
 *
 *   beginning  a ticket is asked for        sending   bytes go out
 *   paused     by the person                offline   no line; goes on by itself
 *   again      the server did not answer; goes on by itself
 *   sent       the last byte has arrived    refused   it will not go on; `reason` says why
 */
export class Uploading extends EventTarget {
  /** @type {State} */
  state = "idle";
  sent = 0;
  total = 0;
  /** Why it is refused: `gone`, `failed`, `no-answer` or `offline`; `message` when the server has words. */
  reason = "";
  message = "";
  /** The upload's public id, once it has one. */
  upload = "";
  /** @type {any} */
  #tus = null;
  #run = 0;
  #kept = "";
  #onLine = () => this.#line();

  /**
   * Send a file; one whose sending was broken off on this device within a day goes on.
   * @param {File} file
   * @param {string} begin where a POST gives a ticket: `{upload, url, bytes}`
   * @param {Record<string, string>} [fields] sent with it, such as `kind`
   */
  async start(file, begin, fields = {}) {
    await this.#drop();
    const run = ++this.#run;
    Object.assign(this, { sent: 0, total: file.size, reason: "", message: "", upload: "" });
    addEventListener("online", this.#onLine);
    addEventListener("offline", this.#onLine);
    this.#become("beginning");
    this.#kept = keptAs(file, fields);
    const again = localStorage.getItem(this.#kept) ?? "";
    const asked = { ...fields, bytes: String(file.size), name: file.name, ...(again && { again }) };
    const ticket = await this.#ticket(begin, asked);
    if (run !== this.#run || !ticket) return;
    this.upload = ticket.upload;
    localStorage.setItem(this.#kept, ticket.upload);
    // @ts-ignore: the library names itself on the window.
    this.#tus = new window.tus.Upload(file, {
      endpoint: ticket.url,
      uploadUrl: ticket.upload === again ? ticket.url : null, // What has arrived is not sent again.
      chunkSize: PIECE_BYTES,
      retryDelays: AGAIN_MS,
      storeFingerprintForResuming: false,
      onProgress: (sent) => run === this.#run && this.#moved(sent),
      onShouldRetry: (error) => run === this.#run && this.#mayGoOn(error),
      onSuccess: () => run === this.#run && this.#become("sent"),
      onError: (error) => run === this.#run && this.#stopped(error),
    });
    this.#go();
  }

  pause() {
    if (!["sending", "again", "offline"].includes(this.state)) return;
    this.#tus?.abort();
    this.#become("paused");
  }

  resume() {
    if (["paused", "offline", "again"].includes(this.state)) this.#go();
  }

  /** What has arrived goes; the server forgets the upload. */
  async cancel() {
    const had = this.state;
    if (["idle", "sent", "refused", "cancelled"].includes(had)) return;
    this.#run += 1;
    this.#become("cancelled");
    await this.#drop(true);
  }

  #go() {
    if (!navigator.onLine) {
      this.#become("offline");
      return;
    }
    this.#become("sending");
    this.#tus?.start();
  }

  #line() {
    if (!navigator.onLine && ["sending", "again"].includes(this.state)) {
      this.#tus?.abort();
      this.#become("offline");
    } else if (navigator.onLine && this.state === "offline") {
      this.#go();
    }
  }

  /** @param {number} sent */
  #moved(sent) {
    this.sent = sent;
    if (this.state === "again") this.#become("sending");
    this.dispatchEvent(new Event("progress"));
  }

  /** @param {any} error */
  #mayGoOn(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    const may = status === 0 || status === 408 || status === 409 || status === 423 || status >= 500;
    if (may && this.state === "sending") this.#become(navigator.onLine ? "again" : "offline");
    return may && navigator.onLine;
  }

  /** @param {any} error */
  #stopped(error) {
    if (this.state === "offline") return;
    const status = error.originalResponse?.getStatus() ?? 0;
    // The server may be away for long; what it has stays, so the person can go on later.
    if (status === 0 || status >= 500) this.#become("paused");
    else this.#refuse(status === 404 || status === 410 ? "gone" : "failed");
  }

  /**
   * @param {string} begin
   * @param {Record<string, string>} fields
   * @returns {Promise<Ticket | null>}
   */
  async #ticket(begin, fields) {
    try {
      const answer = await post(begin, fields);
      const said = await answer.json();
      if (answer.ok) return said;
      this.#refuse("failed", said.message);
    } catch {
      this.#refuse(navigator.onLine ? "no-answer" : "offline");
    }
    return null;
  }

  /**
   * @param {string} reason
   * @param {string} [message]
   */
  #refuse(reason, message = "") {
    Object.assign(this, { reason, message });
    this.#become("refused");
  }

  /** @param {State} state */
  #become(state) {
    this.state = state;
    if (["sent", "refused", "cancelled"].includes(state)) {
      localStorage.removeItem(this.#kept);
      removeEventListener("online", this.#onLine);
      removeEventListener("offline", this.#onLine);
    }
    this.dispatchEvent(new Event("state"));
  }

  async #drop(forGood = false) {
    const tus = this.#tus;
    this.#tus = null;
    await tus?.abort(forGood).catch(() => undefined); // It goes by itself when its day is over.
  }
}

/**
 * Under which name an upload that is under way is remembered: the same file for the same purpose.
 * @param {File} file
 * @param {Record<string, string>} fields
 */
function keptAs(file, fields) {
  return ["upload", ...Object.values(fields), file.name, file.size, file.lastModified].join("|");
}
