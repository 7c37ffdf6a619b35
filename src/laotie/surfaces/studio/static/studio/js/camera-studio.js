import { compact } from "../../look/js/numbers.js";
import { post } from "../../look/js/requests.js";

/**
 * `<camera-studio data-publish="URL" data-socket="wss://…/media/golive/<room>">`: on air from a browser.
 *
 * A POST to `data-publish` gives `{ticket}`; the socket's first frame is `{mime, ticket}`, then come
 * the recorder's pieces. A recording begins with its container's header, so every new socket gets a
 * new recorder. `data-live-camera` says where it is:
 *
 *   off      asking   ready    joining   sending   again (the line was lost)
 *   refused  (by the server; `data-reason` has the words for its code)
 *   blocked  (not allowed)   missing (no device)   taken (another program has it)
 *   insecure (no HTTPS)      unable  (this browser cannot record)
 *
 * Beside that `data-live-quiet` (the microphone is silent), `data-live-slow` (the line does not keep
 * up, so the picture is sent with fewer bits) and `data-live-hidden` (the page was in the background).
 */
const PIECE_MS = 200;
const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000];
const FORMATS = [
  "video/x-matroska;codecs=avc1,opus",
  "video/webm;codecs=h264,opus",
  "video/webm;codecs=vp8,opus",
  "video/mp4",
];
const VIDEO_BITS = [2_000_000, 1_200_000, 700_000];
const AUDIO_BITS = 128_000;
const BEHIND_S = 2; // More than this many seconds of picture wait in the socket.
const PATIENCE_MS = 4000; // So long it may be behind before the picture gets smaller.
const SHORT_SIDE = 720;
const LONG_SIDE = 1280;
const SILENCE_MS = 5000;

class CameraStudio extends HTMLElement {
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {MediaRecorder | null} */
  #recorder = null;
  /** @type {AudioContext | null} */
  #audio = null;
  #meter = 0;
  #tries = 0;
  #timer = 0;
  #wanted = false;
  #rate = 0; // Index into VIDEO_BITS.
  #behindSince = 0;
  #heardAt = 0;
  /** @type {WakeLockSentinel | null} */
  #awake = null;

