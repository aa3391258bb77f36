// The columns of the table, as its head names them. No script knows which there are, or in which order.

/** The columns that every table of tasks has: the row's number, by which it is dragged, and the task's name. */
export const NUMBER = "number";
export const NAME = "name";

/**
 * Whether a cell may be edited.
 * @param {string | undefined} rule  of its column, as the server declares it, words: `leaf` not of summaries,
 *   `own` also by those who only report progress on their own tasks; undefined: never
 * @param {{ isSummary: boolean, isMine: boolean }} task
 * @param {string | undefined} right  of the reader: "plan", "progress" or none
 */
export function mayEdit(rule, task, right) {
  if (rule === undefined) return false;
  const words = rule.split(" ");
  if (words.includes("leaf") && task.isSummary) return false;
  if (right === "progress") return words.includes("own") && task.isMine;
  return right === "plan";
}

export class Columns {
  /**
   * @param {HTMLTableElement} table
   * @param {string | undefined} right  of the reader: "plan", "progress" or none
   */
  constructor(table, right) {
    this.right = right;
    /** @type {Map<string, HTMLTableCellElement>} */
    this.heads = new Map();
    for (const head of table.tHead?.rows[0]?.cells ?? []) this.heads.set(head.dataset.column ?? "", head);
  }

  /**
   * The name of a cell's column.
   * @param {HTMLElement} cell
   */
  of(cell) {
    return cell.dataset.column ?? "";
  }

  /**
   * The cell of a row in a column, or the one that names the task.
   * @param {HTMLTableRowElement} row
   * @param {string} column
   */
  cell(row, column) {
    return [...row.cells].find((cell) => cell.dataset.column === column) ?? nameCell(row);
  }

  /**
   * What the column is called.
   * @param {string} column
   */
  word(column) {
    const head = this.heads.get(column);
    return head?.querySelector("abbr")?.title ?? head?.textContent?.trim() ?? "";
  }

  /**
   * Whether it is seen: a narrow screen leaves columns out.
   * @param {string} column
   */
  isShown(column) {
    return Boolean(this.heads.get(column)?.offsetWidth);
  }

  /** Those that are seen, in their order. */
  get shown() {
    return [...this.heads.keys()].filter((name) => this.isShown(name));
  }

  /**
   * Which names are offered while a cell is typed, if any.
   * @param {HTMLElement} cell
   */
  namesOf(cell) {
    return this.heads.get(this.of(cell))?.dataset.names;
  }

  /**
   * Whether cells of a column may be typed into at all.
   * @param {string} column
   */
  isEditable(column) {
    return this.heads.get(column)?.hasAttribute("data-editable") ?? false;
  }

  /** @param {HTMLElement} cell */
  #ruleOf(cell) {
    return this.heads.get(this.of(cell))?.dataset.editable;
  }

  /** @param {HTMLTableCellElement} cell */
  canEdit(cell) {
    const row = cell.parentElement;
    if (!row) return false;
    const task = {
      isSummary: isSummary(row),
      isMine: row.hasAttribute("data-mine"),
    };
    return mayEdit(this.#ruleOf(cell), task, this.right);
  }

  /**
   * A row of the page's own, empty but for its cells.
   * @param {string} id
   */
  emptyRow(id) {
    const row = document.createElement("tr");
    row.id = id;
    for (const column of this.heads.keys()) {
      const cell = document.createElement(column === NAME ? "th" : "td");
      cell.dataset.column = column;
      if (column === NAME) cell.setAttribute("scope", "row");
      row.append(cell);
    }
    return row;
  }
}

/** @param {Element} row */
export const idOf = (row) => row.id.slice("row-".length);

/** @param {string} id */
export const rowOf = (id) => /** @type {HTMLTableRowElement | null} */ (document.getElementById(`row-${id}`));

/** @param {Element} row */
export const isSummary = (row) => row.hasAttribute("aria-expanded");

/**
 * The cell that names a row's task: the row's head.
 * @param {HTMLTableRowElement} row
 */
export const nameCell = (row) => /** @type {HTMLTableCellElement} */ (row.querySelector(":scope > th") ?? row.cells[0]);

/**
 * What was typed: the text of a cell, without what stands beside it.
 * @param {HTMLElement} cell
 */
export function textOf(cell) {
  const part = cell.querySelector("a:not(.wbs__why), .meter > span, .person > span:last-child");
  return ((part ?? cell).textContent ?? "").trim();
}

/** Rows of tasks, and not of the page's own. */
export const ROWS = "tbody tr[id^='row-']";

/**
 * Put a row in the place of an older one; cells that read otherwise are shown as changed for a moment.
 * @param {HTMLTableRowElement} row
 * @param {Element | null} [writing]  the row in which the user is typing: it stays, with the cell of the focus
 */
export function replaceRow(row, writing = null) {
  const old = /** @type {HTMLTableRowElement | null} */ (document.getElementById(row.id));
  if (!old) return;
  const cells = [...row.cells];
  for (const cell of cells) {
    cell.classList.toggle("cell--changed", cell.textContent !== old.cells[cell.cellIndex]?.textContent);
  }
  document.adoptNode(row);
  if (old !== writing) return old.replaceWith(row);
  for (const cell of cells) {
    const before = old.cells[cells.indexOf(cell)];
    if (!before.contains(document.activeElement)) before.replaceWith(cell);
  }
  for (const { name, value } of row.attributes) old.setAttribute(name, value);
  delete old.dataset.wired;
  return undefined;
}

/**
 * The row above or below one, also over the border of a section; null where it is not drawn.
 * @param {HTMLTableRowElement} row
 * @param {number} by  −1 or 1
 */
export function rowBeside(row, by) {
  const side = by < 0 ? "previousElementSibling" : "nextElementSibling";
  const inside = row[side];
  const section = row.parentElement?.[side];
  const other = inside ?? (by < 0 ? section?.lastElementChild : section?.firstElementChild);
  return other?.matches("[id^='row-']") ? /** @type {HTMLTableRowElement} */ (other) : null;
}

// ── how wide they are ──

export const HALF_WIDTH = 7.2; // pixels of a character of half width, padding apart
export const PADDING = 24;
const PEOPLE = 160; // pixels

/**
 * The others keep theirs; people, who have what is left, keep room too.
 * @param {HTMLElement} head
 * @param {number} characters
 */
export function setWidth(head, characters) {
  const table = /** @type {HTMLTableElement} */ (head.closest("table"));
  head.dataset.width = String(characters);
  const pixels = `${Math.round(characters * HALF_WIDTH + PADDING)}px`;
  table.classList.add("wbs--sized");
  Object.assign(head.style, { width: pixels, minWidth: pixels, maxWidth: pixels });
  const people = /** @type {HTMLElement | null} */ (
    table.querySelector("thead [data-column=assignees]:not([data-width])")
  );
  if (people) table.style.setProperty("--least", `${table.offsetWidth - people.offsetWidth + PEOPLE}px`);
}
