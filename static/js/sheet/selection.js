// What is selected of a table: a cell, a range, rows, columns, all. Known by the ids of tasks and the names of columns, and
// not by where they are drawn: it holds while rows are scrolled away, drawn anew or moved by others. Pure.

/**
 * A cell: its row's task, its column, and the place at which its row was last seen, counted from 0.
 * @typedef {{ id: string, column: string, place: number }} Spot
 */

/** @typedef {"cells" | "rows" | "columns" | "all"} Shape */

const ENDS = /** @type {const} */ (["focus", "anchor", "tip"]);

export class Selection {
  constructor() {
    /** @type {Spot | null} where keys go on, and the focus is */
    this.focus = null;
    /** @type {Spot | null} where the range began */
    this.anchor = null;
    /** @type {Spot | null} where the range ends: rows that are chosen one by one lie beside it */
    this.tip = null;
    /** @type {Shape} */
    this.shape = "cells";
    /** @type {Map<string, number>} rows beside the range that were chosen one by one, with their places */
    this.others = new Map();
    /** @type {Map<string, number>} rows of the range that were left out again */
    this.except = new Map();
  }

  /**
   * One cell, or what it stands for.
   * @param {Spot} spot
   * @param {Shape} [shape]
   */
  at(spot, shape = "cells") {
    this.focus = spot;
    this.anchor = spot;
    this.tip = spot;
    this.shape = shape;
    this.others.clear();
    this.except.clear();
  }

  /**
   * The range from where it began to this cell.
   * @param {Spot} spot
   */
  extend(spot) {
    this.anchor ??= spot;
    this.focus = spot;
    this.tip = spot;
    if (this.shape === "all") this.shape = "cells";
    this.except.clear();
  }

  /**
   * Another shape of the same range: its whole rows, its whole columns, everything.
   * @param {Shape} shape
   */
  become(shape) {
    this.shape = shape;
    this.others.clear();
    this.except.clear();
  }

  /**
   * One row more, or one less; what was selected before becomes rows.
   * @param {Spot} spot
   */
  toggle(spot) {
    const had = this.hasRow(spot.id, spot.place) && this.isRows;
    if (!this.isRows) this.at(spot, "rows");
    else if (had) {
      if (!this.others.delete(spot.id)) this.except.set(spot.id, spot.place);
    } else if (!this.except.delete(spot.id)) this.others.set(spot.id, spot.place);
    this.focus = spot;
  }

  /** The focus alone is left. */
  collapse() {
    if (this.focus) this.at(this.focus);
  }

  get isRows() {
    return this.shape === "rows" || this.shape === "all";
  }

  /** Whether it is one cell and no more. */
  get isSingle() {
    const { tip, anchor } = this;
    return this.shape === "cells" && tip?.id === anchor?.id && tip?.column === anchor?.column;
  }

  /** The places of the range, both included; nothing of what was chosen beside it. */
  get span() {
    if (this.shape === "all" || this.shape === "columns") return { first: 0, last: Number.POSITIVE_INFINITY };
    const places = [this.anchor?.place ?? -1, this.tip?.place ?? -1];
    return { first: Math.min(...places), last: Math.max(...places) };
  }

  /**
   * Whether cells of a row are selected.
   * @param {string} id
   * @param {number} place
   */
  hasRow(id, place) {
    if (this.others.has(id)) return true;
    if (this.except.has(id) || !this.anchor) return false;
    const { first, last } = this.span;
    return place >= first && place <= last;
  }

  /**
   * The selected of these columns, in their order.
   * @param {string[]} columns  as they stand in the table
   */
  columns(columns) {
    if (this.isRows) return columns;
    const ends = [this.anchor, this.tip].map((spot) => columns.indexOf(spot?.column ?? ""));
    return columns.slice(Math.max(Math.min(...ends), 0), Math.max(...ends) + 1);
  }

  /**
   * Rows may stand elsewhere now.
   * @param {(id: string) => number | undefined} placeOf  of those that are drawn
   */
  follow(placeOf) {
    for (const end of ENDS) {
      const spot = this[end];
      const place = spot ? placeOf(spot.id) : undefined;
      if (spot && place !== undefined) this[end] = { ...spot, place };
    }
    for (const rows of [this.others, this.except]) {
      for (const id of rows.keys()) {
        const place = placeOf(id);
        if (place !== undefined) rows.set(id, place);
      }
    }
  }

  /**
   * A new row has got its task's id.
   * @param {string} before
   * @param {string} id
   */
  rename(before, id) {
    for (const end of ENDS) {
      const spot = this[end];
      if (spot?.id === before) this[end] = { ...spot, id };
    }
  }
}
