/** Rich messages (Bot API, RichMessage.blocks) as DOM. */

import { album, attachment, single } from "./media.js";
import { h } from "./dom.js";
import { command, link, preformatted, spoiler } from "./entities.js";
import { moment } from "./times.js";

const MARKS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  subscript: "sub",
  superscript: "sup",
  marked: "mark",
  code: "code",
};

/** RichText: a string, a list of RichText, or one typed run. */
function rich(text) {
  if (text === null || text === undefined) return [];
  if (typeof text === "string") return [text];
  if (Array.isArray(text)) return text.flatMap(rich);
  const content = rich(text.text ?? text.alternative_text ?? text.expression);
  if (MARKS[text.type]) return [h(MARKS[text.type], {}, ...content)];
  if (text.type === "url") return [link(text.url, {}, ...content)];
  if (text.type === "email_address") return [link(`mailto:${text.email_address}`, {}, ...content)];
  if (text.type === "date_time") return [moment(text.unix_time, text.date_time_format) ?? content].flat();
  if (text.type === "spoiler") return [spoiler(content)];
  if (text.type === "bot_command") return [command(text.text)];
  if (["mention", "hashtag", "cashtag"].includes(text.type)) return [h("span", { class: "tag" }, ...content)];
  return content;
}

function captioned(node, caption) {
  if (!caption) return node;
  const credit = caption.credit && h("cite", {}, ...rich(caption.credit));
  return h("figure", {}, node, h("figcaption", { dir: "auto" }, ...rich(caption.text), credit));
}

// Blocks carry media as messages do, under the name of their type.
const asMessage = (block) => ({ ...block, caption: undefined, message_id: "" });

function list({ items }) {
  const ordered = items.some((item) => item.value !== undefined);
  const entries = items.map((item) => {
    const box = item.has_checkbox && h("input", { type: "checkbox", disabled: true, checked: item.is_checked });
    return h("li", ordered ? { value: item.value, type: item.type } : {}, box, ...richBlocks(item.blocks));
  });
  return h(ordered ? "ol" : "ul", {}, ...entries);
}

function cell({ text, is_header: header, colspan, rowspan, align, valign }) {
  const style = { "text-align": align ?? "start", "vertical-align": valign ?? "top" };
  return h(header ? "th" : "td", { colspan, rowspan, style }, ...rich(text));
}

function table({ cells, caption, is_bordered: bordered, is_striped: striped }) {
  const rows = cells.map((row) => h("tr", {}, ...row.map(cell)));
  const title = caption && h("caption", {}, ...rich(caption));
  const look = [bordered && "bordered", striped && "striped"];
  return h("div", { class: "scroll", tabindex: "0" }, h("table", { class: look }, title, h("tbody", {}, ...rows)));
}

function quote(block) {
  const body = block.blocks ? richBlocks(block.blocks) : rich(block.text);
  return h("blockquote", { dir: "auto" }, ...body, block.credit && h("cite", {}, ...rich(block.credit)));
}

const paragraph =
  (name) =>
  ({ text }) =>
    h(name, { dir: "auto" }, ...rich(text));
const visual = (block) => captioned(single(asMessage(block), true).node, block.caption);
const other = (block) => captioned(attachment(asMessage(block)), block.caption);
const many = (block) => captioned(album(block.blocks.map(asMessage)).node, block.caption);

/** One function per type of block. */
const BLOCKS = {
  heading: ({ text, size }) => h(`h${Math.min(6, Math.max(1, size ?? 2))}`, { dir: "auto" }, ...rich(text)),
  paragraph: paragraph("p"),
  footer: paragraph("footer"),
  pre: ({ text, language }) => {
    const code = rich(text);
    return preformatted(code, code.map((one) => one.textContent ?? one).join(""), { language });
  },
  divider: () => h("hr"),
  list,
  table,
  blockquote: quote,
  expandable_blockquote: quote,
  pullquote: quote,
  details: ({ summary, blocks, is_open: open }) =>
    h("details", { open }, h("summary", { dir: "auto" }, ...rich(summary)), ...richBlocks(blocks)),
  mathematical_expression: ({ expression }) => h("pre", {}, h("code", {}, expression)),
  photo: visual,
  video: visual,
  animation: visual,
  audio: other,
  document: other,
  collage: many,
  slideshow: many,
};

/** Nodes for a list of blocks; a type without a drawing here shows its name, so that nothing vanishes unseen. */
export function richBlocks(blocks = []) {
  return blocks.filter(({ type }) => type !== "anchor").map((block) => (BLOCKS[block.type] ?? unknown)(block));
}

const unknown = ({ type }) => h("p", { class: "unsupported" }, `[${type}]`);
