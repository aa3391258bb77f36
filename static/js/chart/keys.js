// Keys of the chart: arrows walk from bar to bar, Space takes one up, arrows carry it, Enter lets it go.
import { announce } from "../answer.js";
import { rove } from "../roving.js";
import { within } from "../sheet/stretches.js";
import { fill } from "../words.js";
import { BAR, barOf, isMilestone, NAME, titleOf } from "./bars.js";
import { barUnder } from "./gestures.js";

/** @import { Bars } from "./bars.js" */
/** @import { Chart } from "./chart.js" */
/** @import { Gestures, Hold } from "./gestures.js" */

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }; // rows

/**
 * @param {Chart} chart
 * @param {Bars} bars
 * @param {Gestures} gestures
 */
export function listenToKeys(chart, bars, gestures) {
  const { root, rows } = chart;

  root.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const bar = barUnder(event);
    if (bar) {
      if (gestures.held) keyHeld(event, gestures.held);
      else keyFree(event, bar);
    } else if (target.matches(NAME)) keyTable(event, target);
  });

  /**
   * @param {KeyboardEvent} event
   * @param {SVGAElement} bar
   */
  function keyFree(event, bar) {
    if (event.key !== " " && !(event.key in STEPS)) return;
    event.preventDefault();
    if (event.key in STEPS) step(bars.placeOf(bar), STEPS[event.key], (row) => barOf(row.id.slice("row-".length)));
    else if (!bars.isMovable(bar)) announce(whyFixed());
    else {
      gestures.take(bar, false);
      announce(fill(root.dataset.sayHeld, { name: titleOf(bar) }));
    }
  }
  function whyFixed() {
    if (root.dataset.moveUrl === undefined) return root.dataset.sayReadonly;
    return bars.snap ? root.dataset.sayFixed : root.dataset.sayCoarse;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Hold} held
   */
  function keyHeld(event, held) {
    const sign = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (sign) {
      event.preventDefault();
      if (event.shiftKey !== held.isResize && !isMilestone(held.bar)) {
        held.isResize = event.shiftKey;
        held.delta = 0;
      }
      gestures.carry(held.delta + sign * bars.snap);
      announce(gestures.spellHeld());
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      gestures.drop();
    } else if (event.key === "Escape" || event.key === "Tab") gestures.cancel();
    else if (event.key.startsWith("Arrow")) event.preventDefault();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLElement} name
   */
  function keyTable(event, name) {
    const row = /** @type {HTMLTableRowElement} */ (name.closest("tr"));
    const folds = { ArrowLeft: "true", ArrowRight: "false" }[event.key];
    if (folds && row.getAttribute("aria-expanded") === folds) {
      event.preventDefault();
      /** @type {HTMLElement | null} */ (row.querySelector("[data-toggle]"))?.click();
    }
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    step(
      rows.placeOf(row),
      STEPS[event.key],
      (other) => /** @type {HTMLElement | null} */ (other.querySelector("a.cut")),
    );
  }

  /**
   * Go on from a place. Rows without a bar at this zoom are passed over.
   * @param {number} from
   * @param {number} by  rows
   * @param {(row: HTMLTableRowElement) => HTMLElement | SVGElement | null} find
   */
  async function step(from, by, find) {
    for (let place = within(from + by, rows.total); place >= 0 && place < rows.total; place += Math.sign(by)) {
      const section = rows.sectionOf(place);
      if (section) await rows.draw(section);
      const row = rows.drawnRow(place);
      const target = row && find(row);
      if (!target) continue;
      rove(root, target.matches(BAR) ? BAR : NAME, target);
      target.focus({ preventScroll: true });
      chart.show(place, target);
      return;
    }
  }
}
