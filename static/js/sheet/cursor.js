// One cell of the table takes the Tab key; arrows move it.
import { idOf, nameCell, ROWS, rowOf } from "./columns.js";

/** @import { Columns } from "./columns.js" */
/** @import { RowWindow } from "./window.js" */

export class Cursor {
  /**
   * @param {RowWindow} rows
   * @param {Columns} columns
   */
  constructor(rows, columns) {
    this.rows = rows;
    this.columns = columns;
    /** @type {{ id: string, column: string } | null} */
    this.current = null;
    /** @type {HTMLTableCellElement | null} */
    this.cell = null;
  }

  /**
   * Move to a cell.
   * @param {HTMLTableCellElement | null | undefined} cell
   * @param {{ isQuiet?: boolean }} [options]  quiet: it takes the Tab key, and not the focus
   */
  move(cell, { isQuiet = false } = {}) {
    const row = /** @type {HTMLTableRowElement | null | undefined} */ (cell?.parentElement);
    if (!cell || !row?.id) return;
    if (this.cell) this.cell.tabIndex = -1;
    cell.tabIndex = 0;
    this.cell = cell;
    this.current = { id: idOf(row), column: this.columns.of(cell) };
    if (isQuiet) return;
    this.rows.scrollTo(this.rows.placeOf(row));
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /**
   * Move to a column of a row.
   * @param {HTMLTableRowElement | null | undefined} row
   * @param {string} [column]  the task's name where none is given
   * @param {{ isQuiet?: boolean }} [options]
   */
  moveTo(row, column = "", options = {}) {
    this.move(row && this.columns.cell(row, column), options);
  }

  /**
   * Move to a row by its place, which may have to be fetched.
   * @param {number} place
   * @param {string} [column]
   */
  async moveToPlace(place, column = "") {
    const row = await this.rows.rowAt(place);
    this.moveTo(row, column);
    return row;
  }

  /** The row of the cell, if it is drawn. */
  get row() {
    return this.current && rowOf(this.current.id);
  }

  get column() {
    return this.current?.column ?? "";
  }

  /** Rows were drawn anew: some cell takes the Tab key again. */
  keep() {
    if (this.cell?.isConnected) return;
    if (this.row) this.moveTo(this.row, this.column, { isQuiet: true });
    else {
      const first = /** @type {HTMLTableRowElement | null} */ (this.rows.view.table.querySelector(ROWS));
      if (first) this.move(nameCell(first), { isQuiet: true });
    }
  }
}
