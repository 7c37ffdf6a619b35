import { roomOf } from "./live-room.js";
import { word } from "../words.js";

/** `<pinned-say>`: the comment that the host keeps on top. Stays away while there is none. */
class PinnedSay extends HTMLElement {
  connectedCallback() {
    const write = () => this.#write();
    for (const name of ["snapshot", "say_pinned", "say_unpinned"]) roomOf(this)?.addEventListener(`room-${name}`, write);
    document.addEventListener("language", write);
    write();
  }

  #write() {
    const say = roomOf(this)?.facts.pinned_say;
    this.hidden = !say;
    if (!say) return;
    const name = document.createElement("b");
    name.textContent = say.host ? word("host") : say.name;
    this.replaceChildren(name, say.text);
  }
}

customElements.define("pinned-say", PinnedSay);
