/** Text with message entities (Bot API, MessageEntity) as DOM. Offsets are UTF-16 units, as JavaScript's own. */

import { h, icon } from "./dom.js";
import { moment } from "./times.js";

const SCHEMES = new Set(["http:", "https:", "tg:", "mailto:"]);

/** An address that may become a link, or `null`. */
export function safeAddress(text) {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/]*\.[^/]*:\d/.test(text) ? text : `http://${text}`;
  try {
    return SCHEMES.has(new URL(address).protocol) ? address : null;
  } catch {
    return null;
  }
}

/** A link that opens beside the chat, or the bare content where the address is not fit for one. */
export function link(address, props, ...content) {
  const href = safeAddress(address);
  if (!href) return h("span", props, ...content);
  return h("a", { ...props, href, title: href, target: "_blank", rel: "noopener noreferrer" }, ...content);
}

/** A command: a tap says it. */
export const command = (text) => h("button", { type: "button", class: "link", dataset: { command: text } }, text);

/** Hidden until tapped. */
export function spoiler(content) {
  const props = { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, tap to reveal" };
  return h("span", { ...props, dataset: { spoiler: "" } }, h("span", {}, ...content));
}

export function preformatted(content, text, { language }) {
  const props = { type: "button", class: "copy", "aria-label": "Copy" };
  const copy = h("button", { ...props, dataset: { copy: text } }, icon("copy"));
  const head = h("span", { class: "pre-head" }, h("span", { class: "grow" }, language ?? ""), copy);
  return h("pre", language ? { class: "titled" } : {}, head, h("code", { dir: "auto" }, ...content));
}

function expandable(content) {
  const props = { type: "button", class: "expand", "aria-label": "Show the whole quote", "aria-expanded": "false" };
  const button = h("button", { ...props, dataset: { expand: "" } }, icon("down"));
  return h("blockquote", { class: "expandable", dir: "auto" }, h("div", {}, ...content), button);
}

function moments(content, text, { unix_time: unix, date_time_format: format }) {
  return h("time", { datetime: new Date(unix * 1000).toISOString(), title: text }, moment(unix, format) ?? text);
}

const wrap = (name, props) => (content) => h(name, props, ...content);

/** One function per kind of entity: `(content nodes, text, entity) => node`. */
const KINDS = {
  bold: wrap("strong"),
  italic: wrap("em"),
  underline: wrap("u"),
  strikethrough: wrap("s"),
  code: (content, text) => h("code", { class: "mono", title: "Tap to copy", dataset: { copy: text } }, ...content),
  pre: preformatted,
  spoiler,
  blockquote: wrap("blockquote", { dir: "auto" }),
  expandable_blockquote: expandable,
  text_link: (content, text, { url }) => link(url, {}, ...content),
  url: (content, text) => link(text, {}, ...content),
  email: (content, text) => link(`mailto:${text}`, {}, ...content),
  mention: wrap("span", { class: "tag" }),
  text_mention: wrap("span", { class: "tag" }),
  hashtag: wrap("span", { class: "tag" }),
  cashtag: wrap("span", { class: "tag" }),
  bot_command: (content, text) => command(text),
  custom_emoji: wrap("span", { class: "emoji" }),
  date_time: moments,
};

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const end = (entity) => entity.offset + entity.length;
// Outer before inner; where both span the same text, a block is the outer one.
const outerFirst = (a, b) =>
  a.offset - b.offset || b.length - a.length || Number(BLOCKS.has(b.type)) - Number(BLOCKS.has(a.type));

/** Nodes for `text`. Entities nest; one that crosses another's end is continued behind it. */
export function formatted(text, entities = []) {
  return nested(text, [...entities].sort(outerFirst), 0, text.length);
}

function nested(text, queue, from, to) {
  const nodes = [];
  let at = from;
  let afterBlock = false;
  const plain = (until) => {
    // The line break beside a block is the block's own.
    if (afterBlock && text[at] === "\n" && until > at) at += 1;
    if (until > at) nodes.push(text.slice(at, until));
    if (until > at) afterBlock = false;
    at = Math.max(at, until);
  };
  while (queue.length && queue[0].offset < to) {
    const entity = queue.shift();
    if (end(entity) <= at) continue;
    const start = Math.max(entity.offset, at);
    const stop = Math.min(end(entity), to);
    if (end(entity) > to) insert(queue, { ...entity, offset: to, length: end(entity) - to });
    plain(start);
    const content = nested(text, queue, start, stop);
    const make = KINDS[entity.type];
    nodes.push(...(make ? [make(content, text.slice(start, stop), entity)] : content));
    at = stop;
    afterBlock = BLOCKS.has(entity.type);
  }
  plain(to);
  return nodes;
}

function insert(queue, entity) {
  const place = queue.findIndex((other) => outerFirst(entity, other) < 0);
  queue.splice(place < 0 ? queue.length : place, 0, entity);
}

/** The link of the preview card: `{address, title}`, or `null`. Nothing is fetched: the title is the link's text. */
export function previewed(message) {
  const options = message.link_preview_options ?? {};
  if (options.is_disabled || !message.text) return null;
  const entities = (message.entities ?? []).filter(({ type }) => type === "text_link" || type === "url");
  const links = entities.map((entity) => {
    const text = message.text.slice(entity.offset, end(entity));
    return { address: entity.url ?? text, text: entity.url ? text : "" };
  });
  const address = options.url ?? links[0]?.address;
  const href = address && safeAddress(address);
  if (!href || !/^https?:/.test(href)) return null;
  return { address: href, title: links.find((one) => one.address === address && one.text)?.text ?? lastPart(href) };
}

function lastPart(href) {
  const { pathname, hostname } = new URL(href);
  const part = pathname.split("/").filter(Boolean).at(-1);
  if (!part) return hostname;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
