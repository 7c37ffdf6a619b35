import { Uploading } from "../uploading.js";
import { word } from "../words.js";

/**
 * `<file-upload data-begin="URL" data-kind="VIDEO">` around `look/file_upload.html`: sends each chosen
 * file, shows how far it is, and can be paused, taken up again and cancelled.
 *
 * `data-live-state` is the state of `Uploading`; parts with `data-when="sending paused"` are shown in those
 * states. Bubbling events: `upload-begun`, `upload-sent`, `upload-cancelled`, with `{upload}`, its public
 * id. A `data-language` and `data-for` (a work's public id) go with captions.
 */
const UNDER_WAY = ["beginning", "sending", "paused", "offline", "again"];

class FileUpload extends HTMLElement {
  #uploading = new Uploading();

  connectedCallback() {
    this.addEventListener("change", this.#chosen);
    this.addEventListener("click", this.#tap);
    this.addEventListener("dragover", this.#over);
    this.addEventListener("drop", this.#dropped);
    addEventListener("beforeunload", this.#leaving);
    this.#uploading.addEventListener("state", this.#changed);
    this.#uploading.addEventListener("progress", this.#moved);
    this.#show();
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.#leaving);
    this.#uploading.pause();
  }

  /** @param {Event} event */
  #chosen = (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.files?.[0]) this.#send(input.files[0]);
  };

  /** @param {File} file */
  #send(file) {
    const { begin = "", kind = "", language = "", for: work = "" } = this.dataset;
    const fields = { kind, ...(language && { language }), ...(work && { for_work: work }) };
    for (const name of this.querySelectorAll("[data-name]")) name.textContent = file.name;
    this.#uploading.start(file, begin, fields);
  }

  /** @param {Event} event */
  #tap = (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-upload]") : null;
    if (!(button instanceof HTMLElement)) return;
    const verb = button.dataset.upload;
    if (verb === "pause") this.#uploading.pause();
    if (verb === "resume") this.#uploading.resume();
    if (verb === "cancel") this.#uploading.cancel();
    // The pressed button is hidden now: who uses the keyboard stays where they were.
    this.querySelector("[data-upload]:not([hidden], [hidden] *), input[type=file]")?.focus();
  };

  /** @param {DragEvent} event */
  #over = (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };

  /** @param {DragEvent} event */
  #dropped = (event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    if (!UNDER_WAY.includes(this.#uploading.state)) this.#send(file);
  };

  /** @param {BeforeUnloadEvent} event */
  #leaving = (event) => {
    if (["sending", "again"].includes(this.#uploading.state)) event.preventDefault();
  };

  #changed = () => {
    const { state, upload } = this.#uploading;
    this.#show();
    const told = { sending: "upload-begun", sent: "upload-sent", cancelled: "upload-cancelled" }[state];
    if (!told || (told === "upload-begun" && this.dataset.begun === upload)) return;
    this.dataset.begun = upload;
    const input = this.querySelector("input[type=hidden][data-upload-id]");
    if (input instanceof HTMLInputElement) input.value = state === "cancelled" ? "" : upload;
    this.dispatchEvent(new CustomEvent(told, { bubbles: true, detail: { upload } }));
  };

  #moved = () => {
    const { sent, total } = this.#uploading;
    const percent = total ? Math.floor((100 * sent) / total) : 0;
    const bar = this.querySelector("progress");
    if (bar) bar.value = percent;
    for (const place of this.querySelectorAll("[data-percent]")) place.textContent = `${percent}%`;
  };

  #show() {
    const { state, reason, message } = this.#uploading;
    this.dataset.liveState = state;
    for (const part of this.querySelectorAll("[data-when]")) {
      if (part instanceof HTMLElement) part.hidden = !part.dataset.when?.split(" ").includes(state);
    }
    for (const place of this.querySelectorAll("[data-reason]")) {
      place.textContent = message || (reason && word(`upload-${reason}`));
    }
    this.#moved();
  }
}

customElements.define("file-upload", FileUpload);
