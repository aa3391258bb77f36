// Bars are dragged with mouse or finger, or carried with the keys. The server decides what a move means and answers with
// every row that changed; until then only an outline moves.
import { announce, toast } from "../answer.js";
import { isMade } from "../sheet/changes.js";
import { fill } from "../words.js";
import { BAR, barOf, boxOf, groupOf, idOf, isMilestone, svg } from "./bars.js";
import { isoDay, moved, snapped, spell } from "./days.js";

/** @import { Bars } from "./bars.js" */
/** @import { Chart } from "./chart.js" */
/** @import { Days } from "./days.js" */

/**
 * A bar that is held.
 * @typedef {object} Hold
 * @property {SVGAElement} bar
 * @property {Days} from
 * @property {boolean} isResize
 * @property {number} delta  days
 * @property {boolean} isSent
 * @property {{ left: number, right: number }} box
 * @property {SVGElement} ghost
 * @property {SVGElement} outline
 * @property {SVGElement} dates
 */

/**
 * A finger or a mouse button that is down on a bar.
 * @typedef {object} Press
 * @property {SVGAElement} bar
 * @property {number} x
 * @property {number} scroll
 * @property {number} pointer
 * @property {boolean} isResize
 */

const GRIP = 6; // pixels at the end of a bar that take hold of its finish
const SLOP = 4; // pixels a pointer may tremble before it drags
const MARGIN = 40; // pixels at the edge of the chart where a held bar scrolls it
const SCROLL = 12; // pixels that it scrolls then

export class Gestures {
  /**
   * @param {Chart} chart
   * @param {Bars} bars
   */
  constructor(chart, bars) {
    this.chart = chart;
    this.bars = bars;
    this.root = chart.root;
    this.scroller = chart.scroller;
    /** @type {Hold | null} */
    this.held = null;
    /** @type {Press | null} */
    this.press = null;
    this.justDragged = false;
    // `touch-action` does not reach the inside of a picture, so the chart is kept from scrolling here.
    bars.holdStill = (event) => {
      if (this.press) event.preventDefault();
    };
  }

  // ── the outline that moves ──

  /**
   * @param {SVGAElement} bar
   * @param {boolean} isResize
   */
  take(bar, isResize) {
    this.bars.choose(bar);
    const group = groupOf(bar);
    const ghost = svg("g", { transform: group.getAttribute("transform") ?? "" });
    const outline = svg("rect", { class: "gantt-ghost", y: 8.5, height: 12, rx: 3 });
    const dates = svg("text", { class: "gantt-ghost__dates", y: 5 });
    ghost.append(outline, dates);
    group.ownerSVGElement?.append(ghost); // over all its neighbours
    bar.classList.add("gantt-bar--held");
    this.root.classList.add("gantt--held");
    const from = this.bars.daysOf(bar);
    this.held = { bar, from, isResize, delta: 0, isSent: false, box: boxOf(bar), ghost, outline, dates };
    this.#trace(this.held);
  }

