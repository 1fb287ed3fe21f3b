/** The log of messages: keeps the nodes that still hold, and the place where the reader is. */

import { by, h } from "./dom.js";
import { bubble, pill, sender, serviceText } from "./render.js";
import { dayName } from "./times.js";

const NEAR = 80; // px from the end that still count as the end
const RUN = 600; // s within which messages of one sender form a run

/** Messages as they are drawn: an album is one entry. */
function entries(messages) {
  const found = [];
  for (const message of messages) {
    const before = found.at(-1);
    const album = message.media_group_id;
    if (album && before?.[0].media_group_id === album) before.push(message);
    else found.push([message]);
  }
  return found;
}

function sameRun([one], [other]) {
  if (!one || !other || serviceText(one) || serviceText(other)) return false;
  const near = Math.abs(one.date - other.date) < RUN && dayName(one.date) === dayName(other.date);
  return near && sender(one).id === sender(other).id;
}

/** Messages are replaced, never changed: the same objects look the same. */
const sameRow = (one, other) =>
  one.flags === other.flags &&
  one.parts.length === other.parts.length &&
  one.parts.every((part, at) => part === other.parts[at]);

export class Log {
  /** `options`: as for `bubble`, without `first` and `last`; `onSeen` runs when the reader is at the end. */
  constructor(options) {
    this.options = options;
    this.box = by("log");
    this.column = h("div", { class: "column" });
    this.box.append(this.column);
    this.down = by("down");
    this.rows = new Map();
    this.place = "";
    this.missed = 0;
    this.stuck = true;
    this.height = this.box.clientHeight;
    this.box.addEventListener("scroll", () => this.scrolled());
    this.down.addEventListener("click", () => this.toEnd("smooth"));
    new ResizeObserver(() => this.resized()).observe(this.box);
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.column);
  }

  get atEnd() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR;
  }

  resized() {
    this.height = this.box.clientHeight;
    if (this.stuck) this.toEnd();
  }

  scrolled() {
    if (this.box.clientHeight !== this.height) return; // the frame changed, not the reader's mind: resized() comes next
    this.stuck = this.atEnd;
    if (this.stuck) {
      this.missed = 0;
      this.options.onSeen();
    }
    this.showDown();
  }

  showDown() {
    this.down.hidden = this.stuck;
    const count = this.down.querySelector(".count");
    count.hidden = !this.missed;
    count.textContent = String(this.missed);
    this.down.setAttribute("aria-label", this.missed ? `${this.missed} new messages, go to the end` : "Go to the end");
  }

  toEnd(behavior = "instant") {
    this.stuck = true;
    this.box.scrollTo({ top: this.box.scrollHeight, behavior });
  }

  /** Counts a message that arrived while the reader is elsewhere. */
  arrived() {
    if (this.stuck) return;
    this.missed += 1;
    this.showDown();
  }

  /** Draws `messages` of the place `key`; `tail`: nodes behind them (a hint, suggestions). */
  show(key, messages, { group, tail }) {
    const moved = key !== this.place;
    if (moved) this.reset(key);
    this.box.setAttribute("aria-busy", String(moved)); // a screen reader reads what is new, not a whole chat
    const wanted = this.wanted(messages, group);
    this.rows = new Map(wanted.map((row) => [row.key, this.reuse(row)]));
    this.arrange([...[...this.rows.values()].map(({ node }) => node), ...tail]);
    if (moved || this.stuck) this.toEnd();
    this.showDown();
  }

  reset(key) {
    this.place = key;
    this.rows.clear();
    this.column.replaceChildren();
    this.missed = 0;
    this.stuck = true;
  }

  reuse(row) {
    const old = this.rows.get(row.key);
    return { ...row, node: old && sameRow(old, row) ? old.node : row.draw() };
  }

  arrange(nodes) {
    const keep = new Set(nodes);
    for (const child of [...this.column.children]) if (!keep.has(child)) child.remove();
    nodes.forEach((node, at) => {
      if (this.column.children[at] !== node) this.column.insertBefore(node, this.column.children[at] ?? null);
    });
  }

  wanted(messages, group) {
    const rows = [];
    const groups = entries(messages);
    let day = "";
    groups.forEach((parts, at) => {
      const name = dayName(parts[0].date);
      if (name !== day)
        rows.push({ key: `day ${name}`, flags: "", parts: [], draw: () => pill(name, { class: "pill day" }) });
      day = name;
      rows.push(this.row(parts, group, !sameRun(parts, groups[at - 1] ?? []), !sameRun(parts, groups[at + 1] ?? [])));
    });
    return rows;
  }

  row(parts, group, first, last) {
    const key = `message ${parts[0].message_id}`;
    const service = serviceText(parts[0]);
    const { message_id: id } = parts[0];
    if (service) return { key, flags: "", parts, draw: () => pill(service, { "data-message-id": id }) };
    const draw = () => bubble(parts, { ...this.options, group, first, last });
    return { key, flags: `${group} ${first} ${last}`, parts, draw };
  }

  /** Shows a message that someone refers to. */
  jump(messageId) {
    const id = CSS.escape(String(messageId));
    const node = this.column
      .querySelector(`[data-message-id="${id}"], [data-view="${id}"]`)
      ?.closest("[data-message-id]");
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.add("found");
    setTimeout(() => node.classList.remove("found"), 1600);
  }
}
