/** The list of chats, the tabs of topics, and who one is. */

import { avatar, by, h, icon, patch } from "./dom.js";
import { nameOf, sender, serviceText, snippet } from "./render.js";
import { shortTime } from "./times.js";

/** The address of a place within the page. */
export const addressOf = ({ chat, topic }) => (topic ? `#${chat}/${topic}` : `#${chat}`);

const portrait = ({ id, type, title, is_forum: forum }, { bot }) =>
  avatar(type === "private" ? bot.id : id, title, forum);

const badge = (count, what) =>
  count > 0 && h("span", { class: "count", "aria-label": `${count} ${what}` }, String(count));

function lastLine(chat, store, typing) {
  if (typing) return h("span", { class: "line typing" }, typing);
  const message = chat.last_message;
  if (!message) return h("span", { class: "line" }, chat.type === "private" ? "Say hello" : "No messages yet");
  const from = sender(message);
  const named = chat.type !== "private" && chat.type !== "channel" && !serviceText(message);
  const who = from.id === store.me.id ? "You: " : named ? `${nameOf(from)}: ` : "";
  return h("span", { class: "line", dir: "auto" }, who && h("b", {}, who), snippet(message));
}

function entry(chat, store, { open, typing }) {
  const here = chat.id === open;
  const title = h("span", { class: "name", dir: "auto" }, chat.title);
  const time = chat.last_message && h("time", {}, shortTime(chat.last_message.date));
  const top = h("span", { class: "top" }, chat.type !== "private" && icon("group"), title, time);
  const bottom = h("span", { class: "bottom" }, lastLine(chat, store, typing), badge(store.waiting(chat.id), "unread"));
  const props = { href: addressOf({ chat: chat.id }), class: "chat", "aria-current": here ? "page" : null };
  const face = portrait(chat, store);
  const lines = h("span", { class: "grow lines" }, top, bottom);
  return h("li", {}, h("a", { ...props, dataset: { chat: String(chat.id) } }, face, lines));
}

/** Draws the chats, the one with the newest message first. */
export function showChats(store, { open, typing }) {
  const newest = (chat) => chat.last_message?.date ?? 0;
  const chats = [...store.chats.values()].sort((a, b) => newest(b) - newest(a));
  const focused = document.activeElement?.dataset?.chat;
  patch(
    by("chats"),
    chats.map((chat) => entry(chat, store, { open, typing: typing(chat.id) })),
  );
  if (focused) by("chats").querySelector(`[data-chat="${focused}"]`)?.focus();
}

/** Draws the people one can be. */
export function showUsers(store) {
  const people = store.users.length ? store.users : [store.me];
  const options = people.map((user) =>
    h("option", { value: user.id, selected: user.id === store.me.id }, nameOf(user)),
  );
  patch(by("user"), options);
}

/** General and the topics of a forum. General may be named by the server or go unsaid. */
export function topicsOf(chat) {
  const named = (chat.topics ?? []).filter(({ id }) => id > 1);
  const general = (chat.topics ?? []).find(({ id }) => id <= 1) ?? { name: "General", closed: false };
  return [{ ...general, id: 0 }, ...named];
}

function tab(chat, topic, store, here) {
  const href = addressOf({ chat: chat.id, topic: topic.id });
  const props = { href, role: "tab", "aria-selected": String(here), "aria-controls": "log" };
  const name = h("span", { dir: "auto" }, topic.name);
  return h("a", props, topic.closed && icon("lock"), name, badge(store.waiting(chat.id, topic.id), "unread"));
}

export function showTopics(chat, store, place) {
  const bar = by("topics");
  bar.hidden = !chat.is_forum;
  patch(bar, chat.is_forum ? topicsOf(chat).map((topic) => tab(chat, topic, store, topic.id === place.topic)) : []);
  bar.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const KIND = { group: "group", supergroup: "group", channel: "channel" };

/** Draws the head of the open chat. */
export function showHead(chat, store, typing) {
  by("title").textContent = chat.title;
  patch(by("face"), [portrait(chat, store)]);
  const kind = chat.is_forum && chat.type !== "private" ? "forum" : KIND[chat.type];
  const about = kind ? `${kind} · @${store.bot.username} is here` : `bot · @${store.bot.username}`;
  by("subtitle").textContent = typing ?? about;
  by("subtitle").classList.toggle("typing", Boolean(typing));
  const unread = [...store.chats.keys()].reduce((all, id) => all + store.waiting(id), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${chat.title} · Tidings playground`;
}
