/** `<push-switch>`: whether this browser takes pushes, and the buttons that change it. */

import { post } from "../../look/js/requests.js";

class PushSwitch extends HTMLElement {
  connectedCallback() {
    for (const button of this.querySelectorAll("button")) {
      button.addEventListener("click", () => this.turn(button));
    }
    this.look();
  }

  /** Find out how it stands. */
  async look() {
    if (!("PushManager" in window) || !navigator.serviceWorker) return this.say("none");
    if (Notification.permission === "denied") return this.say("denied");
    const standing = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    this.say(standing ? "on" : "off");
    // The server may have forgotten this browser, or know it as somebody else's.
    if (standing) this.tell(standing).catch(() => undefined);
  }

  /** @param {HTMLButtonElement} button */
  async turn(button) {
    button.disabled = true;
    try {
      if (button.dataset.verb === "on") await this.on();
      else await this.off();
      await this.look();
    } catch {
      this.say(Notification.permission === "denied" ? "denied" : "failed");
    } finally {
      button.disabled = false;
    }
  }

  async on() {
    const registration = await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: this.dataset.key,
    });
    await this.tell(subscription);
  }

  async off() {
    const subscription = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    if (!subscription) return;
    await this.send({ endpoint: subscription.endpoint, remove: "1" });
    await subscription.unsubscribe();
  }

  /** @param {PushSubscription} subscription */
  async tell(subscription) {
    const { endpoint = "", keys = {} } = subscription.toJSON();
    await this.send({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
  }

  /** @param {Record<string, string>} fields */
  async send(fields) {
    const answer = await post(this.dataset.address ?? "", fields);
    if (!answer.ok) throw new Error(String(answer.status));
  }

  /** @param {string} state none, denied, off, on or failed */
  say(state) {
    for (const line of this.querySelectorAll("[data-says]")) {
      if (line instanceof HTMLElement) line.hidden = line.dataset.says !== state;
    }
    for (const button of this.querySelectorAll("button")) {
      const isFor = button.dataset.verb === "on" ? ["off", "failed"] : ["on"];
      button.hidden = !isFor.includes(state);
    }
  }
}

customElements.define("push-switch", PushSwitch);
