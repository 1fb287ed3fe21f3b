/** The page: holds the session together. */

import { Actions, toast, told } from "./actions.js";
import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { by } from "./dom.js";
import { Log } from "./log.js";
import { SILENCE, welcome } from "./hints.js";
import { sender } from "./render.js";
import { showLanguages, showTheme } from "./settings.js";
import { addressOf, showChats, showHead, showTopics, showUsers, topicsOf } from "./sidebar.js";
import { Store, topicOf } from "./store.js";

const PATIENCE = 10_000; // ms for the bot to answer before the page wonders
const TYPING = 5500; // ms that "typing…" stands without news (Bot API, sendChatAction)

const ACTIONS = {
  upload_photo: "is sending a photo",
  upload_video: "is sending a video",
  upload_document: "is sending a file",
  upload_voice: "is sending audio",
};

class Chat {
  constructor(user) {
    this.api = new Api(user);
    this.store = new Store(user);
    this.place = { chat: 0, topic: 0 };
    this.loading = 0;
    this.held = [];
    this.typing = new Map();
    this.silent = new Map();
    this.actions = new Actions(this);
    this.composer = new Composer({
      say: (text, replyTo) => this.say(text, replyTo),
      upload: (file, caption, replyTo) => this.upload(file, caption, replyTo),
      commands: () => this.commands(),
      unable: toast,
      chats: () => [...this.store.chats.values()],
      share: (message, requestId, chosen) => told(() => this.api.share(message, requestId, chosen)),
    });
    this.log = new Log({ me: user, pending: this.actions.pending, onSeen: () => this.seen() });
    by("publish").addEventListener("click", () => this.publish());
    addEventListener("hashchange", () => this.go());
    addEventListener("focus", () => this.seen());
    this.api.follow({
      opened: () => this.catchUp(),
      lost: () => this.connected(false),
      event: (event) => this.hear(event),
    });
  }

  // ---------------------------------------------------------------- what comes in

  /** Events that arrive while an answer is on its way are taken after it: the answer may be older than they are. */
  async load(work) {
    this.loading += 1;
    try {
      return await told(work);
    } finally {
      this.loading -= 1;
      if (!this.loading) for (const event of this.held.splice(0)) this.take(event);
    }
  }

  hear(event) {
    if (this.loading) this.held.push(event);
    else this.take(event);
  }

  /** At the start, and after every break of the stream. */
  async catchUp() {
    await this.load(async () => {
      const moved = this.store.take(await this.api.state());
      await Promise.all(moved.filter((id) => id !== this.place.chat).map((id) => this.countMissed(id)));
      for (const id of this.store.messages.keys()) if (id !== this.place.chat) this.store.messages.delete(id);
      if (this.store.chats.has(this.place.chat))
        this.store.fill(this.place.chat, await this.api.messages(this.place.chat));
      this.connected(true);
    });
    if (!this.store.home) return;
    showUsers(this.store);
    showLanguages(this.store.me.language_code);
    await this.go();
  }

  async countMissed(chatId) {
    const known = this.store.messages.get(chatId);
    const chat = this.store.chats.get(chatId);
    const messages = await this.api.messages(chatId);
    if (!known) return this.store.count(chatId, topicOf(chat.last_message, chat));
    const newest = Math.max(0, ...known.keys());
    for (const message of messages)
      if (message.message_id > newest && !this.mine(message)) this.store.count(chatId, topicOf(message, chat));
    return undefined;
  }

  connected(yes) {
    by("connection").hidden = yes;
  }

  take(event) {
    const { kind, chat: chatId } = event;
    if (kind === "chat" || !this.store.chats.has(chatId)) return this.refresh();
    if (kind === "message" || kind === "edit") this.receive(chatId, event.message);
    else if (kind === "delete") this.store.drop(chatId, event.message_id);
    else if (kind === "action") this.act(chatId, event.action);
    return this.draw();
  }

  async refresh() {
    await this.load(async () => this.store.take(await this.api.state()));
    if (this.store.chats.has(this.place.chat)) this.draw();
    else await this.go();
  }

  /** The commands of the open chat, as they are now. */
  async commands() {
    await this.refresh();
    return this.store.chats.get(this.place.chat)?.commands ?? this.store.commands;
  }

  receive(chatId, message) {
    const fresh = this.store.put(chatId, message);
    if (this.mine(message)) return;
    if (sender(message).id === this.store.bot.id) this.answered(chatId);
    if (!fresh) return;
    const topic = topicOf(message, this.store.chats.get(chatId));
    const here = chatId === this.place.chat && topic === this.place.topic;
    if (here) this.log.arrived();
    if (!here || !this.log.stuck || !document.hasFocus()) this.store.count(chatId, topic);
  }

  async publish() {
    const title = await told(() => this.api.publish());
    if (title) toast(`Published in the sample feed: ${title}`);
  }

  mine(message) {
    return sender(message).id === this.store.me.id;
  }

  act(chatId, action) {
    this.answered(chatId);
    clearTimeout(this.typing.get(chatId)?.timer);
    const timer = setTimeout(() => this.typing.delete(chatId) && this.draw(), TYPING);
    this.typing.set(chatId, { timer, text: `${this.store.bot.first_name} ${ACTIONS[action] ?? "is typing"}…` });
  }