  /** @param {Hold} hold */
  #trace({ box, delta, isResize, outline, dates }) {
    const shift = delta * this.chart.pixels;
    const left = isResize ? box.left : box.left + shift;
    const right = Math.max(box.right + shift, left + 3);
    outline.setAttribute("x", String(left));
    outline.setAttribute("width", String(right - left));
    dates.setAttribute("x", String(left));
    dates.textContent = this.spellHeld();
  }

  /** The days that a held bar would have. */
  spellHeld() {
    if (!this.held) return "";
    const { start, finish } = moved(this.held.from, this.held.delta, this.held.isResize);
    const { lang } = document.documentElement;
    if (start === finish) return spell(start, lang);
    return fill(this.root.dataset.sayRange, { start: spell(start, lang), finish: spell(finish, lang) });
  }

  /** @param {number} days */
  carry(days) {
    const { held } = this;
    if (!held || held.isSent) return;
    const before = held.delta;
    held.delta = snapped(days, { snap: this.bars.snap, isResize: held.isResize, from: held.from });
    this.#trace(held);
    if (held.delta !== before) this.#foresee(held);
  }

  /**
   * What would follow from letting go here.
   * @param {Hold} hold
   */
  #foresee({ bar, from, delta, isResize }) {
    const { start, finish } = moved(from, delta, isResize);
    const url = (this.root.dataset.previewUrl ?? "").replace("/0/", `/${idOf(bar)}/`);
    const fields = isResize ? { finish: isoDay(finish) } : { start: isoDay(start) };
    this.chart.sheet.foresee(delta && url ? { url, fields } : null);
  }

  #letGo() {
    if (!this.held) return;
    this.chart.sheet.foresee(null);
    this.held.ghost.remove();
    this.held.bar.classList.remove("gantt-bar--held");
    this.root.classList.remove("gantt--held");
    this.held = null;
  }

  cancel() {
    if (!this.held || this.held.isSent) return;
    announce(this.root.dataset.sayCancelled);
    this.#letGo();
  }

  async drop() {
    const { held } = this;
    if (!held || held.isSent) return;
    const { bar, delta, from, isResize } = held;
    if (!delta) {
      this.cancel();
      return;
    }
    held.isSent = true;
    const { start, finish } = moved(from, delta, isResize);
    const { resizeUrl, moveUrl } = this.root.dataset;
    const id = idOf(bar);
    const { at = "" } = groupOf(bar).dataset;
    const { changes, rows } = this.chart.sheet;
    const outcome = await changes.put({
      url: () => ((isResize ? resizeUrl : moveUrl) ?? "").replace("/0/", `/${id}/`),
      fields: () => ({ at, ...(isResize ? { finish: isoDay(finish) } : { start: isoDay(start) }) }),
      onAnswer: () => (this.held === held ? this.#letGo() : held.ghost.remove()),
    });
    // What moved along may lie out of sight; a toast is seen, and spoken too.
    if (isMade(outcome)) {
      if (Number(outcome.part.dataset.along) > 0) toast(outcome.part.dataset.message ?? "");
    } else rows.refresh();
    barOf(id)?.focus({ preventScroll: true });
  }

  // ── mouse and finger ──

  listen() {
    const { root } = this;
    const { signal } = this.chart.over;
    root.addEventListener("pointerdown", (event) => this.#pressed(event));
    addEventListener("pointermove", (event) => this.#pointerMoved(event), { signal });
    const up = (/** @type {PointerEvent} */ event) => {
      if (event.pointerId !== this.press?.pointer) return;
      this.press = null;
      this.drop();
    };
    const cancel = () => {
      this.press = null;
      this.cancel();
    };
    addEventListener("pointerup", up, { signal });
    addEventListener("pointercancel", cancel, { signal });
    root.addEventListener("lostpointercapture", () => {
      this.justDragged = true;
      setTimeout(() => {
        this.justDragged = false;
      });
    });
    root.addEventListener("click", (event) => this.#clicked(event));
    root.classList.toggle("gantt--edit", this.bars.canEdit);
  }

  /** @param {PointerEvent} event */
  #pressed(event) {
    const bar = barUnder(event);
    if (!bar || event.button !== 0 || this.held) return;
    // A finger first chooses a bar and then drags it; else every swipe over the chart would move a task.
    if (event.pointerType !== "mouse" && bar !== this.bars.chosen) return;
    this.press = {
      bar,
      x: event.clientX,
      scroll: this.scroller.scrollLeft,
      pointer: event.pointerId,
      isResize: this.#isAtEdge(bar, event.clientX),
    };
    if (event.pointerType === "mouse") event.preventDefault();
    bar.focus({ preventScroll: true });
  }

  /** @param {PointerEvent} event */
  #pointerMoved(event) {
    const { press } = this;
    if (event.pointerId !== press?.pointer) {
      this.#hover(event);
      return;
    }
    const distance = event.clientX - press.x + this.scroller.scrollLeft - press.scroll;
    if (!this.held) {
      // The chart may have been drawn again since: of a bar that is no longer in it nothing can be measured.
      if (!press.bar.isConnected) press.bar = barOf(idOf(press.bar)) ?? press.bar;
      if (Math.abs(distance) < SLOP || !press.bar.isConnected || !this.bars.isMovable(press.bar)) return;
      this.root.setPointerCapture(event.pointerId);
      this.take(press.bar, press.isResize);
    }
    this.carry(distance / this.chart.pixels);
    this.#scrollAtEdge(event.clientX);
  }

  /**
   * A click chooses; a second one opens the task.
   * @param {MouseEvent} event
   */
  #clicked(event) {
    const bar = barUnder(event);
    if (!bar) return;
    const isAgain = bar === this.bars.chosen && !this.justDragged;
    if (event.ctrlKey || event.metaKey) return;
    const isSecondTap = isAgain && /** @type {PointerEvent} */ (event).pointerType !== "mouse";
    const opens = event.detail === 0 || (isAgain && event.detail > 1) || isSecondTap;
    event.preventDefault();
    this.bars.choose(bar);
    if (opens) this.chart.sheet.details.open(idOf(bar));
  }

  /**
   * @param {Element} bar
   * @param {number} x
   */
  #isAtEdge(bar, x) {
    if (isMilestone(bar)) return false;
    const track = /** @type {Element} */ (bar.querySelector(".gantt-bar__track")).getBoundingClientRect();
    return track.width > GRIP * 3 ? x > track.right - GRIP : bar === this.bars.chosen && x >= track.right - 2;
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    const bar = barUnder(event);
    const isEdge = Boolean(bar && this.bars.isMovable(bar) && this.#isAtEdge(bar, event.clientX));
    this.root.classList.toggle("gantt--edge", isEdge);
  }

  /** @param {number} x */
  #scrollAtEdge(x) {
    const { right } = this.scroller.getBoundingClientRect();
    const left = right - this.chart.room;
    if (x > right - MARGIN) this.scroller.scrollLeft += SCROLL;
    else if (x < left + MARGIN) this.scroller.scrollLeft -= SCROLL;
  }
}

/** @param {Event} event */
export const barUnder = (event) =>
  /** @type {SVGAElement | null} */ (/** @type {Element} */ (event.target).closest?.(BAR) ?? null);
