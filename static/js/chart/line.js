// The line of a link that is being drawn, over all rows of the chart: from the end of a bar to that of another, or to the hand.
import { barOf, boxOf, svg } from "./bars.js";

/** @import { Chart } from "./chart.js" */
/** @import { End } from "./ends.js" */
/** @import { Drawing } from "./linking.js" */

/** @typedef {{ left: number, right: number, middle: number }} Place  pixels of the chart below its axis */

export class Line {
  /** @param {Chart} chart */
  constructor(chart) {
    this.chart = chart;
    this.root = chart.root;
    this.path = svg("path", { class: "gantt-drawn__line" });
    this.ring = svg("circle", { class: "gantt-drawn__ring", r: 6 });
    this.words = svg("text", { class: "gantt-drawn__words" });
    this.picture = svg("svg", { class: "gantt-drawn", "aria-hidden": "true" });
    this.picture.append(this.path, this.ring, this.words);
  }

  /**
   * @param {Element} bar
   * @returns {Place}
   */
  placeOf(bar) {
    const { bars, rows } = this.chart;
    return { ...boxOf(bar), middle: (bars.placeOf(bar) + 0.5) * rows.rowHeight - 1.5 };
  }

  /**
   * @param {Drawing} held
   * @param {string} kind  in words
   */
  draw(held, kind) {
    if (!this.picture.isConnected) this.root.append(this.picture);
    const source = barOf(held.from);
    if (source) held.place = this.placeOf(source);
    const target = barOf(held.to);
    this.#light(target);
    const to = target ? pointOf(this.placeOf(target), held.near) : this.#pointAt(held.hand);
    this.ring.toggleAttribute("hidden", !target);
    this.words.textContent = target ? kind : "";
    if (!to) return this.path.setAttribute("d", "");
    const from = pointOf(held.place, held.end);
    this.path.setAttribute("d", `M${from.x} ${from.y}L${to.x} ${to.y}`);
    this.ring.setAttribute("cx", String(to.x));
    this.ring.setAttribute("cy", String(to.y));
    this.words.setAttribute("x", String(to.x + 10));
    this.words.setAttribute("y", String(to.y - 11));
    return undefined;
  }

  remove() {
    this.#light(null);
    this.picture.remove();
  }

  /** @param {Element | null} bar  to which it leads */
  #light(bar) {
    for (const lit of this.root.querySelectorAll(".gantt-bar--aimed")) lit.classList.remove("gantt-bar--aimed");
    bar?.classList.add("gantt-bar--aimed");
  }

  /** @param {{ x: number, y: number } | null} hand */
  #pointAt(hand) {
    const origin = this.picture.getBoundingClientRect();
    return hand && { x: hand.x - origin.left, y: hand.y - origin.top };
  }
}

/**
 * @param {Place} place
 * @param {End} end
 */
const pointOf = ({ left, right, middle }, end) => ({ x: end === "finish" ? right : left, y: middle });
