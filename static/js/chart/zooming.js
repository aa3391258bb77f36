// The scale of the chart under the hands: the plan or the selected rows as a whole, and one step finer or coarser around the
// pointer or the chosen bar. Which scales there are, and which one fits, the server says.
import { keepInAddress } from "../address.js";
import { announce } from "../answer.js";
import { fill } from "../words.js";
import { boxOf } from "./bars.js";

/** @import { Chart } from "./chart.js" */

/** @typedef {"plan" | "rows"} Whole */

const NOTCH = 100; // pixels that a wheel turns for one step; what a pad sends piece by piece is added up
const REST = 300; // milliseconds without a turn after which it begins anew

export class Zooming {
  /** @param {Chart} chart */
  constructor(chart) {
    this.chart = chart;
    this.turned = 0; // pixels since the last step
    this.resting = 0;
    this.isDrawing = false;
  }

  listen() {
    this.chart.root.addEventListener("wheel", (event) => this.#wheeled(event), { passive: false });
    this.chart.tools.addEventListener("click", ({ target }) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-fit]"));
      if (button) this.fit(/** @type {Whole} */ (button.dataset.fit));
    });
  }

  /** The scales, from the finest to the coarsest. */
  get #names() {
    const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (this.chart.tools.querySelectorAll(".segment a"));
    return [...links].map((link) => new URL(link.href).searchParams.get("zoom") ?? "");
  }

  /** @param {Whole} whole */
  async fit(whole) {
    const { chart } = this;
    const { rows, cursor } = chart.sheet;
    const selected = Object.entries(cursor.asked).map(([name, value]) => [`fit-${name}`, value]);
    const room = String(Math.floor(chart.room));
    await this.#draw({ fit: whole, room, ...(whole === "rows" ? Object.fromEntries(selected) : {}) });
    const { first, last } = cursor.selection.span;
    if (whole === "plan" || !Number.isFinite(last) || first < 0) return;
    // The last of the rows where there is room for all of them, the first one always.
    rows.scrollTo(last);
    rows.scrollTo(first);
  }

  /**
   * @param {number} by  scales; below zero finer
   * @param {number} [at]  pixels from the left edge of the chart, where what is seen stays
   */
  async step(by, at = this.#middle()) {
    const { chart } = this;
    const zoom = this.#names[this.#names.indexOf(chart.view.zoom) + by];
    if (!zoom || this.isDrawing) return;
    chart.pinned = { day: chart.firstDay + (chart.scroller.scrollLeft + at) / chart.pixels, at };
    await this.#draw({ zoom });
    chart.pinned = null;
  }

  /** The middle of the chosen bar where it is seen, else of the chart. */
  #middle() {
    const { bars, scroller, room } = this.chart;
    if (bars.chosen?.isConnected) {
      const { left, right } = boxOf(bars.chosen);
      const at = (left + right) / 2 - scroller.scrollLeft;
      if (at > 0 && at < room) return at;
    }
    return room / 2;
  }

  /** @param {Record<string, string>} view */
  async #draw(view) {
    if (this.isDrawing) return;
    this.isDrawing = true;
    const { beside } = this.chart.sheet;
    await beside.redraw({ ...this.chart.view, ...view });
    this.isDrawing = false;
    const { chart } = beside;
    if (!chart) return;
    keepInAddress(chart.view);
    const word = chart.tools.querySelector(".segment [aria-current]")?.textContent ?? "";
    announce(fill(chart.root.dataset.sayZoomed, { zoom: word.trim() }));
  }

  /** @param {WheelEvent} event  of a wheel with Ctrl, or of two fingers on a pad, which browsers send so */
  #wheeled(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.turned = 0;
    }, REST);
    this.turned += event.deltaMode ? Math.sign(event.deltaY) * NOTCH : event.deltaY;
    if (Math.abs(this.turned) < NOTCH) return;
    const { chart } = this;
    const by = Math.sign(this.turned);
    this.turned = 0;
    this.step(by, event.clientX - chart.scroller.getBoundingClientRect().right + chart.room);
  }
}
