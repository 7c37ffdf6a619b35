import { roomOf } from "./live-room.js";
import { toast } from "../toasts.js";

/** `<say-box><form><input name="text" maxlength="120"><button>…</button></form></say-box>` */
class SayBox extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say();
    });
  }

  async #say() {
    const input = /** @type {HTMLInputElement} */ (this.querySelector("input"));
    const text = input.value.trim();
    const room = roomOf(this);
    if (!text || !room) return;
    input.value = "";
    try {
      await room.say(text);
    } catch (reason) {
      // What was typed comes back, unless something new is there by now.
      if (!input.value) input.value = text;
      toast(/** @type {{text: string}} */ (reason).text, "bad");
    }
  }
}

customElements.define("say-box", SayBox);
