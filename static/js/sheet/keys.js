// The keys of the table, and what the mouse does in it.
import { isOpen } from "../drawer.js";
import { add } from "./adding.js";
import { idOf, nameCell, ROWS } from "./columns.js";
import { act, fold } from "./moving.js";

/** @import { Sheet } from "../wbs.js" */
/** @import { Act } from "./moving.js" */

/** @typedef {(cell: HTMLTableCellElement, row: HTMLTableRowElement) => unknown} Deed */

/** @type {Record<string, Act>} */
const TREE_KEYS = { ArrowUp: "up", ArrowDown: "down" };
/** @type {Record<string, Act>} */
const LEVEL_KEYS = { ArrowLeft: "outdent", ArrowRight: "indent" };
const PAUSE = 200; // milliseconds that the cursor rests before the drawer follows it

/**
 * How many rows a key goes on; undefined: it is none of these.
 * @param {string} key
 * @param {number} page  rows of a page
 */
export function rowsOf(key, page) {
  /** @type {Record<string, number>} */
  const steps = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page };
  return steps[key];
}

/** @param {Sheet} sheet */
export function listenToKeys(sheet) {
  const { table, rows, cursor, marks } = sheet;
  let timer = 0;

  /**
   * @param {number} place
   * @param {boolean} extend
   */
  async function go(place, extend) {
    const row = await cursor.moveToPlace(place, cursor.column);
    if (!row) return;
    if (extend) marks.mark(row, { extends: true });
    else if (isOpen()) {
      marks.mark(row);
      clearTimeout(timer);
      timer = setTimeout(() => sheet.openDrawer(idOf(row)), PAUSE);
    }
  }

  /** @param {HTMLTableRowElement} row */
  async function toParent(row) {
    const level = Number(row.getAttribute("aria-level"));
    for (let place = rows.placeOf(row) - 1; level > 1 && place >= 0; place -= 1) {
      const above = await rows.rowAt(place);
      if (above && Number(above.getAttribute("aria-level")) < level) return cursor.moveTo(above);
    }
    return undefined;
  }

  /** @type {Record<string, Deed>} */
  const deeds = {
    ArrowRight: (cell, row) => {
      if (cell === nameCell(row) && row.getAttribute("aria-expanded") === "false") return fold(sheet, row);
      return cursor.move(/** @type {HTMLTableCellElement} */ (cell.nextElementSibling ?? cell));
    },
    ArrowLeft: (cell, row) => {
      if (cell !== nameCell(row))
        return cursor.move(/** @type {HTMLTableCellElement} */ (cell.previousElementSibling ?? cell));
      return row.getAttribute("aria-expanded") === "true" ? fold(sheet, row) : toParent(row);
    },
    Home: (_cell, row) => cursor.moveTo(row),
    End: (_cell, row) => cursor.move(row.cells[row.cells.length - 1]),
    F2: (cell) => sheet.editor.openNear(cell),
    Enter: (_cell, row) => {
      marks.mark(row);
      sheet.openDrawer(idOf(row));
    },
    " ": (_cell, row) => marks.mark(row, { toggles: true }),
    Insert: () => add(sheet),
    Delete: (_cell, row) => {
      if (!marks.ids.size) marks.mark(row);
      return act(sheet, "delete");
    },
    Escape: () => {
      if (isOpen()) return sheet.closeDrawer();
      marks.clear();
      return marks.show();
    },
  };

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLTableRowElement} row
   * @returns {Deed | null}
   */
  function deedOf(event, row) {
    const place = rows.placeOf(row);
    const step = rowsOf(event.key, rows.pageRows());
    if (event.ctrlKey) {
      const end = { Home: 0, End: rows.total - 1 }[event.key];
      return end === undefined ? null : () => go(end, false);
    }
    return step ? () => go(place + step, event.shiftKey) : (deeds[event.key] ?? null);
  }

  table.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const cell = /** @type {HTMLTableCellElement | null} */ (target.closest(`${ROWS} > *`));
    if (!cell || target.closest("input")) return;
    const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
    if (event.altKey) {
      const what = (event.shiftKey ? LEVEL_KEYS : TREE_KEYS)[event.key];
      if (!what) return;
      event.preventDefault();
      if (!marks.has(row)) marks.mark(row);
      act(sheet, what);
      return;
    }
    const deed = deedOf(event, row);
    if (!deed) return;
    event.preventDefault();
    deed(cell, row);
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const isInside = target.closest?.("#task-drawer") && !target.closest("input, textarea");
    if (event.key === "Escape" && isInside) sheet.closeDrawer();
  });
  listenToMouse(sheet);
}

/** @param {Sheet} sheet */
function listenToMouse(sheet) {
  const { table, cursor, marks } = sheet;
  table.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const row = /** @type {HTMLTableRowElement | null} */ (target.closest(ROWS));
    if (!row || target.closest(".input")) return;
    if (target.closest(".tree__toggle")) {
      fold(sheet, row);
      return;
    }
    // A date is a link for those without scripts; here a click is for its cell, and the mark beside it is the link.
    if (target.closest("a")) event.preventDefault();
    cursor.move(/** @type {HTMLTableCellElement | null} */ (target.closest("td, th")));
    marks.mark(row, { toggles: event.ctrlKey || event.metaKey, extends: event.shiftKey });
    const isAlone = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (isAlone && (target.closest("a.cut") || isOpen())) sheet.openDrawer(idOf(row));
  });
  table.addEventListener("mousedown", (event) => {
    if (event.shiftKey && !(/** @type {Element} */ (event.target).closest(".input"))) event.preventDefault();
  });
  table.addEventListener("dblclick", (event) => {
    const target = /** @type {Element} */ (event.target);
    const cell = /** @type {HTMLTableCellElement | null} */ (target.closest(`${ROWS} > *`));
    if (cell && !target.closest(".input, .tree__toggle")) sheet.editor.open(cell);
  });
  // The whole of a text that is cut off.
  table.addEventListener("pointerover", (event) => {
    const text = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".cut, .person"));
    if (text && !text.title && text.scrollWidth > text.clientWidth) text.title = text.textContent ?? "";
  });
}
