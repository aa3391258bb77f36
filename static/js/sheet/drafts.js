// New rows: they are typed where they will stand. The page knows each by an id of its own until the server has made its task.
import { idOf, nameCell, ROWS, rowOf } from "./columns.js";
import { HAS_KEYS } from "./cursor.js";
import { complain } from "./pen.js";

/** @import { Sheet } from "../wbs.js" */
/** @import { Outcome } from "./changes.js" */

/**
 * @typedef {object} Draft
 * @property {string} id  "new1"
 * @property {HTMLTableRowElement} row
 * @property {string} beside  the id of the row that it stands before or behind; none in an empty plan
 * @property {"before" | "after"} side
 * @property {number} level  1: outermost
 * @property {boolean} isPosted
 */

const DEEPEST = 10; // levels that are typed
const FIRST = "new0"; // the row that an empty plan comes with

export class Drafts {
  /** @param {Sheet} sheet */
  constructor(sheet) {
    this.sheet = sheet;
    /** @type {Map<string, Draft>} */
    this.all = new Map();
    this.count = 0;
  }

  /**
   * The new row of a cell or an id, if it is one.
   * @param {string} id
   */
  of(id) {
    return this.all.get(id);
  }

  /**
   * A new row, with the focus in its name.
   * @param {HTMLTableRowElement} near
   * @param {"before" | "after"} side
   */
  open(near, side) {
    const { columns, cursor, root, canPlan } = this.sheet;
    if (!canPlan) return;
    if (root.dataset.sorted) return complain(nameCell(near), root.dataset.sorted);
    if (idOf(near) === FIRST && !this.of(FIRST)?.isPosted) return cursor.moveTo(near);
    this.count += 1;
    const id = `new${this.count}`;
    const row = columns.emptyRow(`row-${id}`);
    row.className = "row--new";
    const level = side === "before" ? levelOf(near) : levelBehind(near);
    this.all.set(id, { id, row, beside: idOf(near), side, level, isPosted: false });
    this.#dress(row, level);
    near[side](row);
    this.sheet.wire();
    cursor.moveTo(row);
    // Where no cell takes the keyboard by itself, a finger has asked for it by asking for a row.
    if (!HAS_KEYS) this.sheet.run("edit");
    return undefined;
  }

  /** The first row of an empty plan came with the page, and may be typed into already. */
  adopt() {
    const { cursor, pen } = this.sheet;
    const row = rowOf(FIRST);
    const cell = row && nameCell(row);
    const spot = cell && cursor.spotOf(cell);
    if (!spot) return;
    this.all.set(FIRST, { id: FIRST, row, beside: "", side: "after", level: 1, isPosted: false });
    cursor.selection.at(spot);
    cursor.cell = cell;
    pen.adopt(cell);
  }

