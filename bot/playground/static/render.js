/** Messages as DOM. No handlers here: what can be tapped carries `data-` marks that actions.js understands. */

import { avatar, h, icon } from "./dom.js";
import { formatted, previewed, safeAddress } from "./entities.js";
import { album, attachment, isVisual, kindOf, KINDS, single } from "./media.js";
import { richBlocks } from "./rich.js";
import { clockTime } from "./times.js";

/** Who a message is shown from: a person, the bot, or a chat that speaks as itself. */
export const sender = (message) => message.sender_chat ?? message.from ?? { id: 0, first_name: "" };

export const nameOf = ({ title, first_name: first, last_name: last, username }) =>
  title ?? ([first, last].filter(Boolean).join(" ") || username || "");

/** One line about a message: for the chat list and for quotes. */
export function snippet(message) {
  const words = message.text ?? message.caption ?? serviceText(message);
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

function card({ address, title }, { prefer_large_media: large }) {
  const host = new URL(address).hostname.replace(/^www\./, "");
  const props = {
    class: large ? "card large" : "card",
    href: address,
    title: address,
    target: "_blank",
    rel: "noopener noreferrer",
  };
  return h("a", props, h("small", {}, host), h("b", { dir: "auto" }, title));
}

// ------------------------------------------------------------------ buttons

const STYLES = new Set(["primary", "success", "danger"]);

function key(button, message, pending) {
  const look = STYLES.has(button.style) ? `key ${button.style}` : "key";
  const words = h("span", { dir: "auto" }, button.text);
  if (button.url) {
    const href = safeAddress(button.url);
    return h(
      "a",
      { class: look, href, title: button.url, target: "_blank", rel: "noopener noreferrer" },
      words,
      icon("link"),
    );
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
  return h(
    "div",
    { class: "keyboard" },
    ...rows.map((row) => h("div", { class: "keys" }, ...row.map((one) => key(one, message, pending)))),
  );
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
  return h(
    "div",
    { class: /^\p{Extended_Pictographic}$/u.test(text) ? "text huge" : "text", dir: "auto" },
    ...formatted(text, message.entities ?? message.caption_entities),
  );
}

function body(messages, main, options) {
  const roomy = Boolean(main.caption || main.reply_markup?.inline_keyboard);
  const shown = media(messages, roomy);
  const text = words(main);
  const preview = previewed(main);
  const link = preview && card(preview, main.link_preview_options ?? {});
  const name =
    options.named &&
    h(
      "div",
      { class: "sender", dir: "auto", dataset: { colour: String(Math.abs(sender(main).id) % 7) } },
      nameOf(sender(main)),
    );
  const reply = main.reply_to_message && !main.reply_to_message.forum_topic_created && quoted(main.reply_to_message);
  const above = main.link_preview_options?.show_above_text;
  const time = meta(main);
  const parts = [name, reply, above && link];
  parts.push(...(main.show_caption_above_media ? [text, shown?.node] : [shown?.node, text]), !above && link);
  const last = parts.filter(Boolean).at(-1);
  if (last === text && text?.className.startsWith("text")) text.append(time);
  else parts.push(time);
  if (!parts.some((part) => part && part !== time))
    parts.unshift(h("div", { class: "text unsupported" }, "A kind of message that the playground does not draw"));
  return { parts, width: shown?.width, bare: Boolean(shown?.width) && last === shown.node };
}

/**
 * A bubble: one message, or the messages of an album.
 *
 * `options`: `me` (id of whoever looks), `group` (names and pictures are shown), `first`, `last` (of a run by the same
 * sender), `pending(message, data)` (whether a button waits for its answer).
 */
export function bubble(messages, options) {
  const main = messages.find((message) => message.caption) ?? messages[0];
  const from = sender(main);
  const mine = from.id === options.me;
  const { parts, width, bare } = body(messages, main, { named: options.group && !mine && options.first });
  const look = ["bubble", width && "pictured", bare && "bare", main.rich_message && "article"]
    .filter(Boolean)
    .join(" ");
  const stack = h(
    "div",
    { class: width ? "stack fixed" : "stack", style: width ? { "--w": `${width}px` } : {} },
    h("div", { class: look }, ...parts.filter(Boolean)),
    keyboard(main, options.pending),
  );
  const face = options.group && !mine && h("span", { class: "face" }, options.last && avatar(from.id, nameOf(from)));
  const reply = h(
    "button",
    { type: "button", class: "round reply", "aria-label": "Reply", dataset: { reply: String(main.message_id) } },
    icon("reply"),
  );
  const classes = ["message", mine ? "out" : "in", options.first && "first", options.last && "last"]
    .filter(Boolean)
    .join(" ");
  const label = `${nameOf(from)}, ${clockTime(main.date)}`;
  const props = { class: classes, "aria-label": label, dataset: { messageId: String(messages[0].message_id) } };
  return h("article", props, face, stack, reply);
}
