// What was typed into cells: shown at once, posted in its order, kept with its reason where it is refused.
import { idOf, rowOf, textOf as textIn } from "./columns.js";

/** @import { Changes, Outcome } from "./changes.js" */
/** @import { Columns } from "./columns.js" */

/**
 * @typedef {object} Edit  of one cell
 * @property {string} id  of its row
 * @property {string} column
 * @property {string} text
 * @property {string} was  what the server showed there
 * @property {string} refusal  why it was refused; empty while it is on its way
 * @property {boolean} isQueued  it waits to be sent: what is typed next goes along
 */

export class Edits {
  /**
   * @param {Columns} columns
   * @param {Changes} changes
   * @param {(edit: Edit) => void} onRefused
   * @param {(id: string) => void} onSaved
   */
  constructor(columns, changes, onRefused, onSaved) {
    this.columns = columns;
    this.changes = changes;
    this.onRefused = onRefused;
    this.onSaved = onSaved;
    /** @type {Map<string, Edit>} */
    this.all = new Map();
    /** @type {WeakMap<HTMLElement, Node[]>} what the server has drawn in a cell that shows what was typed */
    this.drawn = new WeakMap();
  }

  /** @param {HTMLTableCellElement} cell */
  #keyOf(cell) {
    return `${this.changes.real(idIn(cell))} ${this.columns.of(cell)}`;
  }

  /**
   * What was typed into a cell and is not saved, if anything.
   * @param {HTMLTableCellElement} cell
   */
  of(cell) {
    return this.all.get(this.#keyOf(cell));
  }

  /**
   * What a cell says: what was typed, else what the server has drawn.
   * @param {HTMLTableCellElement} cell
   */
  textOf(cell) {
    return this.of(cell)?.text ?? textIn(cell);
  }

  /**
   * Show and post what was typed.
   * @param {HTMLTableCellElement} cell
   * @param {string} text
   */
  put(cell, text) {
    const before = this.of(cell);
    if (text.trim() === (before ? before.text : textIn(cell)) && !before?.refusal) return;
    const column = this.columns.of(cell);
    /** @type {Edit} */
    const edit = before ?? { id: idIn(cell), column, text, was: textIn(cell), refusal: "", isQueued: false };
    Object.assign(edit, { text, refusal: "" });
    this.all.set(this.#keyOf(cell), edit);
    this.#dress(cell, edit);
    if (!edit.isQueued) this.#post(edit);
  }

  /** @param {Edit} edit */
  #post(edit) {
    edit.isQueued = true;
    let sent = "";
    this.changes.put({
      url: () => `/tasks/${this.changes.real(edit.id)}/cell`,
      fields: () => {
        edit.isQueued = false;
        sent = edit.text;
        return { column: edit.column, text: sent, was: edit.was };
      },
      onAnswer: (outcome) => this.#settle(edit, sent, outcome),
    });
  }

  /**
   * @param {Edit} edit
   * @param {string} sent
   * @param {Outcome | null} outcome
   */
  #settle(edit, sent, outcome) {
    const key = `${this.changes.real(edit.id)} ${edit.column}`;
    if (outcome && "refusal" in outcome) {
      // Both versions are on the screen now: what is committed next overwrites knowingly.
      if (outcome.current !== undefined) edit.was = outcome.current;
      if (edit.isQueued) return;
      edit.refusal = outcome.refusal;
      const row = rowOf(edit.id);
      if (row) this.#dress(this.columns.cell(row, edit.column), edit);
      this.onRefused(edit);
    } else if (edit.text === sent) {
      this.all.delete(key);
      this.#undress(edit);
      this.onSaved(edit.id);
    }
  }

  /**
   * Nothing was meant: the cell is as the server has drawn it.
   * @param {HTMLTableCellElement} cell
   */
  giveUp(cell) {
    const edit = this.of(cell);
    if (!edit?.refusal) return;
    this.all.delete(this.#keyOf(cell));
    this.#undress(edit);
  }

  /**
   * A new row has got its task's id.
   * @param {string} before
   * @param {string} id
   */
  rename(before, id) {
    for (const [key, edit] of [...this.all]) {
      if (edit.id !== before) continue;
      this.all.delete(key);
      edit.id = id;
      this.all.set(`${id} ${edit.column}`, edit);
    }
  }

  /**
   * A row was drawn: what is typed and not saved stands in it again.
   * @param {HTMLTableRowElement} row
   */
  wear(row) {
    if (!this.all.size) return;
    for (const cell of row.cells) {
      const edit = this.of(cell);
      if (!edit) continue;
      if (!this.drawn.has(cell) && !edit.refusal) edit.was = textIn(cell);
      this.#dress(cell, edit);
    }
  }

  /**
   * @param {HTMLTableCellElement} cell
   * @param {Edit} edit
   */
  #dress(cell, { text, refusal }) {
    const place = placeIn(cell);
    const drawn = [...place.childNodes].filter((node) => !isOurs(node));
    if (!this.drawn.has(cell)) this.drawn.set(cell, drawn);
    for (const node of drawn) node.remove();
    place.prepend(text);
    cell.classList.toggle("cell--waiting", !refusal);
    cell.classList.toggle("cell--refused", Boolean(refusal));
    cell.title = refusal;
    if (refusal) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  }

  /** @param {Edit} edit */
  #undress({ id, column }) {
    const row = rowOf(id);
    const cell = row && this.columns.cell(row, column);
    const drawn = cell && this.drawn.get(cell);
    if (!drawn) return;
    this.drawn.delete(cell);
    const place = placeIn(cell);
    for (const node of [...place.childNodes]) if (!isOurs(node)) node.remove();
    place.prepend(...drawn);
    cell.classList.remove("cell--waiting", "cell--refused");
    for (const name of ["title", "aria-invalid"]) cell.removeAttribute(name);
    cell.querySelector(".wbs__error")?.remove();
  }
}

/** @param {HTMLElement} cell */
const idIn = (cell) => idOf(/** @type {Element} */ (cell.parentElement));

/**
 * Where the text of a cell stands: a task's name is a link behind its code.
 * @param {HTMLTableCellElement} cell
 */
const placeIn = (cell) => /** @type {HTMLElement} */ (cell.querySelector("a.cut") ?? cell);

/** @param {Node} node */
const isOurs = (node) => node instanceof Element && node.matches("input, .wbs__why, .wbs__error, .wbs__fill");
