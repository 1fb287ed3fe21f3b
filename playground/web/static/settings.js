/** What the "More" menu lets one choose: the language of one's app, and the theme. */

import { by, h, patch } from "./dom.js";

const LANGUAGES =
  "en zh-hans zh-hant ar bn ca cs de el es fa fr he hi hu id it ja ko nl pl pt-br ro ru th tr uk uz vi".split(" ");

const nameOf = (code) => new Intl.DisplayNames([code], { type: "language" }).of(code);

/** Offers the languages, each under its own name; `chosen` is a code of Telegram (`language_code`). */
export function showLanguages(chosen = "en") {
  const codes = LANGUAGES.includes(chosen) ? LANGUAGES : [chosen, ...LANGUAGES];
  const option = (code) => h("option", { value: code, selected: code === chosen }, `${nameOf(code)} (${code})`);
  patch(by("language"), codes.map(option));
}

function setTheme(name) {
  if (name === "auto") {
    localStorage.removeItem("theme");
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem("theme", name);
    document.documentElement.dataset.theme = name;
  }
}

/** Offers the themes; theme.js restores the choice when the page opens. */
export function showTheme() {
  by("theme").value = localStorage.getItem("theme") ?? "auto";
  by("theme").addEventListener("change", ({ target }) => setTheme(target.value));
}
