// The chart beside the table: its days, its bars, and the place that the address names. Rows and pictures share one window, so
// that a row and its bar are fetched, drawn and forgotten together.
import { keepInAddress } from "../address.js";
import { ask, miss, parse } from "../answer.js";
import { rememberFocus } from "../roving.js";
import { BAR, Bars, barOf, boxOf } from "./bars.js";
import { isoDay } from "./days.js";
import { barUnder, Gestures } from "./gestures.js";
import { listenToKeys } from "./keys.js";
import { Linking } from "./linking.js";
import { listenToPointing } from "./tip.js";
import { Zooming } from "./zooming.js";

/** @import { Sheet } from "../wbs.js" */
/** @import { ChartCommand } from "./keys.js" */

/** @typedef {{ day: number, at?: number }} Stay  at: pixels from the left edge of the chart; without: a third of it */

export const ROW = 32; // pixels: pictures are drawn for it
const THIRD = 0.34; // the day that the address names lies a third from the left
const EDGE = 200; // pixels beyond the edge for which days are fetched, too
const REST = 300; // milliseconds without scrolling after which the address is right

/**
 * Ask for the chart beside what the table shows. What comes puts it there, in the place of another one; null: it is not to be had.
 * @param {Sheet} sheet
 * @param {Record<string, string>} [view]  zoom, show; without it those of the address
 * @returns {Promise<(() => void) | null>}
 */
export async function fetchChart(sheet, view) {
  const { first, count } = sheet.changes.shown();
  const query = new URLSearchParams(view ?? location.search);
  query.delete("filter");
  const asked = { first, count, ...sheet.beside.view, ...view };
  for (const [name, value] of Object.entries(asked)) query.set(name, String(value));
  const answer = await ask(`${sheet.root.dataset.chartUrl}?${query}`);
  if (!answer) return null;
  const chart = answer.page.getElementById("gantt");
  const tools = answer.page.getElementById("gantt-tools");
  if (!answer.isOk || !chart || !tools) {
    miss(answer, () => {});
    return null;
  }
  return () => {
    const before = document.getElementById("gantt-tools");
    if (before) before.replaceWith(tools);
    else sheet.root.before(tools);
    document.getElementById("gantt")?.remove();
    sheet.root.querySelector(".plan__grid")?.append(chart);
  };
}

export class Chart {
  /** @param {Sheet} sheet */
  constructor(sheet) {
    this.sheet = sheet;
    this.root = /** @type {HTMLElement} */ (document.getElementById("gantt"));
    this.tools = /** @type {HTMLFormElement} */ (document.getElementById("gantt-tools"));
    this.rows = sheet.rows;
    this.scroller = sheet.rows.view.scroller;
    this.firstDay = Number(this.root.dataset.firstDay);
    this.pixels = Number(this.root.dataset.pixels);
    this.axis = /** @type {HTMLElement} */ (document.getElementById("gantt-axis-tiles"));
    this.ground = /** @type {HTMLElement} */ (document.getElementById("gantt-ground-tiles"));
    this.tiles = new Set([...this.axis.children].map((tile) => Number(tile.id.slice("axis-".length))));
    this.over = new AbortController(); // what it has heard outside of itself
    this.bars = new Bars(this);
    this.gestures = new Gestures(this, this.bars);
    this.linking = new Linking(this);
    this.zooming = new Zooming(this);
    /** @type {Stay | null} what stays where it is when the chart is drawn anew; null: the day a third from the left */
    this.pinned = null;
    /** @type {(command: ChartCommand, bar?: SVGAElement | null) => void} what is done with a bar; set by keys.js */
    this.run = () => {};
    this.again = () => /** @type {HTMLElement | null} */ (null);
  }

  /** By what it is drawn: every answer of the server draws it so. */
  get view() {
    const { zoom = "", show = "" } = this.root.dataset;
    return { zoom, show };
  }

  /** The width of the chart beside its table, in pixels. */
  get room() {
    return this.scroller.clientWidth - this.sheet.beside.paneWidth;
  }

  /** The day a third from the left. */
  get day() {
    return this.firstDay + Math.floor((this.scroller.scrollLeft + this.room * THIRD) / this.pixels);
  }

  /** What is seen stays where it is when the chart is drawn anew. */
  get stay() {
    return this.pinned ?? { day: this.day };
  }

  /**
   * It has come beside the table.
   * @param {Stay} [stay]
   */
  open({ day, at } = { day: Number(this.root.dataset.openDay) }) {
    this.rows.stand(this.root.querySelector(".gantt__sections"));
    this.gestures.listen();
    this.linking.listen();
    listenToKeys(this);
    listenToPointing(this.root, this.gestures, this.over.signal);
    this.zooming.listen();
    this.#listen();
    const { fitFirst, fitLast } = this.root.dataset;
    if (fitFirst) this.showDay((Number(fitFirst) + Number(fitLast) + 1) / 2, this.room / 2);
    else this.showDay(day, at);
    this.wire();
    this.resized();
  }

  /** It is folded away. */
  close() {
    this.gestures.cancel();
    this.linking.cancel({ returns: false });
    this.over.abort();
    this.root.remove();
    this.tools.remove();
    keepInAddress({ date: "" });
  }

