import { toast } from "../toasts.js";
import { word } from "../words.js";

/** `<copy-text data-text="..."><button type="button">…</button></copy-text>` */
class CopyText extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => this.copy());
  }

  async copy() {
    const text = this.dataset.text ?? this.textContent?.trim() ?? "";
    try {
      await navigator.clipboard.writeText(text);
      toast(word("copied"), "ok");
    } catch {
      toast(word("copy-by-hand", { text }));
    }
  }
}

customElements.define("copy-text", CopyText);
