// What a fill writes: the same again, or what comes next. Pure.

const DATE = /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/;
const DAY = 86_400_000; // milliseconds
const ENDING = /^(.*?)(-?\d+(?:\.\d+)?)(\D*)$/s;

/**
 * A text as something that can be counted on: a day, or a number with words around it.
 * @typedef {{ before: string, number: number, behind: string, isDay: boolean, width: number, places: number }} Counted
 */

/**
 * @param {string} text
 * @returns {Counted | null}
 */
function counted(text) {
  const day = DATE.exec(text);
  if (day) {
    const number = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])) / DAY;
    return { before: "", number, behind: "", isDay: true, width: 0, places: 0 };
  }
  const found = ENDING.exec(text);
  if (!found) return null;
  const [, before, figures, behind] = found;
  const places = (figures.split(".")[1] ?? "").length;
  const width = figures.startsWith("0") ? figures.length : 0;
  return { before, number: Number(figures), behind, isDay: false, width, places };
}

/**
 * @param {Counted} like
 * @param {number} number
 */
function spell(like, number) {
  if (like.isDay) return new Date(number * DAY).toISOString().slice(0, 10).replaceAll("-", "/");
  // No more places than the numbers before have: sums of tenths are not exact.
  const figures = like.places ? number.toFixed(like.places) : String(Number(number.toFixed(6)));
  return `${like.before}${figures.padStart(like.width, "0")}${like.behind}`;
}

/**
 * By how much texts go on from one to the next; null: they are no series. One alone goes on where it is a day or a name that
 * ends with a number ("試験1"); an amount ("3日", "16h", "40%") stays what it is.
 * @param {(Counted | null)[]} all
 */
function stepOf(all) {
  const [first, second] = all;
  if (!first) return null;
  if (all.length === 1) return first.isDay || (first.before && !first.behind) ? 1 : null;
  if (!second) return null;
  const step = second.number - first.number;
  const goesOn = all.every(
    (each, at) =>
      each?.isDay === first.isDay &&
      each.before === first.before &&
      each.behind === first.behind &&
      Math.abs(each.number - first.number - step * at) < 1e-9,
  );
  return goesOn ? step : null;
}

/**
 * The texts that come behind some: the next of a series, or these again.
 * @param {string[]} texts  from top to bottom, at least one
 * @param {number} count
 * @returns {string[]}
 */
export function next(texts, count) {
  const all = texts.map(counted);
  const step = stepOf(all);
  const last = all.at(-1);
  return Array.from({ length: count }, (_, at) =>
    step === null || !last ? texts[at % texts.length] : spell(last, last.number + step * (at + 1)),
  );
}
