// Rows that are marked, for what is done with several of them at once.
import { announce } from "../answer.js";
import { fill } from "../words.js";
import { idOf, ROWS, rowOf } from "./columns.js";

export class Marks {
  /**
   * @param {HTMLElement} root
   * @param {HTMLTableElement} table
   */
  constructor(root, table) {
    this.root = root;
    this.table = table;
    /** @type {Set<string>} */
    this.ids = new Set();
    /** @type {string | null} */
    this.anchor = null;
  }

  /** @returns {HTMLTableRowElement[]} */
  #rows() {
    return [...this.table.querySelectorAll(ROWS)].map((row) => /** @type {HTMLTableRowElement} */ (row));
  }

  /**
   * Mark a row alone, or as one more, or with all up to the one that was marked last.
   * @param {HTMLTableRowElement} row
   * @param {{ toggles?: boolean, extends?: boolean }} [options]
   */
  mark(row, { toggles = false, extends: extend = false } = {}) {
    const id = idOf(row);
    const anchor = this.anchor && rowOf(this.anchor);
    if (extend && anchor) {
      const rows = this.#rows();
      const [from, to] = [rows.indexOf(anchor), rows.indexOf(row)].sort((a, b) => a - b);
      this.ids = new Set(rows.slice(from, to + 1).map(idOf));
    } else {
      if (!toggles) this.ids.clear();
      if (toggles && this.ids.has(id)) this.ids.delete(id);
      else this.ids.add(id);
      this.anchor = id;
    }
    this.show();
  }

  clear() {
    this.ids.clear();
  }

  /** @param {Element} row */
  has(row) {
    return this.ids.has(idOf(row));
  }

  /** Say what is marked: in the rows, in the tools, in words. */
  show() {
    for (const row of this.#rows()) row.setAttribute("aria-selected", String(this.has(row)));
    const words = this.ids.size ? fill(this.root.dataset.selected, { count: this.ids.size }) : "";
    const note = /** @type {HTMLElement} */ (document.getElementById("wbs-selected"));
    note.textContent = words && `${note.dataset.separator}${words}`;
    for (const button of document.querySelectorAll("#wbs-tools [data-act]")) {
      /** @type {HTMLButtonElement} */ (button).disabled = !this.ids.size;
    }
    if (this.ids.size > 1) announce(words);
  }
}
