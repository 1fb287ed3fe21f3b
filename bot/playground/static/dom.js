/** Builds DOM nodes. Strings become text nodes only: untrusted text can never become markup. */

const SVG = "http://www.w3.org/2000/svg";

/** One element. `props`: attributes, plus `class`, `dataset` and `style` (custom properties and CSS by name). */
export function h(name, props = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) assign(node, key, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function assign(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key === "class") node.className = value;
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

/** A round picture made of a name's first letters, in the name's own colour. */
export function avatar(id, name, square = false) {
  const letters = [...name.trim()].length ? initials(name) : "?";
  const colour = String(Math.abs(Number(id)) % 7);
  return h("span", { class: square ? "avatar square" : "avatar", dataset: { colour }, "aria-hidden": "true" }, letters);
}

function initials(name) {
  const words = name.trim().split(/\s+/);
  const first = (word) => [...word][0] ?? "";
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "")).toUpperCase();
}
