/** Pictures, films, sounds and files of a message as DOM; sizes are reserved before anything loads. */

import { fileAddress } from "./api.js";
import { h, icon } from "./dom.js";
import { mosaic } from "./mosaic.js";

const LARGEST = 430; // px, as in Telegram's clients
const NARROWEST = 240;
const ALBUM = 460;

/** Name and kind for snippets: `[field, words]`, in the order in which they are looked for. */
export const KINDS = [
  ["photo", "Photo"],
  ["animation", "GIF"],
  ["video", "Video"],
  ["video_note", "Video message"],
  ["audio", "Audio"],
  ["voice", "Voice message"],
  ["sticker", "Sticker"],
  ["document", "File"],
];

/** The kind of media a message holds (`photo`, ...), or `undefined`. */
export const kindOf = (message) => KINDS.find(([field]) => message[field])?.[0];

const VISUAL = new Set(["photo", "animation", "video"]);
export const isVisual = (message) => VISUAL.has(kindOf(message));

/** `{source, width, height, film}` of a picture or film. */
function picture(message) {
  const kind = kindOf(message);
  const file = kind === "photo" ? message.photo.at(-1) : message[kind];
  const film = kind !== "photo" && !(file.mime_type ?? "").startsWith("image/");
  return {
    source: fileAddress(file.file_id),
    width: file.width || 4,
    height: file.height || 3,
    film,
    loop: kind === "animation",
  };
}

function element({ source, width, height, film, loop }, alt) {
  if (!film) return h("img", { src: source, width, height, alt, decoding: "async" });
  const props = { src: `${source}#t=0.1`, width, height, preload: "metadata", playsinline: true, loop };
  const video = h("video", { ...props, "aria-label": alt });
  video.muted = true;
  video.autoplay = loop;
  return video;
}

/** A tappable picture; `data-view` opens it large. `whole`: nothing is cropped, though the frame has another shape. */
function tile(message, style, whole = false) {
  const shown = picture(message);
  const words = shown.loop ? "GIF" : shown.film ? "Video" : "Photo";
  const alt = message.caption ? `${words}: ${message.caption.slice(0, 80)}` : words;
  const hidden = message.has_media_spoiler;
  const look = ["tile", hidden && "veiled", whole && "whole"];
  const props = { type: "button", class: look, "aria-label": `Open: ${alt}`, style };
  const sign = shown.loop
    ? h("span", { class: "sign" }, "GIF")
    : shown.film && h("span", { class: "play" }, icon("play"));
  return h("button", { ...props, dataset: { view: String(message.message_id) } }, element(shown, alt), sign);
}

/** Width in px at which a picture is shown, at most. */
function fit({ width, height }, roomy) {
  const scale = Math.min(LARGEST / width, LARGEST / height, Math.max(1, NARROWEST / width));
  return Math.round(Math.max(width * scale, roomy ? NARROWEST : 100));
}

/** One picture: `{node, width}`. `roomy`: text or buttons stand below and want room. */
export function single(message, roomy) {
  const shown = picture(message);
  const width = fit(shown, roomy);
  const natural = shown.width / shown.height;
  const ratio = Math.min(Math.max(natural, width / LARGEST), 4);
  const node = tile(message, { "aspect-ratio": String(ratio) }, Math.abs(ratio / natural - 1) > 0.05);
  return { width, node: h("div", { class: "picture" }, node) };
}

/** Two to ten pictures as a mosaic: `{node, width}`. */
export function album(messages) {
  const { height, boxes } = mosaic(messages.map(picture));
  const percent = (part, whole = 1) => `${(100 * part) / whole}%`;
  const tiles = messages.map((message, at) => {
    const box = boxes[at];
    const place = {
      left: percent(box.x),
      top: percent(box.y, height),
      width: percent(box.width),
      height: percent(box.height, height),
    };
    return tile(message, place);
  });
  return { width: ALBUM, node: h("div", { class: "mosaic", style: { "aspect-ratio": String(1 / height) } }, ...tiles) };
}

function size(bytes) {
  if (!bytes) return "";
  const units = ["B", "kB", "MB", "GB"];
  const step = Math.min(Math.floor(Math.log10(bytes) / 3), 3);
  return `${(bytes / 1000 ** step).toFixed(step > 1 ? 1 : 0)} ${units[step]}`;
}

function file({ file_id: id, file_name: name, file_size: bytes }) {
  const words = h("span", { class: "grow" }, h("b", { dir: "auto" }, name ?? "File"), h("small", {}, size(bytes)));
  return h(
    "a",
    { class: "file", href: fileAddress(id), download: name ?? "" },
    h("span", { class: "disc" }, icon("file")),
    words,
  );
}

function sound({ file_id: id, title, performer, file_name: name }) {
  const words = [title ?? name, performer].filter(Boolean).join(" · ");
  const player = h("audio", {
    src: fileAddress(id),
    controls: true,
    preload: "none",
    "aria-label": words || "Voice message",
  });
  return h("div", { class: "sound" }, words && h("b", { dir: "auto" }, words), player);
}

/** What is no picture: a file, a sound, a sticker. */
export function attachment(message) {
  const kind = kindOf(message);
  if (kind === "audio" || kind === "voice") return sound(message[kind]);
  if (kind === "sticker")
    return h("img", {
      class: "sticker",
      src: fileAddress(message.sticker.file_id),
      alt: message.sticker.emoji ?? "Sticker",
      width: 160,
      height: 160,
    });
  return file(message[kind]);
}

/** For the viewer: the whole picture or a film with its controls. */
export function large(message) {
  const node = element(picture(message), message.caption ?? "");
  if (node instanceof HTMLVideoElement) Object.assign(node, { controls: true, autoplay: true, muted: false });
  return node;
}
