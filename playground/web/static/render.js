/** Messages as DOM. No handlers here: what can be tapped carries `data-` marks that actions.js understands. */

import { avatar, colourOf, h, icon } from "./dom.js";
import { formatted, previewed, safeAddress } from "./entities.js";
import { album, attachment, isVisual, kindOf, KINDS, single } from "./media.js";
import { richBlocks } from "./rich.js";
import { clockTime } from "./times.js";

/** Who a message is shown from: a person, the bot, or a chat that speaks as itself. */
export const sender = (message) => message.sender_chat ?? message.from ?? { id: 0, first_name: "" };

export const nameOf = ({ title, first_name: first, last_name: last, username }) =>
  title ?? ([first, last].filter(Boolean).join(" ") || username || "");

/** What an article begins with; Bot API, RichText: a string, several, or one with a look around it. */
function opening(blocks = []) {
  const plain = (text) => (Array.isArray(text) ? text.map(plain).join("") : text?.text ? plain(text.text) : String(text));
  const first = blocks.find(({ text }) => text);
  return first && plain(first.text);
}

/** One line about a message: for the chat list and for quotes. */
export function snippet(message) {
  const words = message.text ?? message.caption ?? serviceText(message) ?? opening(message.rich_message?.blocks);
  if (words) return words.replace(/\s+/g, " ").slice(0, 160);
  if (message.rich_message) return "Article";
  return KINDS.find(([field]) => message[field])?.[1] ?? "Message";
}

const SERVICE = {
  new_chat_members: (who, people) => `${people.map(nameOf).join(", ")} joined`,
  left_chat_member: (who, person) => `${nameOf(person)} left`,
  new_chat_title: (who, title) => `${who} named the chat “${title}”`,
  pinned_message: (who) => `${who} pinned a message`,
  group_chat_created: (who) => `${who} created the group`,
  supergroup_chat_created: () => "The group was created",
  channel_chat_created: () => "The channel was created",
  migrate_to_chat_id: () => "The group became a supergroup",
  migrate_from_chat_id: () => "The group became a supergroup",
  forum_topic_created: (who, { name }) => `${who} opened the topic “${name}”`,
  forum_topic_edited: (who, { name }) => `${who} changed the topic to “${name ?? ""}”`,
  forum_topic_closed: (who) => `${who} closed the topic`,
  forum_topic_reopened: (who) => `${who} reopened the topic`,
};

/** The words of a service message, or `undefined` for an ordinary one. */
export function serviceText(message) {
  const kind = Object.keys(SERVICE).find((field) => message[field] !== undefined);
  return kind && SERVICE[kind](nameOf(sender(message)), message[kind]);
}

/** A line in the middle of the log. */
export const pill = (text, props = {}) => h("div", { class: "pill", ...props }, h("span", { dir: "auto" }, text));

function meta(message) {
  const time = h("time", { datetime: new Date(message.date * 1000).toISOString() }, clockTime(message.date));
  return h("span", { class: "meta" }, message.edit_date && h("span", { class: "edited" }, "edited "), time);
}

function quoted(message) {
  const props = { type: "button", class: "quote", dataset: { jump: String(message.message_id) } };
  return h(
    "button",
    props,
    h("b", { dir: "auto" }, nameOf(sender(message))),
    h("span", { dir: "auto" }, snippet(message)),
  );
}

function card({ address, title }) {
  const host = new URL(address).hostname.replace(/^www\./, "");
  const props = { class: "card", href: address, title: address, target: "_blank", rel: "noopener noreferrer" };
  return h("a", props, h("small", {}, host), h("b", { dir: "auto" }, title));
}

// ------------------------------------------------------------------ buttons

const STYLES = new Set(["primary", "success", "danger"]);

function key(button, message, pending) {
  const look = ["key", STYLES.has(button.style) && button.style];
  const words = h("span", { dir: "auto" }, button.text);
  if (button.url) {
    const href = safeAddress(button.url);
    const props = { class: look, href, title: button.url, target: "_blank", rel: "noopener noreferrer" };
    return h("a", props, words, icon("link"));
  }
  const props = { type: "button", class: look };
  if (button.copy_text) return h("button", { ...props, dataset: { copy: button.copy_text.text } }, words, icon("copy"));
  if (button.callback_data === undefined) return h("button", { ...props, dataset: { unable: "" } }, words);
  const busy = pending(message, button.callback_data);
  const dataset = { tap: button.callback_data, message: String(message.message_id) };
  return h("button", { ...props, dataset, "aria-busy": busy ? "true" : null }, words);
}

