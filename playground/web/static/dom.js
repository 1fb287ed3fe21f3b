/** Builds DOM nodes. Strings become text nodes only: untrusted text can never become markup. */

const SVG = "http://www.w3.org/2000/svg";

/** One element. `props`: attributes, plus `class` (a name or a list, gaps allowed), `dataset` and `style`. */
export function h(name, props = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) assign(node, key, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function assign(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key === "class") node.className = [value].flat().filter(Boolean).join(" ");
  else if (key === "dataset") Object.assign(node.dataset, value);
  else if (key === "style") for (const [name, text] of Object.entries(value)) node.style.setProperty(name, text);
  else node.setAttribute(key, value === true ? "" : value);
}

/** A drawing from the symbols of index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Gives `parent` these children and keeps those that are the same: what one is about to tap stays where it is. */
export function patch(parent, nodes) {
  nodes.forEach((node, at) => {
    const old = parent.children[at];
    if (!old) parent.append(node);
    else if (!old.isEqualNode(node)) old.replaceWith(node);
  });
  while (parent.children.length > nodes.length) parent.lastElementChild.remove();
}

/** The element with this id. */
export const by = (id) => document.getElementById(id);

/** One of seven colours, always the same for the same id. */
export const colourOf = (id) => String(((Math.abs(Number(id)) % 97) + (id < 0 ? 1 : 0)) % 7);

/** A round picture made of a name's first letters, in the name's own colour. */
export function avatar(id, name, square = false) {
  const props = {
    class: ["avatar", square && "square"],
    dataset: { colour: colourOf(id) },
    "aria-hidden": "true",
  };
  return h("span", props, initials(name));
}

function initials(name) {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? ["?"];
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen
    .map((word) => [...word][0])
    .join("")
    .toUpperCase();
}