  connectedCallback() {
    this.addEventListener("click", this.#tap);
    this.addEventListener("change", this.#choose);
    addEventListener("beforeunload", this.#leaving);
    document.addEventListener("visibilitychange", this.#seen);
    if (!window.isSecureContext) this.state = "insecure";
    else if (!this.#format) this.state = "unable";
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.#leaving);
    document.removeEventListener("visibilitychange", this.#seen);
    this.#hangUp();
    this.#dark();
  }

  get state() {
    return this.getAttribute("data-live-camera") ?? "";
  }

  set state(state) {
    this.setAttribute("data-live-camera", state);
    if (state === "sending") this.#stayAwake();
    else if (["off", "ready", "refused"].includes(state)) this.#awake?.release().catch(() => undefined);
  }

  get #format() {
    if (!navigator.mediaDevices || !("MediaRecorder" in window)) return "";
    return FORMATS.find((format) => MediaRecorder.isTypeSupported(format)) ?? "";
  }

  get #video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video"));
  }

  /** @param {Event} event */
  #tap = (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-do]");
    switch (button?.getAttribute("data-do")) {
      case "check":
        this.#check();
        break;
      case "send":
        this.#wanted = true;
        this.#tries = 0;
        this.#rate = 0;
        this.removeAttribute("data-live-slow");
        this.#join();
        break;
      case "stop":
        this.#stop();
        break;
      case "off":
        this.#dark();
        this.state = "off";
        break;
    }
  };

  #choose = () => {
    if (this.#stream && !this.#wanted) this.#check();
  };

  /** Stop sending as the button does, if anything is sent. */
  halt() {
    if (this.#wanted) this.#stop();
  }

  /** @param {BeforeUnloadEvent} event */
  #leaving = (event) => {
    if (this.#wanted) event.preventDefault();
  };

  /** Browsers starve pages in the background; the screen must not go dark while sending. */
  #seen = () => {
    if (this.state !== "sending") return;
    if (document.hidden) this.setAttribute("data-live-hidden", "");
    else this.#stayAwake();
  };

  async #stayAwake() {
    try {
      this.#awake = await navigator.wakeLock.request("screen");
    } catch {
      // An old browser, or one that saves power: the host sees to the screen.
    }
  }

  async #check() {
    this.state = "asking";
    const upright = matchMedia("(orientation: portrait)").matches;
    const [width, height] = upright ? [SHORT_SIDE, LONG_SIDE] : [LONG_SIDE, SHORT_SIDE];
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 }, ...this.#chosen("videoinput") },
        audio: { echoCancellation: true, noiseSuppression: true, ...this.#chosen("audioinput") },
      });
      this.#dark();
      this.#stream = stream;
    } catch (error) {
      this.#dark();
      this.state = whyNot(error);
      return;
    }
    this.#video.srcObject = this.#stream;
    this.#video.hidden = false;
    this.#video.play().catch(() => undefined);
    await this.#listDevices();
    this.#listen();
    this.state = "ready";
  }

  /** @param {string} kind */
  #chosen(kind) {
    const id = /** @type {HTMLSelectElement | null} */ (this.querySelector(`[data-kind="${kind}"]`))?.value;
    return id ? { deviceId: { ideal: id } } : {};
  }

  async #listDevices() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (this.querySelectorAll("select[data-kind]"))) {
      const kind = select.dataset.kind;
      const track = this.#stream?.getTracks().find((each) => kind?.startsWith(each.kind));
      const options = devices
        .filter((device) => device.kind === kind)
        .map((device, index) => new Option(device.label || `${index + 1}`, device.deviceId));
      select.replaceChildren(...options);
      select.value = track?.getSettings().deviceId ?? select.value;
    }
    const box = this.querySelector(".devices");
    if (box instanceof HTMLElement) box.hidden = false;
  }

  /** The level of the microphone, ten times a second. */
  #listen() {
    const progress = this.querySelector("progress");
    if (!this.#stream || !progress) return;
    this.#audio = new AudioContext();
    const analyser = this.#audio.createAnalyser();
    analyser.fftSize = 512;
    this.#audio.createMediaStreamSource(this.#stream).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    this.#heardAt = performance.now();
    this.#meter = window.setInterval(() => {
      analyser.getByteTimeDomainData(samples);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample - 128)), 0);
      progress.value = Math.min(100, Math.round((peak / 128) * 140));
      if (peak > 1) this.#heardAt = performance.now();
      this.toggleAttribute("data-live-quiet", performance.now() - this.#heardAt > SILENCE_MS);
    }, 100);
  }

  #dark() {
    clearInterval(this.#meter);
    this.removeAttribute("data-live-quiet");
    this.#audio?.close();
    this.#audio = null;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
    this.#video.hidden = true;
    const box = this.querySelector(".devices");
    if (box instanceof HTMLElement) box.hidden = true;
  }

  async #join() {
    clearTimeout(this.#timer);
    if (!this.#stream || !this.#wanted) return;
    this.state = this.#tries ? "again" : "joining";
    try {
      const answer = await post(this.dataset.publish ?? "");
      const body = await answer.json();
      if (!answer.ok) {
        this.#refused("", body.message);
        return;
      }
      this.#open(body.ticket);
    } catch {
      this.#later();
    }
  }

  /** @param {string} ticket */
  #open(ticket) {
    const mime = this.#format;
    const socket = new WebSocket(this.dataset.socket ?? "");
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ mime, ticket }));
    socket.onmessage = (event) => this.#heard(JSON.parse(event.data), mime);
    socket.onclose = () => {
      if (socket === this.#socket) this.#later();
    };
  }

  /**
   * @param {any} frame
   * @param {string} mime
   */
  #heard(frame, mime) {
    switch (frame.t) {
      case "on_air":
        this.#tries = 0;
        this.state = "sending";
        this.#record(mime);
        break;
      case "health": {
        const rate = this.querySelector("[data-slot=rate]");
        if (rate) rate.textContent = `${compact(frame.bitrate_bps, document.documentElement.lang)} bps`;
        break;
      }
      case "refused":
        this.#refused(frame.code, frame.message);
        break;
      case "ended":
        // Somebody took over, or the room is over: sending again would throw them out.
        if (frame.code === "SERVER_CLOSED") this.#later();
        else this.#refused(frame.code, frame.message);
        break;
      case "restart":
        this.#later();
        break;
    }
  }

  /** @param {string} mime */
  #record(mime) {
    const stream = this.#stream;
    const socket = this.#socket;
    if (!stream || !socket) return;
    const recorder = new MediaRecorder(stream, {
      mimeType: mime,
      videoBitsPerSecond: VIDEO_BITS[this.#rate],
      audioBitsPerSecond: AUDIO_BITS,
      // @ts-ignore Not in every browser's list yet.
      videoKeyFrameIntervalDuration: 1000,
    });
    this.#recorder = recorder;
    this.#behindSince = 0;
    recorder.ondataavailable = (event) => {
      if (!event.data.size || socket.readyState !== WebSocket.OPEN) return;
      socket.send(event.data);
      this.#keepUp(socket);
    };
    recorder.start(PIECE_MS);
  }

  /**
   * A line that cannot keep up would fall further and further behind: begin anew with fewer bits.
   * @param {WebSocket} socket
   */
  #keepUp(socket) {
    const waiting_s = (socket.bufferedAmount * 8) / (VIDEO_BITS[this.#rate] + AUDIO_BITS);
    if (waiting_s < BEHIND_S) {
      this.#behindSince = 0;
      return;
    }
    this.setAttribute("data-live-slow", "");
    this.#behindSince ||= performance.now();
    if (performance.now() - this.#behindSince < PATIENCE_MS) return;
    this.#rate = Math.min(this.#rate + 1, VIDEO_BITS.length - 1);
    this.#later();
  }

  #stop() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    const recorder = this.#recorder;
    this.#socket = null;
    this.#recorder = null;
    const bye = () => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ t: "bye" }));
      socket?.close(1000);
    };
    // The last piece comes with `stop`, and then the goodbye.
    if (recorder && recorder.state !== "inactive") {
      recorder.onstop = bye;
      recorder.stop();
    } else {
      bye();
    }
    this.state = this.#stream ? "ready" : "off";
  }

  #hangUp() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    if (this.#recorder && this.#recorder.state !== "inactive") {
      this.#recorder.ondataavailable = null;
      this.#recorder.stop();
    }
    this.#recorder = null;
    if (socket) socket.onclose = null;
    socket?.close();
  }

  /**
   * @param {string} code
   * @param {string} [sentence] the server's own, where this page has no words for the code
   */
  #refused(code, sentence) {
    this.#wanted = false;
    this.#hangUp();
    const slot = this.querySelector("[data-slot=reason]");
    const words = this.querySelector(`[data-reason="${CSS.escape(code ?? "")}"]`)?.textContent ?? sentence;
    if (slot && words) slot.textContent = words;
    this.state = "refused";
  }

  #later() {
    this.#hangUp();
    if (!this.#wanted) return;
    this.state = "again";
    const wait = BACK_OFF_MS[Math.min(this.#tries, BACK_OFF_MS.length - 1)];
    this.#tries += 1;
    this.#timer = window.setTimeout(() => this.#join(), wait * (0.75 + Math.random() / 2));
  }
}

/** @param {unknown} error what getUserMedia threw */
function whyNot(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (["NotFoundError", "OverconstrainedError"].includes(name)) return "missing";
  if (["NotReadableError", "AbortError"].includes(name)) return "taken";
  return "blocked";
}

customElements.define("camera-studio", CameraStudio);
