// Where keys go on, and what is selected: one truth for the eyes, for the keys and for what is done with rows.
import { lent } from "../later.js";
import { idOf, NAME, ROWS, rowBeside, rowOf } from "./columns.js";
import { Selection } from "./selection.js";

/** @import { Changes } from "./changes.js" */
/** @import { Columns } from "./columns.js" */
/** @import { Pen } from "./pen.js" */
/** @import { Shape } from "./selection.js" */
/** @import { RowWindow } from "./window.js" */

const PAUSE = 250; // milliseconds that a selection rests before its sums are asked for
// A finger that taps a cell does not ask for a keyboard on the screen.
export const HAS_KEYS = !matchMedia("(hover: none) and (pointer: coarse)").matches;

const summing = lent("sums", async () => await import("./sums.js"));

/**
 * @typedef {object} Move
 * @property {boolean} [isQuiet]  the cell takes the Tab key, and not the focus
 * @property {boolean} [isPointed]  the hand is on the cell: nothing moves under it
 * @property {boolean} [extend]  the selection reaches from where it began to here
 * @property {Shape} [shape]
 */

export class Cursor {
  /**
   * @param {HTMLElement} root
   * @param {RowWindow} rows
   * @param {Columns} columns
   * @param {Pen} pen
   * @param {Changes} changes
   */
  constructor(root, rows, columns, pen, changes) {
    this.root = root;
    this.rows = rows;
    this.columns = columns;
    this.pen = pen;
    this.changes = changes;
    this.selection = new Selection();
    /** @type {(id: string) => void} the row of the focus is another one now */
    this.onLeave = () => {};
    this.onShown = () => {};
    this.onMoved = () => {};
    this.onMarked = () => {};
    /** @type {(cell: HTMLElement) => void} bring a cell into sight, sideways */
    this.reveal = (cell) => cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    /** @type {HTMLTableCellElement | null} */
    this.cell = null;
    /** @type {Set<Element>} */
    this.shown = new Set();
    this.timer = 0;
  }

  /**
   * Move to a cell.
   * @param {HTMLTableCellElement | null | undefined} cell
   * @param {Move} [move]
   */
  move(cell, { isQuiet = false, isPointed = false, extend = false, shape = "cells" } = {}) {
    const spot = cell && this.spotOf(cell);
    if (!cell || !spot) return;
    const before = this.selection.focus?.id;
    if (extend) this.selection.extend(spot);
    else this.selection.at(spot, shape);
    this.#reach(cell, { isQuiet, isPointed });
    if (before && before !== spot.id) this.onLeave(before);
  }

  /**
   * One row more is selected, or one less.
   * @param {HTMLTableCellElement} cell
   */
  toggle(cell) {
    const spot = this.spotOf(cell);
    if (!spot) return;
    this.selection.toggle(spot);
    this.#reach(cell, { isPointed: true });
  }

  /** @param {Shape} shape */
  become(shape) {
    this.selection.become(shape);
    this.show();
  }

