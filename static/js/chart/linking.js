// Links are drawn from bar to bar: with mouse or finger from a handle at its end, or with the keys. Which ends they tie says their
// kind. The server decides, and answers with every row that changed; until then only a line is there.
import { announce } from "../answer.js";
import { isMade } from "../sheet/changes.js";
import { fill } from "../words.js";
import { BAR, barOf, idOf, titleOf } from "./bars.js";
import { endUnder, listenToEnds } from "./ends.js";
import { Line } from "./line.js";

/** @import { Chart } from "./chart.js" */
/** @import { End } from "./ends.js" */
/** @import { Place } from "./line.js" */

/**
 * A link that is being drawn.
 * @typedef {object} Drawing
 * @property {string} from  id of the task that the other is to wait for
 * @property {End} end  of its bar
 * @property {string} to  id of the task that is to wait; empty: none yet
 * @property {End} near  end of its bar
 * @property {{ x: number, y: number } | null} hand  where the pointer is; null: it is drawn with the keys
 * @property {Place} place  of the bar that it begins at, which may go out of sight
 * @property {boolean} isSent
 */

/** @typedef {{ end: Element, pointer: number, x: number, y: number }} Press */

const SLOP = 4; // pixels a pointer may tremble before it draws
const REACH = 24; // pixels beside a bar within which it is meant
const MARGIN = 16; // pixels at the edge of the chart where it scrolls
const STEP = 8; // pixels that it scrolls with each frame
const KINDS = ["FS", "SS", "FF", "SF"];

export class Linking {
  /** @param {Chart} chart */
  constructor(chart) {
    this.chart = chart;
    this.root = chart.root;
    /** @type {Drawing | null} */
    this.held = null;
    /** @type {Press | null} */
    this.press = null;
    this.line = new Line(chart);
  }

  /** Whether links are drawn here at all. */
  get isOffered() {
    return this.root.dataset.linkUrl !== undefined;
  }

  listen() {
    if (!this.isOffered) return;
    listenToEnds(this.chart);
    const { signal } = this.chart.over;
    this.root.addEventListener("pointerdown", (event) => this.#pressed(event));
    this.root.addEventListener("focusout", ({ relatedTarget }) => {
      // One that was drawn anew has lost the focus to nothing else, and gets it back.
      const isLeft = relatedTarget instanceof Node && !this.root.contains(relatedTarget);
      if (isLeft && this.held && !this.held.hand) this.cancel({ returns: false });
    });
    addEventListener("pointermove", (event) => this.#moved(event), { signal });
    addEventListener("pointerup", (event) => this.#released(event), { signal });
    addEventListener("pointercancel", () => this.cancel(), { signal });
  }

  // ── the line ──

  /**
   * @param {Element} bar
   * @param {End} end
   * @param {{ x: number, y: number } | null} hand
   */
  take(bar, end, hand) {
    this.held = { from: idOf(bar), end, to: "", near: "start", hand, place: this.line.placeOf(bar), isSent: false };
    this.root.classList.add("gantt--linking");
    this.#trace(this.held);
  }

  /**
   * It leads to this bar now, or to none.
   * @param {Element | null} bar
   * @param {End} [near]
   */
  aim(bar, near = "start") {
    const { held } = this;
    if (!held || held.isSent) return;
    const to = bar ? idOf(bar) : "";
    const isOther = to !== held.to || near !== held.near;
    Object.assign(held, { to, near });
    if (isOther) this.#foresee(held);
    this.#trace(held);
  }

  /**
   * Another kind, of the four in their order.
   * @param {number} by
   */
  turn(by) {
    const { held } = this;
    if (!held || held.isSent) return;
    const kind = KINDS[(KINDS.indexOf(kindOf(held)) + by + KINDS.length) % KINDS.length];
    held.end = kind[0] === "F" ? "finish" : "start";
    held.near = kind[1] === "F" ? "finish" : "start";
    this.#foresee(held);
    this.#trace(held);
  }

  /** Where it leads, and of which kind it is. */
  spell() {
    const { held } = this;
    const bar = held && barOf(held.to);
    const kind = held ? this.#kindWords(held) : "";
    return bar ? fill(this.root.dataset.sayAimed, { name: titleOf(bar), kind }) : kind;
  }

  /** @param {Drawing} held */
  #kindWords(held) {
    const kind = kindOf(held);
    return this.root.getAttribute(`data-say-kind-${kind.toLowerCase()}`) ?? kind;
  }

  /** @param {Drawing} held */
  #trace(held) {
    this.line.draw(held, this.#kindWords(held));
  }

  /**
   * What would follow from letting go here.
   * @param {Drawing} held
   */
  #foresee(held) {
    const url = (this.root.dataset.linkPreviewUrl ?? "").replace("/0/", `/${held.to}/`);
    this.chart.sheet.foresee(held.to ? { url, fields: fieldsOf(held) } : null);
  }

  #letGo() {
    if (!this.held) return;
    this.chart.sheet.foresee(null);
    this.line.remove();
    this.root.classList.remove("gantt--linking");
    this.held = null;
  }

