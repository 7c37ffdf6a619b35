/**
 * `<share-out data-title data-url hidden><button>`: hands a link to the system's own share sheet; shows
 * itself only where there is one.
 */
class ShareOut extends HTMLElement {
  connectedCallback() {
    if (!navigator.share) return;
    this.hidden = false;
    this.addEventListener("click", () => {
      // Closing the system's sheet without choosing is no fault.
      navigator.share({ title: this.dataset.title, url: this.dataset.url }).catch(() => undefined);
    });
  }
}

customElements.define("share-out", ShareOut);