  /**
   * @param {HTMLTableCellElement} cell
   * @param {Move} move
   */
  #reach(cell, { isQuiet = false, isPointed = false }) {
    if (this.cell !== cell) this.#leave();
    this.cell = cell;
    const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
    const scrolls = !isQuiet && !isPointed;
    if (scrolls) this.rows.scrollTo(this.placeOf(row));
    cell.classList.add("is-cursor");
    if (HAS_KEYS && this.columns.canEdit(cell)) {
      cell.tabIndex = -1;
      this.pen.rest(cell, { takes: !isQuiet });
    } else {
      this.pen.leave();
      cell.tabIndex = 0;
      if (!isQuiet) cell.focus({ preventScroll: true });
    }
    if (scrolls) this.reveal(cell);
    this.show();
    this.onMoved();
  }

  #leave() {
    if (!this.cell) return;
    this.cell.tabIndex = -1;
    this.cell.classList.remove("is-cursor");
  }

  /** @param {HTMLTableCellElement} cell */
  spotOf(cell) {
    const row = /** @type {HTMLTableRowElement | null} */ (cell.parentElement);
    if (!row?.id) return null;
    return { id: idOf(row), column: this.columns.of(cell), place: this.placeOf(row) };
  }

  /**
   * The place of a row; a new one stands between two places.
   * @param {Element} row
   */
  placeOf(row) {
    for (let at = /** @type {Element | null} */ (row), behind = 0; at; at = at.previousElementSibling, behind += 1) {
      if (at.hasAttribute("aria-rowindex")) return this.rows.placeOf(at) + Math.min(behind, 99) / 100;
    }
    const next = row.parentElement?.querySelector("[aria-rowindex]");
    return next ? this.rows.placeOf(next) - 0.5 : 0;
  }

  /**
   * Move to a column of a row.
   * @param {HTMLTableRowElement | null | undefined} row
   * @param {string} [column]  the task's name where none is given
   * @param {Move} [move]
   */
  moveTo(row, column = "", move = {}) {
    this.move(row && this.columns.cell(row, column), move);
  }

  /**
   * Move to a row by its place, which may have to be fetched.
   * @param {number} place
   * @param {string} [column]
   * @param {Move} [move]
   * @param {number} [by]  to where keys go on from the head of a group, which is no task
   */
  async moveToPlace(place, column = "", move = {}, by = 1) {
    let row = await this.rows.rowAt(place);
    if (row?.id[0] === "g") row = await this.rows.rowAt(Math.abs(place + by));
    this.moveTo(row, column, move);
    return row;
  }

  /**
   * Go on by some rows; new rows of the page count with those of the plan.
   * @param {number} by
   * @param {Move} [move]
   */
  async step(by, move = {}) {
    const { row } = this;
    const beside = row && Math.abs(by) === 1 && rowBeside(row, by);
    if (beside) return this.moveTo(beside, this.column, move);
    const place = (row ? this.placeOf(row) : (this.selection.focus?.place ?? 0)) + by;
    await this.moveToPlace(by < 0 ? Math.ceil(place) : Math.floor(place), this.column, move, Math.sign(by));
    return undefined;
  }

  /** The row of the focus, if it is drawn. */
  get row() {
    return this.selection.focus && rowOf(this.selection.focus.id);
  }

  get column() {
    return this.selection.focus?.column ?? "";
  }

  get id() {
    return this.selection.focus?.id ?? "";
  }

  /**
   * Rows were drawn anew: the cell of the focus, or one near it, is where keys go on.
   * @param {{ takes: boolean }} options  takes: the focus was in the table
   */
  keep({ takes }) {
    this.selection.follow((id) => {
      const row = rowOf(id);
      return row ? this.placeOf(row) : undefined;
    });
    if (this.pen.isWriting && this.cell?.isConnected) return this.show();
    const { row } = this;
    const cell = row && this.columns.cell(row, this.column);
    if (cell && (cell !== this.cell || takes)) this.#reach(cell, { isQuiet: !takes });
    else if (!cell && (takes || !this.selection.focus)) this.#fallBack(takes);
    else this.show();
    return undefined;
  }

  /**
   * The row is gone, or none was ever chosen: the one that stands in its place.
   * @param {boolean} takes
   */
  #fallBack(takes) {
    const { table } = this.rows.view;
    // A new row stands between two places: where it is gone, the one above it is meant.
    const place = Math.floor(this.selection.focus?.place ?? 0);
    const drawn = this.rows.drawnRow(Math.min(place, this.rows.total - 1));
    const row = /** @type {HTMLTableRowElement | null} */ (drawn?.closest(ROWS) ?? table.querySelector(ROWS));
    this.moveTo(row, this.column || NAME, { isQuiet: !takes });
  }

  /** Show what is selected, in the cells and in words. */
  show() {
    const { selection } = this;
    const names = new Set(selection.columns([...this.columns.heads.keys()]));
    const now = new Set();
    for (const each of this.rows.view.table.querySelectorAll(ROWS)) {
      const row = /** @type {HTMLTableRowElement} */ (each);
      const isSelected = selection.hasRow(idOf(row), this.placeOf(row));
      const said = String(isSelected && selection.isRows);
      if (row.getAttribute("aria-selected") !== said) row.setAttribute("aria-selected", said);
      if (!isSelected || selection.isRows || selection.isSingle) continue;
      for (const cell of row.cells) if (names.has(this.columns.of(cell))) now.add(cell);
    }
    for (const cell of this.shown) if (!now.has(cell)) cell.removeAttribute("aria-selected");
    for (const cell of now) cell.setAttribute("aria-selected", "true");
    this.shown = now;
    this.onShown();
    this.onMarked();
    clearTimeout(this.timer);
    this.say("");
    if (!selection.isSingle && selection.focus)
      this.timer = setTimeout(async () => (await summing({ holds: false }))?.sum(this), PAUSE);
    for (const button of document.querySelectorAll("#wbs-tools [data-act]")) {
      /** @type {HTMLButtonElement} */ (button).disabled = !selection.focus;
    }
  }

  /** The selected rows that are drawn, those of the range alone. */
  drawnRows() {
    const { first, last } = this.selection.span;
    const rows = /** @type {NodeListOf<HTMLTableRowElement>} */ (this.rows.view.table.querySelectorAll(ROWS));
    return [...rows].filter((row) => {
      const place = this.placeOf(row);
      return place >= first && place <= last;
    });
  }

  /** @param {string} words */
  say(words) {
    const note = /** @type {HTMLElement} */ (document.getElementById("wbs-selected"));
    note.textContent = words && `${note.dataset.separator}${words}`;
  }

  /**
   * What is selected, as the server is asked about it.
   * @returns {Record<string, string>}
   */
  get asked() {
    const { selection } = this;
    const isAll = selection.shape === "all" || selection.shape === "columns";
    const real = (/** @type {string | undefined} */ id) => this.changes.real(id ?? "");
    const ends = isAll ? {} : { first: real(selection.anchor?.id), last: real(selection.tip?.id) };
    const list = (/** @type {Map<string, number>} */ rows) => [...rows.keys()].map(real).join(",");
    return { ...ends, tasks: list(selection.others), without: list(selection.except) };
  }

  /**
   * The tasks whose rows are selected, from top to bottom, and behind them those that were chosen one by one.
   * @returns {Promise<string[]>}
   */
  async ids() {
    const { selection } = this;
    if (!selection.focus || !selection.anchor) return [];
    const { first, last } = selection.span;
    const drawn = this.drawnRows();
    const count = Math.floor(last) - Math.ceil(first) + 1;
    if (drawn.filter((row) => row.hasAttribute("aria-rowindex")).length === count) {
      const inside = drawn.map(idOf).filter((id) => !selection.except.has(id));
      return [...new Set([...inside, ...selection.others.keys()])];
    }
    return (await (await summing())?.ids(this)) ?? [];
  }
}
