import { post } from "../requests.js";

/**
 * `<lang-switch><form method="post" action="…/language">…</form></lang-switch>`: the form works by
 * itself; with scripts the page is fetched again and morphed, so that video, comments, an open sheet
 * and what was typed stay.
 */
class LangSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#change(/** @type {HTMLFormElement} */ (event.target), /** @type {SubmitEvent} */ (event).submitter);
    });
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement | null} submitter
   */
  async #change(form, submitter) {
    const language = submitter instanceof HTMLButtonElement ? submitter.value : "";
    const stored = await post(form.action, { language });
    if (!stored.ok) return;
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.documentElement.lang = page.documentElement.lang;
    document.title = page.title;
    await window.htmx.swap({
      text: page.body.innerHTML,
      target: document.body,
      swap: "innerMorph",
      sourceElement: document.body,
    });
    document.dispatchEvent(new CustomEvent("language", { detail: page.documentElement.lang }));
  }
}

customElements.define("lang-switch", LangSwitch);