function keyboard(message, pending) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const row = (buttons) => h("div", { class: "keys" }, ...buttons.map((button) => key(button, message, pending)));
  return h("div", { class: "keyboard" }, ...rows.map(row));
}

// ------------------------------------------------------------------ bubbles

function media(messages, roomy) {
  const shown = messages.filter(isVisual);
  if (shown.length) return shown.length > 1 ? album(shown) : single(shown[0], roomy);
  const files = messages.filter(kindOf).map(attachment);
  return files.length ? { node: h("div", { class: "files" }, ...files) } : null;
}

function words(message) {
  if (message.rich_message) {
    const { blocks, is_rtl: rtl } = message.rich_message;
    return h("div", { class: "rich", dir: rtl ? "rtl" : "auto" }, ...richBlocks(blocks));
  }
  const text = message.text ?? message.caption;
  if (!text) return null;
  const huge = /^\p{Extended_Pictographic}\uFE0F?$/u.test(text) && "huge";
  const content = formatted(text, message.entities ?? message.caption_entities);
  return h("div", { class: ["text", huge], dir: "auto" }, ...content);
}

/** What stands above the content: the sender's name and the message that is answered. */
function head(message, named) {
  const from = sender(message);
  const props = { class: "sender", dir: "auto", dataset: { colour: colourOf(from.id) } };
  const answered = message.reply_to_message;
  return [named && h("div", props, nameOf(from)), answered && !answered.forum_topic_created && quoted(answered)];
}

/** Picture, text and preview card, in the order that the message wants. */
function content(message, shown) {
  const text = words(message);
  const options = message.link_preview_options ?? {};
  const preview = previewed(message);
  const link = preview && card(preview);
  const parts = message.show_caption_above_media ? [text, shown?.node] : [shown?.node, text];
  const ordered = (options.show_above_text ? [link, ...parts] : [...parts, link]).filter(Boolean);
  const chosen = message.chat_shared;
  if (chosen) return [h("div", { class: "text", dir: "auto" }, `Chose ${chosen.title ?? chosen.chat_id}`)];
  const nothing = h("div", { class: "text unsupported" }, "A kind of message that the playground does not draw");
  return ordered.length ? ordered : [nothing];
}

function drawn(messages, main, named) {
  const shown = media(messages, Boolean(main.caption || main.reply_markup?.inline_keyboard));
  const parts = content(main, shown);
  const last = parts.at(-1);
  const time = meta(main);
  if (last.matches(".text")) last.append(time);
  else parts.push(time);
  const width = shown?.width;
  const bare = Boolean(width) && last === shown.node;
  const look = ["bubble", width && "pictured", bare && "bare", main.rich_message && "article"];
  return { width, node: h("div", { class: look }, ...head(main, named), ...parts) };
}

/**
 * A bubble: one message, or the messages of an album.
 *
 * `options`: `me` (id of whoever looks), `group` (names and pictures are shown), `first`, `last` (of a run by the same
 * sender), `pending(message, data)` (whether a button waits for its answer).
 */
export function bubble(messages, { me, group, first, last, pending }) {
  const main = messages.find((message) => message.caption) ?? messages[0];
  const from = sender(main);
  const mine = from.id === me;
  const { width, node } = drawn(messages, main, group && !mine && first);
  const fixed = width ? { class: "stack fixed", style: { "--w": `${width}px` } } : { class: "stack" };
  const face = group && !mine && h("span", { class: "face" }, last && avatar(from.id, nameOf(from)));
  const reply = { type: "button", class: "round reply", "aria-label": "Reply" };
  const props = {
    class: ["message", mine ? "out" : "in", first && "first", last && "last"],
    "aria-label": `${nameOf(from)}, ${clockTime(main.date)}`,
    dataset: { messageId: String(messages[0].message_id) },
  };
  return h(
    "article",
    props,
    face,
    h("div", fixed, node, keyboard(main, pending)),
    h("button", { ...reply, dataset: { reply: String(main.message_id) } }, icon("reply")),
  );
}
