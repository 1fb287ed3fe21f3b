/** What a tap inside the log does, by the `data-` marks of render.js; and the page's small windows. */

import { by, h } from "./dom.js";
import { safeAddress } from "./entities.js";
import { isVisual, large } from "./media.js";
import { Refused } from "./api.js";

/** A short note at the bottom that goes away by itself. */
export function toast(text) {
  const note = h("div", { class: "toast", dir: "auto" }, text);
  by("toasts").append(note);
  setTimeout(() => note.remove(), 3500 + 30 * text.length);
}

/** Runs `work`; what the server refuses, or a lost connection, is told in a toast. Answers `undefined` then. */
export async function told(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused || error instanceof TypeError)) throw error;
    toast(error instanceof Refused ? error.message : "The playground is not reachable.");
    return undefined;
  }
}

function alertWith(text, url) {
  const box = by("alert");
  box.querySelector("p").textContent = text;
  const open = box.querySelector("a");
  open.hidden = !url;
  if (url) open.href = url;
  box.showModal();
}

/** Shows the answer to a tapped button (Bot API, answerCallbackQuery). */
function showAnswer(answer) {
  if (!answer) return toast("The bot did not answer this button.");
  const url = answer.url ? safeAddress(answer.url) : null;
  if (url) return alertWith(answer.text || "The bot wants to open a page.", url);
  if (!answer.text) return undefined;
  return answer.show_alert ? alertWith(answer.text) : toast(answer.text);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser did not allow copying.");
  }
}

const toggle = (button) => {
  const open = button.parentElement.classList.toggle("open");
  button.setAttribute("aria-expanded", String(open));
};

function reveal(inside) {
  const scope = inside.closest(".text, .rich") ?? inside;
  for (const spoiler of scope.querySelectorAll(".spoiler[data-spoiler]")) {
    spoiler.removeAttribute("data-spoiler");
    for (const name of ["role", "tabindex", "aria-label"]) spoiler.removeAttribute(name);
  }
}

// ------------------------------------------------------------------ viewer

class Viewer {
  constructor() {
    this.box = by("viewer");
    this.step = (count) => this.show(this.at + count);
    this.box.querySelector(".previous").addEventListener("click", () => this.step(-1));
    this.box.querySelector(".following").addEventListener("click", () => this.step(1));
    this.box.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowLeft") this.step(-1);
      if (key === "ArrowRight") this.step(1);
    });
    this.box.addEventListener("click", ({ target }) => {
      if (target === this.box || target.matches(".picture")) this.box.close();
    });
    this.box.addEventListener("close", () => this.box.querySelector(".picture").replaceChildren());
  }

  open(messages, messageId) {
    this.messages = messages.filter(isVisual);
    this.show(this.messages.findIndex((message) => message.message_id === messageId));
    this.box.showModal();
  }

  show(at) {
    if (!this.messages[at]) return;
    this.at = at;
    this.box.querySelector(".picture").replaceChildren(large(this.messages[at]));
    this.box.querySelector(".caption").textContent = this.messages[at].caption ?? "";
    this.box.querySelector(".previous").hidden = at === 0;
    this.box.querySelector(".following").hidden = at === this.messages.length - 1;
  }
}

// ------------------------------------------------------------------ taps

/** The taps of the log. `chat` is the session of chat.js. */
export class Actions {
  constructor(chat) {
    this.chat = chat;
    this.viewer = new Viewer();
    this.waiting = new Set();
    by("log").addEventListener("click", (event) => this.clicked(event));
    by("log").addEventListener("keydown", (event) => this.pressed(event));
  }

  /** Whether the button with this data waits for the bot. */
  pending = (message, data) => this.waiting.has(`${message.chat?.id} ${message.message_id} ${data}`);

  pressed(event) {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches("[data-spoiler]")) {
      event.preventDefault();
      reveal(event.target);
    }
  }

  clicked(event) {
    const { target } = event;
    const hidden = target.closest("[data-spoiler]");
    if (hidden) {
      event.preventDefault();
      return reveal(hidden);
    }
    const anchor = target.closest("a[href]");
    if (anchor) return this.followed(event, anchor);
    const marked = target.closest(
      "[data-tap], [data-command], [data-copy], [data-expand], [data-jump], [data-reply], [data-view], [data-unable]",
    );
    return marked && this.act(marked);
  }

  act(node) {
    const { tap, message, command, copy: text, jump, reply, view } = node.dataset;
    if (tap !== undefined) return this.tap(node, Number(message), tap);
    if (command) return this.chat.say(command);
    if (text !== undefined) return copy(text);
    if (jump) return this.chat.log.jump(jump);
    if (reply) return this.chat.composer.reply(this.chat.message(Number(reply)));
    if (view !== undefined) return this.look(node, Number(view));
    if (node.dataset.expand !== undefined) return toggle(node);
    return toast("The playground has no such button.");
  }

  look(node, messageId) {
    if (node.classList.contains("veiled")) return node.classList.remove("veiled");
    const message = this.chat.message(messageId);
    return message && isVisual(message) && this.viewer.open(this.chat.album(message), messageId);
  }

  /** `https://t.me/<bot>?start=<payload>` says `/start <payload>` in private, as Telegram does. */
  followed(event, anchor) {
    const url = new URL(anchor.href);
    const name = url.hostname === "t.me" ? url.pathname.slice(1).toLowerCase() : "";
    if (name !== this.chat.store.bot.username.toLowerCase()) return;
    event.preventDefault();
    this.chat.start(url.searchParams.get("start"));
  }

  async tap(button, messageId, data) {
    const chatId = this.chat.place.chat;
    const mark = `${chatId} ${messageId} ${data}`;
    if (this.waiting.has(mark)) return;
    this.waiting.add(mark);
    button.setAttribute("aria-busy", "true");
    const answer = await told(() => this.chat.api.tap(chatId, messageId, data));
    this.waiting.delete(mark);
    // The message may have been drawn anew meanwhile: every button that stands for this one.
    for (const key of by("log").querySelectorAll(`[data-message="${messageId}"][aria-busy]`))
      if (key.dataset.tap === data) key.removeAttribute("aria-busy");
    if (answer !== undefined) showAnswer(answer);
  }
}
