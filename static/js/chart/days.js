// Arithmetic of days: the chart's own is "day × pixels" and nothing else. A day is the number of days since 1970. Pure.

/** @typedef {{ start: number, finish: number }} Days  first and last day; a bar covers its last day */

const MILLISECONDS = 86_400_000;

/**
 * 20454: "2026-01-01".
 * @param {number} day
 */
export const isoDay = (day) => new Date(day * MILLISECONDS).toISOString().slice(0, 10);

/**
 * 20454: 1/1(木).
 * @param {number} day
 * @param {string} language
 */
export function spell(day, language) {
  const format = new Intl.DateTimeFormat(language, {
    month: "numeric",
    day: "numeric",
    weekday: "short",
    timeZone: "UTC",
  });
  return format.format(new Date(day * MILLISECONDS));
}

/**
 * The days of a bar, read back from its picture.
 * @param {{ left: number, right: number }} box  pixels
 * @param {{ firstDay: number, pixels: number }} scale  pixels of a day
 * @param {boolean} isPoint
 * @returns {Days}
 */
export function daysOf(box, { firstDay, pixels }, isPoint) {
  if (isPoint) {
    const day = firstDay + Math.floor((box.left + box.right) / 2 / pixels);
    return { start: day, finish: day };
  }
  const start = firstDay + Math.round(box.left / pixels);
  const length = Math.max(Math.round((box.right - box.left) / pixels), 1);
  return { start, finish: start + length - 1 };
}

/**
 * By how many days a bar is moved or made longer: whole steps, and never shorter than a day.
 * @param {number} days
 * @param {{ snap: number, isResize: boolean, from: Days }} hold  snap: days of a step
 */
export function snapped(days, { snap, isResize, from }) {
  const step = Math.round(days / snap) * snap;
  return Math.max(step, isResize ? from.start - from.finish : -Infinity);
}

/**
 * The days of a bar that is let go now.
 * @param {Days} from
 * @param {number} delta
 * @param {boolean} isResize
 * @returns {Days}
 */
export function moved(from, delta, isResize) {
  const start = isResize ? from.start : from.start + delta;
  return { start, finish: Math.max(from.finish + delta, start) };
}
