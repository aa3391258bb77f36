// Keys of the chart: arrows walk from bar to bar, Space takes one up, arrows carry it, Enter lets it go. What else can be done
// with the row of a bar has the keys of the table.
import { announce, load, toast } from "../answer.js";
import { lent } from "../later.js";
import { isPlain } from "../roving.js";
import { comboOf, KEYS } from "../sheet/keys.js";
import { within } from "../sheet/stretches.js";
import { fill } from "../words.js";
import { barOf, idOf, isMilestone, isSummary, titleOf } from "./bars.js";
import { barUnder } from "./gestures.js";

/** @import { Command } from "../sheet/commands.js" */
/** @import { Chart } from "./chart.js" */
/** @import { Hold } from "./gestures.js" */

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }; // rows

/** What is done with whole rows; keys of cells mean nothing here. @type {Set<Command>} */
const OF_ROWS = new Set([
  "details", "why", "menu", "keys", "find", "delete", "indent", "outdent", "up", "down", "link", "unlink",
]); // biome-ignore format: names

/** @param {Chart} chart */
export function listenToKeys(chart) {
  const { root, rows, bars, gestures, sheet } = chart;
  const assigning = lent("assigning", async () => (await import("./assigning.js")).listenToAssigning(sheet));

  root.addEventListener("keydown", (event) => {
    const bar = barUnder(event);
    if (!bar) return;
    if (gestures.held) keyHeld(event, gestures.held);
    else keyFree(event, bar);
  });

  /**
   * @param {KeyboardEvent} event
   * @param {SVGAElement} bar
   */
  function keyFree(event, bar) {
    const command = KEYS[comboOf(event)];
    if (event.key in STEPS && isPlain(event)) step(bars.placeOf(bar), STEPS[event.key]);
    else if (event.key === " " && isPlain(event)) take(bar);
    else if (event.key.toLowerCase() === "a" && isPlain(event)) assign(bar);
    else if (event.key === "Escape") sheet.run("leave");
    else if (OF_ROWS.has(command)) {
      bars.choose(bar);
      sheet.run(command);
    } else return;
    event.preventDefault();
  }

  /** @param {SVGAElement} bar */
  function take(bar) {
    if (!bars.isMovable(bar)) return announce(whyFixed());
    gestures.take(bar, false);
    return announce(fill(root.dataset.sayHeld, { name: titleOf(bar) }));
  }

  function whyFixed() {
    if (root.dataset.moveUrl === undefined) return root.dataset.sayReadonly;
    return bars.snap ? root.dataset.sayFixed : root.dataset.sayCoarse;
  }

  /** @param {SVGAElement} bar */
  async function assign(bar) {
    if (root.dataset.assignUrl === undefined) return;
    if (isSummary(bar)) return toast(root.dataset.sayNobody ?? "");
    bars.choose(bar);
    if ((await assigning()) === null) return;
    load("GET", root.dataset.assignUrl.replace("/0/", `/${idOf(bar)}/`), { target: "#dialog" });
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
   * Go on from a place. Rows without a bar at this zoom are passed over.
   * @param {number} from
   * @param {number} by  rows
   */
  async function step(from, by) {
    for (let place = within(from + by, rows.total); place >= 0 && place < rows.total; place += Math.sign(by)) {
      const row = await rows.rowAt(place);
      const bar = row && barOf(row.id.slice("row-".length));
      if (bar) {
        bars.choose(bar);
        bar.focus({ preventScroll: true });
        chart.show(bar);
        return;
      }
    }
  }
}
