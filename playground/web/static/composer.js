/** Where one writes: the text field, the commands, the reply, and the bot's own keyboard. */

import { by, h } from "./dom.js";
import { nameOf, sender, snippet } from "./render.js";

const TALLEST = 220; // px

export class Composer {
  /**
   * `say(text, replyTo)` sends and answers whether it was said; `upload(file, caption, replyTo)` does so with a file;
   * `commands()` asks for the commands of the open chat; `unable(text)` tells what cannot be done here.
   */
  constructor({ say, upload, commands, unable, chats, share }) {
    this.say = say;
    this.upload = upload;
    this.askCommands = commands;
    this.unable = unable;
    this.chats = chats;
    this.share = share;
    this.input = by("input");
    this.list = by("suggestions");
    this.commands = [];
    this.replyTo = null;
    this.chosen = -1;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () =>
      setTimeout(() => document.activeElement === this.input || this.close(), 150),
    );
    by("form").addEventListener("submit", (event) => this.submit(event));
    by("commands").addEventListener("click", () => this.toggle());
    by("attach").addEventListener("click", () => by("upload").click());
    by("upload").addEventListener("change", () => this.attached());
    by("unreply").addEventListener("click", () => this.reply(null));
    by("keys").addEventListener("click", () => this.showKeyboard(by("keyboard").hidden));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.clicked(event));
    by("keyboard").addEventListener("click", (event) => this.tapped(event));
    addEventListener("keydown", (event) => this.caught(event));
  }

  /** Writing anywhere on the page is writing here. */
  caught({ key, target, ctrlKey, metaKey, altKey }) {
    if (key.length !== 1 || key === " " || ctrlKey || metaKey || altKey) return;
    if (!target.closest("input, select, textarea, dialog, [popover]")) this.input.focus();
  }

  async typed() {
    this.grow();
    if (this.input.value === "/") this.commands = await this.askCommands();
    const text = this.input.value;
    const found = /^\/\w*$/.test(text)
      ? this.commands.filter(({ command }) => `/${command}`.startsWith(text.toLowerCase()))
      : [];
    if (found.length) this.open(found);
    else this.close();
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST)}px`;
  }

  async submit(event) {
    event?.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    const replyTo = this.replyTo?.message_id;
    this.close();
    this.write("");
    this.reply(null);
    if (!(await this.say(text, replyTo)) && !this.input.value) this.write(text); // what could not be said is not lost
  }

  /** A file was chosen: what is written stands below it. */
  async attached() {
    const file = by("upload").files[0];
    by("upload").value = "";
    if (!file) return;
    const text = this.input.value.trim();
    const replyTo = this.replyTo?.message_id;
    this.write("");
    this.reply(null);
    if (!(await this.upload(file, text, replyTo)) && !this.input.value) this.write(text);
  }

  write(text) {
    this.input.value = text;
    this.grow();
  }

  focus() {
    // A keyboard that opens by itself on a phone would hide what one came to read.
    if (matchMedia("(hover: hover)").matches) this.input.focus();
  }

  // ---------------------------------------------------------------- commands

  async toggle() {
    const opening = this.list.hidden;
    this.input.focus();
    if (!opening) return this.close();
    this.commands = await this.askCommands();
    return this.open(this.commands);
  }

  open(commands) {
    const option = ({ command, description }, at) =>
      h(
        "li",
        { id: `command-${at}`, role: "option", "aria-selected": "false", dataset: { say: `/${command}` } },
        h("b", {}, `/${command}`),
        h("span", { dir: "auto" }, description),
      );
    const none = h("li", { class: "none" }, "The bot has registered no commands yet");
    this.list.replaceChildren(...(commands.length ? commands.map(option) : [none]));
    this.choose(-1);
    this.expanded(true);
  }

  close() {
    this.choose(-1);
    this.expanded(false);
  }

  expanded(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    by("commands").setAttribute("aria-expanded", String(open));
  }

  choose(at) {
    const options = [...this.list.querySelectorAll('[role="option"]')];
    this.chosen = at < 0 || !options.length ? -1 : at % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.chosen)));
    const option = options[this.chosen];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    return option;
  }

  clicked({ target }) {
    const option = target.closest("[data-say]");
    if (option) this.take(option);
  }

  take(option) {
    this.write(option.dataset.say);
    this.submit();
  }

  complete(option) {
    this.write(`${option.dataset.say} `);
    this.close();
  }

  pressed(event) {
    if (event.isComposing) return; // Enter ends a word of an input method, not the message
    const open = !this.list.hidden;
    const options = this.list.querySelectorAll('[role="option"]');
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (open && options[this.chosen]) this.take(options[this.chosen]);
      else this.submit();
    } else if (event.key === "Escape") {
      if (open) this.close();
      else this.reply(null);
    } else if (open && options.length && ["ArrowDown", "ArrowUp", "Tab"].includes(event.key)) {
      event.preventDefault();
      if (event.key === "Tab") this.complete(options[Math.max(this.chosen, 0)]);
      else
        this.choose(event.key === "ArrowDown" ? this.chosen + 1 : (this.chosen < 1 ? options.length : this.chosen) - 1);
    }
  }

  // ---------------------------------------------------------------- reply

  /** Answers `message`, or nothing. */
  reply(message) {
    this.replyTo = message;
    const bar = by("replying");
    bar.hidden = !message;
    if (!message) return;
    bar.querySelector(".who").textContent = nameOf(sender(message));
    bar.querySelector(".what").textContent = snippet(message);
    this.input.focus();
  }

  // ---------------------------------------------------------------- the bot's keyboard

  /** Shows what the newest message with a keyboard wants. */
  offer(messages) {
    const last = messages.findLast(({ reply_markup: markup }) => markup?.keyboard || markup?.remove_keyboard);
    if (last === this.offered) return;
    this.offered = last;
    const rows = last?.reply_markup.keyboard ?? [];
    by("keyboard").replaceChildren(
      ...rows.map((row) => h("div", { class: "keys" }, ...row.map((button) => this.key(button)))),
    );
    by("keys").hidden = !rows.length;
    this.input.placeholder = last?.reply_markup.input_field_placeholder ?? "Message";
    this.showKeyboard(rows.length > 0);
  }

  key(button) {
    const { text, ...rest } = typeof button === "string" ? { text: button } : button;
    const wanted = rest.request_chat;
    if (wanted)
      return h(
        "button",
        { type: "button", class: "key", dataset: { request: JSON.stringify(wanted) } },
        h("span", { dir: "auto" }, text),
      );
    const special = Object.keys(rest).find((name) => name.startsWith("request_") || name === "web_app");
    return h(
      "button",
      { type: "button", class: "key", dataset: special ? { unable: "" } : { say: text } },
      h("span", { dir: "auto" }, text),
    );
  }

  async tapped({ target }) {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.request) return this.offerChats(JSON.parse(button.dataset.request));
    if (button.dataset.chosen) {
      this.showKeyboard(false);
      return this.share(this.offered.message_id, Number(button.dataset.requestId), Number(button.dataset.chosen));
    }
    if (button.dataset.unable !== undefined)
      return this.unable("This button opens a part of Telegram that the playground does not have.");
    if (this.offered?.reply_markup.one_time_keyboard) this.showKeyboard(false);
    await this.say(button.dataset.say, this.replyTo?.message_id);
  }

  /** The chats to choose from, in place of the keys (KeyboardButtonRequestChat). */
  offerChats({ request_id: requestId, chat_is_channel: channel }) {
    const fitting = this.chats().filter(({ type }) => type !== "private" && (type === "channel") === Boolean(channel));
    const key = ({ id, title }) =>
      h("button", { type: "button", class: "key", dataset: { chosen: String(id), requestId: String(requestId) } }, title);
    if (!fitting.length) return this.unable("There is no such chat here.");
    by("keyboard").replaceChildren(...fitting.map((chat) => h("div", { class: "keys" }, key(chat))));
    return this.showKeyboard(true);
  }

  showKeyboard(shown) {
    by("keyboard").hidden = !shown;
    by("keys").setAttribute("aria-expanded", String(shown));
  }
}