  /** @param {{ returns?: boolean }} [options]  returns: the focus is where it began */
  cancel({ returns = true } = {}) {
    this.press = null;
    const { held } = this;
    if (!held || held.isSent) return;
    announce(this.root.dataset.sayUnlinked);
    this.#letGo();
    if (returns) this.#goTo(held.from);
  }

  async drop() {
    const { held } = this;
    if (!held || held.isSent) return;
    if (!held.to) return void this.cancel();
    held.isSent = true;
    const { from, to } = held;
    const fields = fieldsOf(held);
    const outcome = await this.chart.sheet.changes.put({
      url: () => (this.root.dataset.linkUrl ?? "").replace("/0/", `/${to}/`),
      fields: () => fields,
      onAnswer: () => this.held === held && this.#letGo(),
    });
    if (this.held === held) this.#letGo();
    // A chain goes on from the task that waits now; what was refused is tried again from where it began.
    this.#goTo(isMade(outcome) ? to : from);
  }

  /** @param {string} id */
  #goTo(id) {
    const bar = barOf(id);
    if (!bar) return;
    this.chart.bars.choose(bar);
    bar.focus({ preventScroll: true });
  }

  // ── mouse and finger ──

  /** @param {PointerEvent} event */
  #pressed(event) {
    if (this.held) return this.cancel();
    const end = endUnder(event);
    if (!end || event.button !== 0 || this.chart.gestures.held) return undefined;
    if (event.pointerType === "mouse") event.preventDefault();
    this.press = { end, pointer: event.pointerId, x: event.clientX, y: event.clientY };
    // Esc is heard there.
    barOf(idOf(end))?.focus({ preventScroll: true });
    return undefined;
  }

  /** @param {PointerEvent} event */
  #moved({ pointerId, clientX: x, clientY: y }) {
    const { press } = this;
    if (pointerId !== press?.pointer) return;
    if (this.held) {
      this.held.hand = { x, y };
      this.#follow();
      return;
    }
    const bar = press.end.isConnected && barOf(idOf(press.end));
    if (!bar || Math.hypot(x - press.x, y - press.y) < SLOP) return;
    this.root.setPointerCapture(pointerId);
    this.take(bar, /** @type {End} */ (press.end.getAttribute("data-end")), { x, y });
    this.#follow();
    this.#roll();
  }

  /** @param {PointerEvent} event */
  #released({ pointerId }) {
    if (pointerId !== this.press?.pointer) return;
    this.press = null;
    this.drop();
  }

  /** The bar under the hand is meant, with the end that is nearer. */
  #follow() {
    const hand = this.held?.hand;
    if (!hand) return;
    const bar = this.#barAt(hand);
    const track = bar && trackOf(bar);
    this.aim(bar, track && hand.x > (track.left + track.right) / 2 ? "finish" : "start");
  }

  /** @param {{ x: number, y: number }} hand */
  #barAt({ x, y }) {
    const { top, right, bottom, left } = this.#window();
    if (x < left || x > right || y < top || y > bottom) return null;
    const section = [...this.root.querySelectorAll(".gantt-section")].find((each) => {
      const box = each.getBoundingClientRect();
      return y >= box.top && y < box.bottom;
    });
    const half = this.chart.rows.rowHeight / 2;
    for (const bar of section?.querySelectorAll(BAR) ?? []) {
      const box = trackOf(bar);
      const isInRow = Math.abs((box.top + box.bottom) / 2 - y) <= half;
      if (isInRow && x > box.left - REACH && x < box.right + REACH) return idOf(bar) === this.held?.from ? null : bar;
    }
    return null;
  }

  /** What is seen of the chart, right of its table and below its axis. */
  #window() {
    const box = this.chart.scroller.getBoundingClientRect();
    const axis = this.root.querySelector(".gantt__axis")?.getBoundingClientRect().bottom ?? box.top;
    return { top: Math.max(box.top, axis), right: box.right, bottom: box.bottom, left: box.right - this.chart.room };
  }

  /** A hand at the edge of the chart scrolls it. */
  #roll() {
    const hand = this.held?.hand;
    if (!hand || this.held?.isSent) return;
    const { top, right, bottom, left } = this.#window();
    const { scroller } = this.chart;
    const before = [scroller.scrollLeft, scroller.scrollTop];
    scroller.scrollBy(STEP * sideOf(hand.x, left, right), STEP * sideOf(hand.y, top, bottom));
    if (before[0] !== scroller.scrollLeft || before[1] !== scroller.scrollTop) this.#follow();
    requestAnimationFrame(() => this.#roll());
  }
}

/**
 * @param {number} at
 * @param {number} first
 * @param {number} last
 */
const sideOf = (at, first, last) => Number(at > last - MARGIN) - Number(at < first + MARGIN);

/** @param {Element} bar */
const trackOf = (bar) => /** @type {Element} */ (bar.querySelector(".gantt-bar__track")).getBoundingClientRect();

/** @param {Drawing} held */
const kindOf = ({ end, near }) => `${end === "finish" ? "F" : "S"}${near === "finish" ? "F" : "S"}`;

/** @param {Drawing} held */
const fieldsOf = (held) => ({ predecessor: held.from, kind: kindOf(held) });
