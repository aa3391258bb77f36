// Arithmetic of rows that are seen, fetched and forgotten in stretches. Places count from 0. Pure.

/** @typedef {{ from: number, count: number }} Stretch */

/**
 * Stretches of `size` rows that cover `total`; one of them begins at `start`.
 * @param {number} total
 * @param {number} size
 * @param {number} [start]
 * @returns {Stretch[]}
 */
export function cut(total, size, start = 0) {
  const offset = start % size;
  const starts = offset ? [0] : [];
  for (let from = offset; from < total; from += size) starts.push(from);
  return starts.map((from, index) => ({ from, count: (starts[index + 1] ?? total) - from }));
}

/**
 * The rows that are seen: from `first` up to, and without, `last`.
 * @param {{ top: number, height: number, rowHeight: number, total: number }} view  pixels; `height` without the head
 */
export function seen({ top, height, rowHeight, total }) {
  const first = Math.floor(top / rowHeight);
  const last = Math.ceil((top + height) / rowHeight);
  return { first: Math.max(first, 0), last: Math.min(last, total) };
}

/**
 * Whether a stretch has rows between `first` and `last`.
 * @param {Stretch} stretch
 * @param {number} first
 * @param {number} last
 */
export const touches = (stretch, first, last) => stretch.from < last && stretch.from + stretch.count > first;

/**
 * Where to scroll so that a row is seen: nowhere when it is.
 * @param {number} place
 * @param {{ top: number, height: number, rowHeight: number }} view  pixels; `height` without the head
 */
export function topFor(place, { top, height, rowHeight }) {
  const wanted = place * rowHeight;
  if (wanted < top) return wanted;
  return wanted + rowHeight > top + height ? wanted + rowHeight - height : top;
}

/**
 * A place that exists.
 * @param {number} place
 * @param {number} total
 */
export const within = (place, total) => Math.min(Math.max(place, 0), total - 1);
