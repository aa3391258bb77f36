// What a bar of the chart is, and which one is chosen.
import { rove } from "../roving.js";
import { rowOf } from "../sheet/columns.js";
import { daysOf } from "./days.js";

/** @import { Chart } from "./chart.js" */

export const BAR = ".gantt-bar";

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element of a picture.
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
export function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return /** @type {SVGElement} */ (element);
}

/**
 * What stands around a bar: it has the task's id, and its place.
 * @param {Element} bar
 */
export const groupOf = (bar) => /** @type {SVGGElement} */ (bar.closest("[id^=bar-]"));

/** @param {Element} bar */
export const idOf = (bar) => groupOf(bar).id.slice("bar-".length);

/**
 * The bar of a task, if it is drawn.
 * @param {string | number} id
 */
export const barOf = (id) => /** @type {SVGAElement | null} */ (document.querySelector(`#bar-${id} ${BAR}`));

/** @param {Element} bar */
export const titleOf = (bar) => document.querySelector(`#row-${idOf(bar)} .cut`)?.textContent ?? "";

/** @param {Element} bar */
export const isSummary = (bar) => bar.classList.contains("gantt-bar--summary");

/** @param {Element} bar */
export const isMilestone = (bar) => bar.classList.contains("gantt-bar--milestone");

/**
 * The edges of a bar in the picture, in pixels.
 * @param {Element} bar
 */
export function boxOf(bar) {
  const track = /** @type {SVGGraphicsElement} */ (bar.querySelector(".gantt-bar__track")).getBBox();
  const half = isMilestone(bar) ? 0 : 0.5;
  return { left: track.x - half, right: track.x + track.width + half };
}

/** The bars of a chart: one is chosen, one can be reached with Tab. */
export class Bars {
  /** @param {Chart} chart */
  constructor(chart) {
    this.chart = chart;
    this.snap = Number(chart.root.dataset.snap);
    this.canEdit = chart.root.dataset.moveUrl !== undefined && this.snap > 0;
    this.mark = /** @type {Element} */ (document.getElementById("gantt-selected"));
    /** @type {SVGAElement | null} */
    this.chosen = null;
    /** @type {(event: Event) => void} */
    this.holdStill = () => {};
    this.onFollowed = () => {}; // another one may be chosen, or the same drawn anew
  }

  /** @param {Element} bar */
  isMovable(bar) {
    return this.canEdit && !isSummary(bar);
  }

  /** @param {Element} bar */
  daysOf(bar) {
    return daysOf(boxOf(bar), this.chart, isMilestone(bar));
  }

  /**
   * The place of a bar's row, counted from 0.
   * @param {Element} bar
   */
  placeOf(bar) {
    const group = groupOf(bar);
    const section = /** @type {HTMLElement} */ (group.closest(".gantt-section"));
    const down = group.transform.baseVal.getItem(0).matrix.f;
    return Number(section.dataset.from) + Math.round(down / this.chart.rows.rowHeight);
  }

  /**
   * Its row is where keys go on, in the table as in the chart.
   * @param {SVGAElement} bar
   */
  choose(bar) {
    const { cursor } = this.chart.sheet;
    if (cursor.id !== idOf(bar)) cursor.moveTo(rowOf(idOf(bar)), cursor.column, { isQuiet: true });
    this.follow();
  }

  /** The bar of the row in which keys go on is the chosen one, and Tab leads to it. */
  follow() {
    this.#follow();
    this.onFollowed();
  }

  #follow() {
    const { id } = this.chart.sheet.cursor;
    const row = id ? rowOf(id) : null;
    const place = row?.hasAttribute("aria-rowindex") ? this.chart.rows.placeOf(row) : -1;
    this.mark.setAttribute("y", String(place * this.chart.rows.rowHeight));
    const bar = barOf(id);
    if (bar === this.chosen) return;
    this.#unchoose();
    if (!bar) return;
    this.chosen = bar;
    bar.classList.add("gantt-bar--selected");
    bar.addEventListener("touchmove", this.holdStill, { passive: false });
    this.reach(bar);
    if (!this.isMovable(bar) || isMilestone(bar)) return;
    bar.append(svg("rect", { class: "gantt-bar__handle", x: boxOf(bar).right - 3, y: 10, width: 5, height: 9, rx: 2 }));
  }

  #unchoose() {
    const { chosen } = this;
    this.chosen = null;
    chosen?.classList.remove("gantt-bar--selected");
    chosen?.removeEventListener("touchmove", this.holdStill);
    chosen?.querySelector(".gantt-bar__handle")?.remove();
  }

  /**
   * Tab leads to this bar.
   * @param {SVGAElement} bar
   */
  reach(bar) {
    rove(this.chart.root, BAR, bar);
  }

  /** What is drawn gets its manners. */
  wire() {
    const { root } = this.chart;
    for (const each of root.querySelectorAll(`${BAR}:not([draggable])`)) {
      const bar = /** @type {SVGAElement} */ (each);
      bar.tabIndex = -1;
      bar.setAttribute("draggable", "false");
    }
    this.follow();
    // The chart is one stop of Tab.
    if (!root.querySelector(`${BAR}[tabindex="0"]`)) root.querySelector(BAR)?.setAttribute("tabindex", "0");
  }
}
