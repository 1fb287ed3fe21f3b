/** Places the pictures of an album, as Telegram's clients do: whole rows, little cropping. Pure numbers. */

const clamp = (low, value, high) => Math.min(high, Math.max(low, value));
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Every way to cut `count` pictures into rows of one to three (four in large albums). */
function* cuts(count, most) {
  if (count === 0) yield [];
  for (let first = 1; first <= Math.min(most, count); first += 1) {
    for (const rest of cuts(count - first, most)) yield [first, ...rest];
  }
}

const GOOD_HEIGHT = 1.05; // of the width
const ROW_BOUNDS = [0.22, 0.72];

function heights(ratios, rows) {
  let from = 0;
  return rows.map((size) => {
    const row = ratios.slice(from, (from += size));
    return 1 / sum(row);
  });
}

function penalty(ratios, rows) {
  const tall = heights(ratios, rows);
  const outside = sum(tall.map((height) => Math.abs(height - clamp(ROW_BOUNDS[0], height, ROW_BOUNDS[1]))));
  const single = ratios.length > 3 ? 0.15 * rows.filter((size, at) => size === 1 && at > 0).length : 0;
  return Math.abs(sum(tall) - GOOD_HEIGHT) + 4 * outside + single;
}

function inRows(ratios) {
  const ways = [...cuts(ratios.length, ratios.length > 6 ? 4 : 3)];
  const rows = ways.reduce((best, way) => (penalty(ratios, way) < penalty(ratios, best) ? way : best));
  const boxes = [];
  let y = 0;
  for (const size of rows) {
    const row = ratios.slice(boxes.length, boxes.length + size);
    const height = clamp(ROW_BOUNDS[0], 1 / sum(row), 1);
    let x = 0;
    for (const ratio of row) {
      const width = ratio / sum(row);
      boxes.push({ x, y, width, height });
      x += width;
    }
    y += height;
  }
  return { height: y, boxes };
}

/** A tall first picture at the left, the others stacked at its right. */
function besideColumn(ratios) {
  const column = 1 / sum(ratios.slice(1).map((ratio) => 1 / ratio)); // ratio of the stacked column
  const left = clamp(0.5, ratios[0] / (ratios[0] + column), 0.68);
  const height = clamp(0.6, left / ratios[0], 1.1);
  const boxes = [{ x: 0, y: 0, width: left, height }];
  const shares = ratios.slice(1).map((ratio) => 1 / ratio);
  let y = 0;
  for (const share of shares) {
    const part = (height * share) / sum(shares);
    boxes.push({ x: left, y, width: 1 - left, height: part });
    y += part;
  }
  return { height, boxes };
}

/**
 * `sizes`: `{width, height}` per picture. Answers `{height, boxes}` in units of the album's width; box `i` belongs to
 * picture `i`.
 */
export function mosaic(sizes) {
  const ratios = sizes.map(({ width, height }) => clamp(0.66, (width || 1) / (height || 1), 2.2));
  const columned = (ratios.length === 3 || ratios.length === 4) && ratios[0] < 0.9;
  return columned ? besideColumn(ratios) : inRows(ratios);
}