  /**
   * The cells that a name has in the rows of the server.
   * @param {HTMLTableRowElement} row
   * @param {number} level
   */
  #dress(row, level) {
    row.setAttribute("aria-level", String(level));
    const cell = nameCell(row);
    const tree = document.createElement("span");
    tree.className = "tree";
    tree.dataset.level = String(Math.min(level, DEEPEST));
    const code = document.createElement("span");
    code.className = "tree__code";
    const name = document.createElement("a");
    name.className = "cut";
    tree.append(code, name);
    cell.prepend(tree);
  }

  /**
   * One level in or out, as far as the row above lets it.
   * @param {Draft} draft
   * @param {number} by
   */
  shift(draft, by) {
    const above = draft.row.previousElementSibling ?? lastAbove(draft.row);
    const most = above ? Math.min(levelOf(above) + 1, DEEPEST) : 1;
    draft.level = Math.min(Math.max(draft.level + by, 1), most);
    draft.row.setAttribute("aria-level", String(draft.level));
    /** @type {HTMLElement} */ (draft.row.querySelector(".tree")).dataset.level = String(draft.level);
  }

  /**
   * Make the task. A row of which something else was typed first has a name that says it is new.
   * @param {Draft} draft
   * @param {HTMLTableCellElement} cell
   * @param {string} text
   */
  commit(draft, cell, text) {
    const { columns, edits, root } = this.sheet;
    if (!text.trim()) return;
    const isName = cell === nameCell(draft.row);
    const name = isName ? text : (root.dataset.newTask ?? "");
    this.#name(draft, name);
    if (draft.isPosted) return;
    this.#post(draft, name);
    if (!isName) edits.put(columns.cell(draft.row, columns.of(cell)), text);
  }

  /**
   * @param {Draft} draft
   * @param {string} name
   */
  #name(draft, name) {
    const cell = nameCell(draft.row);
    cell.classList.add("cell--waiting");
    /** @type {HTMLElement} */ (cell.querySelector(".cut")).textContent = name;
  }

  /**
   * @param {Draft} draft
   * @param {string} name
   */
  #post(draft, name) {
    const { changes, root } = this.sheet;
    draft.isPosted = true;
    document.getElementById("wbs-begin")?.remove();
    changes.put({
      url: () => root.dataset.addUrl ?? "",
      fields: () => {
        // The row that it was typed beside may have been refused: it stands where that one would.
        let at = draft;
        for (let up = this.of(at.beside); up && !changes.made.has(up.id); up = this.of(at.beside)) at = up;
        return { name, level: String(draft.level), [at.side]: changes.real(at.beside) };
      },
      onAnswer: (outcome) => this.#settle(draft, outcome),
    });
  }

  /**
   * @param {Draft} draft
   * @param {Outcome | null} outcome
   */
  #settle(draft, outcome) {
    const { changes, edits } = this.sheet;
    if (outcome && "part" in outcome) {
      const id = outcome.part.dataset.focus ?? "";
      changes.made.set(draft.id, id);
      edits.rename(draft.id, id);
    } else {
      draft.isPosted = false;
      complain(nameCell(draft.row), (outcome && "refusal" in outcome && outcome.refusal) || "");
    }
  }

  /** Rows will be drawn: those that have their task by now come with them. */
  yield() {
    const { changes, cursor } = this.sheet;
    for (const draft of [...this.all.values()]) {
      const id = changes.made.get(draft.id);
      if (!id) continue;
      this.all.delete(draft.id);
      draft.row.remove();
      cursor.selection.rename(draft.id, id);
      for (const other of this.all.values()) if (other.beside === draft.id) other.beside = id;
    }
  }

  /** Rows were drawn: the others stand where they stood. */
  place() {
    for (const draft of [...this.all.values()]) {
      const { row, beside, side } = draft;
      if (!beside) this.leave(draft.id);
      const near = rowOf(beside);
      if (near && near[side === "before" ? "previousElementSibling" : "nextElementSibling"] !== row) near[side](row);
    }
  }

  /**
   * A new row in which nothing was typed goes when the focus leaves it.
   * @param {string} id
   */
  leave(id) {
    const draft = this.all.get(id);
    if (draft && !draft.isPosted && !this.#isKept(draft)) this.#remove(draft);
  }

  /**
   * Esc: it was not meant; keys go on where they were before.
   * @param {Draft} draft
   */
  giveUp(draft) {
    const near = rowOf(draft.beside);
    if (!this.#isKept(draft)) this.#remove(draft);
    this.sheet.cursor.moveTo(near ?? draft.row);
  }

  /**
   * An empty plan keeps its first row.
   * @param {Draft} draft
   */
  #isKept({ id, row }) {
    const { rows, pen } = this.sheet;
    return id === FIRST && (!rows.total || (pen.isWriting && row.contains(pen.input)));
  }

  /** @param {Draft} draft */
  #remove(draft) {
    this.all.delete(draft.id);
    for (const other of this.all.values()) {
      if (other.beside === draft.id) Object.assign(other, { beside: draft.beside, side: draft.side });
    }
    draft.row.remove();
  }
}

/** @param {Element} row */
const levelOf = (row) => Number(row.getAttribute("aria-level") ?? 1);

/**
 * The level of a row that comes directly behind another one: of its children, where these are shown.
 * @param {Element} row
 */
function levelBehind(row) {
  return levelOf(row) + (row.getAttribute("aria-expanded") === "true" ? 1 : 0);
}

/**
 * The last row of the section above, if it is drawn.
 * @param {HTMLTableRowElement} row
 */
function lastAbove(row) {
  const last = row.parentElement?.previousElementSibling?.lastElementChild;
  return last?.matches(ROWS) ? last : null;
}
