// A cell is typed into, where it stands. What was there goes along, so that no other's change is overwritten unseen.
import { ask } from "../answer.js";
import { fill } from "../words.js";
import { idOf, nameCell, rowOf, textOf } from "./columns.js";

/** @import { Changes, Outcome } from "./changes.js" */
/** @import { Columns } from "./columns.js" */
/** @import { Cursor } from "./cursor.js" */

/**
 * @typedef {object} Session  of one cell
 * @property {HTMLTableCellElement} cell
 * @property {string} id  of the task
 * @property {string} column
 * @property {string} was
 * @property {HTMLInputElement} input
 * @property {boolean} isBusy
 */

export class Editor {
  /**
   * @param {HTMLElement} root
   * @param {Columns} columns
   * @param {Cursor} cursor
   * @param {Changes} changes
   * @param {(id: string) => void} onSaved
   */
  constructor(root, columns, cursor, changes, onSaved) {
    this.root = root;
    this.columns = columns;
    this.cursor = cursor;
    this.changes = changes;
    this.onSaved = onSaved;
    /** @type {Session | null} */
    this.session = null;
  }

  /** @param {HTMLTableCellElement} cell */
  open(cell) {
    if (this.session || !this.columns.canEdit(cell)) return;
    this.cursor.move(cell, { isQuiet: true });
    const column = this.columns.of(cell);
    const input = document.createElement("input");
    input.className = "input";
    input.value = textOf(cell);
    input.maxLength = 5000;
    input.setAttribute("aria-label", fill(this.root.dataset.editName, { column: this.columns.word(column) }));
    const list = this.columns.listOf(cell);
    if (list) this.#suggest(input, list);
    cell.classList.add("cell--edit");
    cell.append(input);
    const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
    this.session = { cell, id: idOf(row), column, was: input.value, input, isBusy: false };
    input.addEventListener("keydown", (event) => this.#press(event));
    input.addEventListener("blur", () => {
      const { session } = this;
      if (session?.input === input && !session.isBusy && !input.hasAttribute("aria-invalid")) this.save();
    });
    input.focus();
    input.select();
  }

  /**
   * A cell, or the task's name where it cannot be edited.
   * @param {HTMLTableCellElement} cell
   */
  openNear(cell) {
    const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
    this.open(this.columns.canEdit(cell) ? cell : nameCell(row));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    event.stopPropagation();
    // While a Japanese input method composes, Enter and Esc belong to it.
    if (event.isComposing) return;
    if (event.key === "Escape") this.#close({ returns: true });
    else if (event.key === "Enter") this.save({ returns: true });
    else if (event.key === "Tab") this.save({ step: event.shiftKey ? "previousElementSibling" : "nextElementSibling" });
    else return;
    event.preventDefault();
  }

  /** @param {{ returns?: boolean }} [options]  returns: the cell has the focus again */
  #close({ returns = false } = {}) {
    if (!this.session) return;
    const { cell, id, column, input } = this.session;
    this.session = null;
    input.remove();
    cell.querySelector(".wbs__error")?.remove();
    cell.classList.remove("cell--edit");
    if (returns) this.cursor.moveTo(rowOf(id), column);
    setTimeout(() => this.changes.rows.drawSeen());
  }

  /**
   * Post what was typed, if it is something else; then back to the cell, or on to the next one.
   * @param {{ returns?: boolean, step?: "nextElementSibling" | "previousElementSibling" }} [options]
   */
  async save({ returns = false, step } = {}) {
    const { session } = this;
    if (!session || session.isBusy) return;
    const { id, column, was, input, cell } = session;
    if (input.value.trim() !== was) {
      session.isBusy = true;
      cell.dataset.busy = "";
      const outcome = await this.changes.post(`/tasks/${id}/cell`, { column, text: input.value, was });
      session.isBusy = false;
      delete cell.dataset.busy;
      if (!outcome || "refusal" in outcome) {
        const current = showRefusal(cell, input, outcome);
        // Both versions are on the screen now: the next Enter overwrites knowingly.
        if (current !== undefined) session.was = current;
        return;
      }
    }
    this.#close({ returns });
    if (returns) this.cursor.moveTo(rowOf(id), column);
    const row = rowOf(id);
    if (step && row) this.#openNext(this.columns.cell(row, column), step);
    this.onSaved(id);
  }

  /**
   * @param {HTMLTableCellElement} from
   * @param {"nextElementSibling" | "previousElementSibling"} step
   */
  #openNext(from, step) {
    for (let next = from[step]; next; next = next[step]) {
      const cell = /** @type {HTMLTableCellElement} */ (next);
      if (this.columns.canEdit(cell)) return this.open(cell);
    }
    return this.cursor.move(from);
  }

  /**
   * Names to choose from while typing; they are fetched once.
   * @param {HTMLInputElement} input
   * @param {string} list  its id; where it comes from stands in `data-<id>-url`
   */
  async #suggest(input, list) {
    input.setAttribute("list", list);
    const url = this.root.dataset[`${list}Url`];
    if (document.getElementById(list) || !url) return;
    const answer = await ask(url);
    const found = answer?.page.getElementById(list);
    if (found && !document.getElementById(list)) document.body.append(found);
  }
}

/**
 * Say below a field why it was refused; the value that is there now, where another has changed it.
 * @param {HTMLElement} cell
 * @param {HTMLInputElement} input
 * @param {Outcome | null} outcome
 */
export function showRefusal(cell, input, outcome) {
  const refused = outcome && "refusal" in outcome ? outcome : null;
  cell.querySelector(".wbs__error")?.remove();
  const words = document.createElement("span");
  words.className = "wbs__error";
  words.id = "wbs-error";
  words.setAttribute("role", "alert");
  words.textContent = refused?.refusal ?? document.body.dataset.failed ?? "";
  cell.append(words);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", "wbs-error");
  input.focus();
  return refused?.current;
}