  /** The bot gave a sign of life. */
  answered(chatId) {
    clearTimeout(this.typing.get(chatId)?.timer);
    clearTimeout(this.silent.get(chatId)?.timer);
    this.typing.delete(chatId);
    this.silent.delete(chatId);
  }

  // ---------------------------------------------------------------- where one is

  async go() {
    const [chat, topic] = location.hash.slice(1).split("/");
    by("app").dataset.view = chat === "chats" ? "list" : "chat";
    if (chat === "chats" && this.place.chat) return this.draw();
    const place = {
      chat: this.store.chats.has(Number(chat)) ? Number(chat) : this.store.home.id,
      topic: Number(topic) || 0,
    };
    const moved = place.chat !== this.place.chat || place.topic !== this.place.topic;
    this.place = place;
    if (!this.store.messages.has(place.chat))
      await this.load(async () => this.store.fill(place.chat, await this.api.messages(place.chat)));
    if (moved) this.composer.reply(null);
    this.store.read(place);
    this.draw();
    if (moved) this.composer.focus();
    return undefined;
  }

  seen() {
    if (!this.store.waiting(this.place.chat, this.place.topic) || !this.log.stuck) return;
    this.store.read(this.place);
    this.draw();
  }

  message(id) {
    return this.store.find(this.place.chat, id);
  }

  /** The messages of an album, or the message alone. */
  album(message) {
    const all = this.store.at(this.place);
    return message.media_group_id ? all.filter((other) => other.media_group_id === message.media_group_id) : [message];
  }

  // ---------------------------------------------------------------- what one does

  /** Says something here; answers whether it was said. */
  say(text, replyTo) {
    return this.sent(text, (place) => this.api.say(place, text, replyTo));
  }

  upload(file, caption, replyTo) {
    return this.sent(caption, (place) => this.api.upload(place, file, caption, replyTo));
  }

  async sent(text, send) {
    const place = { ...this.place };
    const message = await told(() => send(place));
    if (!message) return false;
    this.store.put(place.chat, message);
    if (this.store.chats.get(place.chat).type === "private" || text.startsWith("/")) this.wait(place.chat, message);
    this.log.toEnd();
    this.draw();
    this.composer.focus();
    return true;
  }

  wait(chatId, message) {
    const newest = Math.max(...(this.store.messages.get(chatId)?.keys() ?? []));
    if (newest > message.message_id) return; // the bot was quicker than our own request
    clearTimeout(this.silent.get(chatId)?.timer);
    const late = () => {
      this.silent.set(chatId, { late: true });
      this.draw();
    };
    this.silent.set(chatId, { timer: setTimeout(late, PATIENCE) });
  }

  async start(payload) {
    location.hash = addressOf({ chat: this.store.home.id });
    await this.go();
    return this.say(payload ? `/start ${payload}` : "/start");
  }

  // ---------------------------------------------------------------- drawing

  /** Draws once per frame, however much has happened. */
  draw() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = undefined;
      this.drawNow();
    });
  }

  drawNow() {
    const chat = this.store.chats.get(this.place.chat);
    if (!chat) return;
    const messages = this.store.at(this.place);
    const typing = (id) => this.typing.get(id)?.text;
    showChats(this.store, { open: chat.id, typing });
    showHead(chat, this.store, typing(chat.id));
    showTopics(chat, this.store, this.place);
    this.log.show(addressOf(this.place), messages, { group: chat.type !== "private", tail: this.tail(chat, messages) });
    this.composer.offer(messages);
    this.showComposer(chat);
  }

  tail(chat, messages) {
    if (!messages.length) return [welcome(chat, this.store.bot, !this.closed(chat))];
    return this.silent.get(chat.id)?.late ? [SILENCE] : [];
  }

  /** Whether nobody may write in the open topic. */
  closed(chat) {
    return Boolean(chat.is_forum && topicsOf(chat).find(({ id }) => id === this.place.topic)?.closed);
  }

  showComposer(chat) {
    const closed = this.closed(chat);
    const blocked = this.store.blocked && chat.type === "private";
    by("block").textContent = this.store.blocked ? "Unblock the bot" : "Block the bot";
    by("form").hidden = closed || blocked;
    const instead = by("instead");
    instead.hidden = !closed && !blocked;
    instead.disabled = !blocked;
    instead.textContent = blocked ? "Unblock the bot" : "This topic is closed";
  }

  async toggleBlock() {
    const blocking = !this.store.blocked;
    by("menu").hidePopover();
    const done = await told(() => (blocking ? this.api.block() : this.api.unblock()));
    if (!done) return;
    await this.refresh();
    toast(blocking ? "The bot is blocked: what it sends to you is refused." : "The bot may write to you again.");
  }

  async speak(code) {
    if (await told(() => this.api.language(code))) toast("The bot sees your new language with your next message.");
  }
}

const chat = new Chat(Number(new URLSearchParams(location.search).get("user") ?? 1001));
by("user").addEventListener("change", ({ target }) => location.assign(`?user=${target.value}${location.hash}`));
by("block").addEventListener("click", () => chat.toggleBlock());
by("instead").addEventListener("click", () => chat.toggleBlock());
by("language").addEventListener("change", ({ target }) => chat.speak(target.value));
showTheme();
