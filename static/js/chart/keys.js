// Keys of the chart: arrows walk from bar to bar, Space takes one up, arrows carry it, Enter lets it go. What else can be done
// with the row of a bar has the keys of the table.
import { announce, load, toast } from "../answer.js";
import { lent } from "../later.js";
import { isPlain } from "../roving.js";
import { comboOf, KEYS as TABLE_KEYS } from "../sheet/keys.js";
import { within } from "../sheet/stretches.js";
import { fill } from "../words.js";
import { barOf, idOf, isMilestone, isSummary, titleOf } from "./bars.js";
import { barUnder } from "./gestures.js";

/** @import { Command } from "../sheet/commands.js" */
/** @import { Chart } from "./chart.js" */
/** @import { Hold } from "./gestures.js" */

/** @typedef {"assign" | "draw" | "fit" | "fitRows" | "finer" | "coarser"} ChartCommand */

/**
 * What keys do on a bar besides moving the focus. Declared to the help in `projects/help/keys.py`, under the same names.
 * @type {Record<string, ChartCommand>}
 */
export const KEYS = {
  A: "assign",
  L: "draw",
  F: "fit",
  "Shift+F": "fitRows",
  Z: "finer",
  "Shift+Z": "coarser",
};

/** @type {Set<ChartCommand>} */
const OF_BARS = new Set(["assign", "draw"]);

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }; // rows

/** What is done with whole rows; keys of cells mean nothing here. @type {Set<Command>} */
const OF_ROWS = new Set([
  "details", "why", "menu", "keys", "find", "delete", "indent", "outdent", "up", "down", "link", "unlink",
]); // biome-ignore format: names

/** @param {Chart} chart */
export function listenToKeys(chart) {
  const { root, rows, bars, gestures, linking, sheet, tools } = chart;
  const assigning = lent("assigning", async () => (await import("./assigning.js")).listenToAssigning(sheet));

  // Enter in the day of a progress line of before would press the first button of the form.
  tools.addEventListener("keydown", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (event.key !== "Enter" || field.name !== "past") return;
    event.preventDefault();
    /** @type {HTMLButtonElement | null} */ (tools.querySelector("[data-add-line]"))?.click();
  });
  root.addEventListener("keydown", (event) => {
    const bar = barUnder(event);
    if (!bar) return;
    if (gestures.held) keyHeld(event, gestures.held);
    else if (linking.held) keyLinking(event);
    else keyFree(event, bar);
  });

  /**
   * @param {KeyboardEvent} event
   * @param {SVGAElement} bar
   */
  function keyFree(event, bar) {
    const command = TABLE_KEYS[comboOf(event)];
    const own = KEYS[comboOf(event)];
    if (event.key in STEPS && isPlain(event)) step(bars.placeOf(bar), STEPS[event.key]);
    else if (event.key === " " && isPlain(event)) take(bar);
    else if (own) chart.run(own, bar);
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

  /** @type {Record<ChartCommand, (bar: SVGAElement) => unknown>} */
  const commands = {
    assign,
    draw,
    fit: () => chart.zooming.fit("plan"),
    fitRows: () => chart.zooming.fit("rows"),
    finer: () => chart.zooming.step(-1),
    coarser: () => chart.zooming.step(1),
  };
  chart.run = (command, bar = bars.chosen) => {
    if (bar || !OF_BARS.has(command)) commands[command](/** @type {SVGAElement} */ (bar));
  };

  /**
   * A link begins at the end of a bar; keys choose where it leads.
   * @param {SVGAElement} bar
   */
  function draw(bar) {
    if (!linking.isOffered) return announce(root.dataset.sayReadonly);
    bars.choose(bar);
    chart.show(bar);
    bar.focus({ preventScroll: true });
    linking.take(bar, "finish", null);
    return announce(fill(root.dataset.sayLinking, { name: titleOf(bar) }));
  }

  /** @param {KeyboardEvent} event */
  function keyLinking(event) {
    const turn = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (turn) {
      linking.turn(turn);
      announce(linking.spell());
    } else if (event.key in STEPS) aim(STEPS[event.key]);
    else if (event.key === "Enter") linking.drop();
    else if (event.key === "Escape") linking.cancel();
    else if (event.key === "Tab") return linking.cancel({ returns: false });
    return event.preventDefault();
  }

  /** @param {number} by  rows */
  async function aim(by) {
    const { held } = linking;
    if (!held || held.hand) return;
    const from = barOf(held.to || held.from);
    const bar = from && (await next(bars.placeOf(from), by, held.from));
    if (!bar || linking.held !== held) return;
    go(bar);
    linking.aim(bar, held.near);
    announce(linking.spell());
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
   * Go on from a place.
   * @param {number} from
   * @param {number} by  rows
   */
  async function step(from, by) {
    const bar = await next(from, by);
    if (!bar) return;
    bars.choose(bar);
    go(bar);
  }

  /** @param {SVGAElement} bar */
  function go(bar) {
    bar.focus({ preventScroll: true });
    chart.show(bar);
  }

  /**
   * The bar so many rows on. Rows without one at this zoom are passed over.
   * @param {number} from
   * @param {number} by  rows
   * @param {string} [but]  the task that is passed over, too
   */
  async function next(from, by, but) {
    for (let place = within(from + by, rows.total); place >= 0 && place < rows.total; place += Math.sign(by)) {
      const row = await rows.rowAt(place);
      const id = row?.id.slice("row-".length) ?? "";
      const bar = id === but ? null : barOf(id);
      if (bar) return bar;
    }
    return null;
  }
}