  #listen() {
    const { signal } = this.over;
    let resting = 0;
    const rest = () => {
      clearTimeout(resting);
      resting = setTimeout(() => !signal.aborted && keepInAddress({ date: isoDay(this.day) }), REST);
    };
    this.scroller.addEventListener("scroll", rest, { passive: true, signal });
    this.scroller.addEventListener("scroll", () => this.#drawAxis(), { passive: true, signal });
    this.tools.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      const link = /** @type {HTMLAnchorElement | null} */ (target.closest("a"));
      const button = /** @type {HTMLButtonElement | null} */ (target.closest("button[name=show]"));
      if ((!link && !button) || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (link?.dataset.todayJump !== undefined) this.showDay(Number(this.root.dataset.today));
      else if (link) this.#lookAt({ zoom: new URL(link.href).searchParams.get("zoom") ?? "" });
      else this.#lookAt({ show: button?.value ?? "", ...this.#typedDay(button) });
    });
    this.root.addEventListener("contextmenu", (event) => {
      const bar = barUnder(event);
      if (!bar) return;
      event.preventDefault();
      this.bars.choose(bar);
      this.sheet.openMenu({ x: event.clientX, y: event.clientY });
    });
    document.querySelector("a[href='#gantt']")?.addEventListener(
      "click",
      (event) => {
        event.preventDefault();
        /** @type {HTMLElement | null} */ (this.root.querySelector(`${BAR}[tabindex="0"]`))?.focus();
      },
      { signal },
    );
  }

  /**
   * Another scale, or other marks: the chart is drawn anew, at the same day and beside the same rows.
   * @param {{ zoom?: string, show?: string, past?: string }} change
   */
  async #lookAt(change) {
    const view = { ...this.view, ...change };
    if (change.past === undefined) keepInAddress(view);
    await this.sheet.beside.redraw(view);
    // The server has read the day, and spells it among what is shown.
    const { chart } = this.sheet.beside;
    if (change.past !== undefined && chart) keepInAddress(chart.view);
  }

  /**
   * The day of a line of before, where the button adds one.
   * @param {HTMLButtonElement | null} button
   * @returns {{ past?: string }}
   */
  #typedDay(button) {
    if (button?.dataset.addLine === undefined) return {};
    const field = /** @type {HTMLInputElement | null} */ (this.tools.querySelector("[name=past]"));
    return { past: field?.value ?? "" };
  }

  /** The table beside it is wider now, or less wide. */
  resized() {
    this.rows.drawSeen();
    this.#drawAxis();
  }

  // ── what comes with rows ──

  /** Rows will be drawn: who has the focus is remembered. */
  note() {
    this.again = rememberFocus(this.root, "a");
  }

  /** Rows were drawn, and their bars with them. */
  wire() {
    this.bars.wire();
    const link = this.again();
    this.again = () => null;
    if (!link || link === document.activeElement) return;
    if (link.matches(BAR)) this.bars.reach(/** @type {any} */ (link));
    link.focus({ preventScroll: true });
  }

  /**
   * Pieces replace those with their ids; a chart of other days is drawn anew as a whole.
   * @param {HTMLElement} pictures
   */
  put(pictures) {
    const { firstDay, days } = pictures.dataset;
    if (firstDay !== this.root.dataset.firstDay || days !== this.root.dataset.days) {
      this.sheet.beside.redraw(this.view);
      return;
    }
    for (const piece of pictures.querySelectorAll(":scope > svg > [id]")) replacePiece(piece);
  }

  // ── axis and shaded days come in tiles ──

  async #drawAxis() {
    const { tiles, axisUrl, tileDays } = this.root.dataset;
    const width = Number(tileDays) * this.pixels;
    const { scrollLeft } = this.scroller;
    const first = Math.max(Math.floor((scrollLeft - EDGE) / width), 0);
    const last = Math.min(Math.floor((scrollLeft + this.room + EDGE) / width), Number(tiles) - 1);
    const missing = [];
    for (let tile = first; tile <= last; tile += 1) if (!this.tiles.has(tile)) missing.push(tile);
    if (!missing.length) return;
    for (const tile of missing) this.tiles.add(tile);
    const query = new URLSearchParams({ ...this.view, tiles: missing.join(",") });
    const { signal } = this.over;
    const answer = await ask(`${axisUrl}?${query}`, { signal });
    const part = answer?.isOk ? answer.page : parse("");
    if (answer && !answer.isOk) miss(answer, () => this.#drawAxis());
    if (!part.querySelector("[id^=axis-]")) for (const tile of missing) this.tiles.delete(tile);
    this.axis.append(...part.querySelectorAll("[id^=axis-]"));
    this.ground.append(...part.querySelectorAll("[id^=ground-]"));
  }

  // ── what is seen ──

  /**
   * @param {number} day
   * @param {number} [at]  pixels from the left edge of the chart
   */
  showDay(day, at = this.room * THIRD) {
    this.scroller.scrollLeft = (day - this.firstDay) * this.pixels - at;
  }

  /**
   * Scroll so that a bar is seen.
   * @param {Element} bar
   */
  show(bar) {
    this.rows.scrollTo(this.bars.placeOf(bar));
    const box = boxOf(bar);
    const { scrollLeft } = this.scroller;
    if (box.right < scrollLeft || box.left > scrollLeft + this.room) this.scroller.scrollLeft = box.left - 80;
  }

  /**
   * The bar of the row in which keys go on.
   * @param {string} id
   * @param {{ takes?: boolean }} [options]  takes: it has the focus
   */
  reveal(id, { takes = false } = {}) {
    const bar = barOf(id);
    if (!bar) return false;
    this.show(bar);
    if (takes) bar.focus({ preventScroll: true });
    return true;
  }
}

/** @param {Element} piece */
function replacePiece(piece) {
  const old = document.getElementById(piece.id);
  if (old) old.replaceWith(piece);
  else if (piece.id.startsWith("label-")) {
    const bar = document.getElementById(piece.id.replace("label", "bar"));
    bar?.closest("svg")?.querySelector(".gantt-labels")?.append(piece);
  }
}
