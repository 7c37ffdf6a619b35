/**
 * `<theme-switch><form method="post" action="…/theme">…</form></theme-switch>`: the form works by itself;
 * with scripts the page turns light or dark at once, and a cookie remembers it, so that the server's
 * next first paint is right.
 */
const A_YEAR_S = 365 * 24 * 3600;

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#turn();
    });
  }

  #turn() {
    const root = document.documentElement;
    const theme = isDark(root) ? "light" : "dark";
    root.dataset.theme = theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; Max-Age=${A_YEAR_S}; SameSite=Lax${secure}`;
  }
}

/** @param {HTMLElement} root */
function isDark(root) {
  return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

customElements.define("theme-switch", ThemeSwitch);
