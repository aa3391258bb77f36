// The keys of the table: each is the name of something that can be done, as the menus name it, too.
import { isOpen } from "../drawer.js";
import { ROWS } from "./columns.js";
import { fold } from "./moving.js";

/** @import { Sheet } from "../wbs.js" */
/** @import { Command } from "./commands.js" */

/**
 * What keys do besides moving the focus. Declared to the help in `projects/help/keys.py`, under the same names.
 * @type {Record<string, Command>}
 */
export const KEYS = {
  F2: "edit",
  "Shift+F2": "details",
  Delete: "clear",
  Backspace: "empty",
  "Ctrl+-": "delete",
  Insert: "insert",
  "Alt+Shift+ArrowRight": "indent",
  "Alt+Shift+ArrowLeft": "outdent",
  "Alt+Shift+ArrowUp": "up",
  "Alt+Shift+ArrowDown": "down",
  "Shift+ ": "rows",
  "Ctrl+ ": "columns",
  "Ctrl+A": "all",
  "Ctrl+C": "copy",
  "Ctrl+X": "cut",
  "Ctrl+V": "paste",
  "Ctrl+D": "fill",
  "Ctrl+F": "find",
  "Ctrl+G": "go",
  F3: "showAll",
  "Ctrl+Shift+L": "filter",
  "Ctrl+F2": "link",
  "Ctrl+Shift+F2": "unlink",
  "Alt+Enter": "why",
  "?": "keys",
  "Shift+F10": "menu",
  ContextMenu: "menu",
  Escape: "leave",
};

/** What the browser makes events of its own of, with the clipboard in them (`clipping.js`). */
const OF_BROWSER = new Set(["copy", "cut", "paste"]);

/**
 * A key with what is held beside it: "Ctrl+Shift+F2". Shift says nothing where it makes another sign.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} event
 */
export function comboOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const isSign = key.length === 1 && key !== " " && key.toUpperCase() === key.toLowerCase();
  const held = [ctrlKey || metaKey ? "Ctrl+" : "", altKey ? "Alt+" : "", shiftKey && !isSign ? "Shift+" : ""];
  return `${held.join("")}${key.length === 1 ? key.toUpperCase() : key}`;
}

/**
 * Where an arrow and its like lead, from a place among so many rows and columns; undefined: it is none of these.
 * @param {{ key: string, ctrlKey: boolean }} event
 * @param {{ page: number, rows: number, columns: number }} size
 * @returns {{ rows?: number, columns?: number } | undefined}  how many to go on; infinite: to the end
 */
export function wayOf({ key, ctrlKey }, { page, rows, columns }) {
  const far = ctrlKey ? Number.POSITIVE_INFINITY : 1;
  /** @type {Record<string, { rows?: number, columns?: number }>} */
  const ways = {
    ArrowUp: { rows: -far },
    ArrowDown: { rows: far },
    ArrowLeft: { columns: -far },
    ArrowRight: { columns: far },
    PageUp: { rows: -page },
    PageDown: { rows: page },
    Home: { columns: -columns, ...(ctrlKey ? { rows: -rows } : {}) },
    End: { columns, ...(ctrlKey ? { rows } : {}) },
  };
  return ways[key];
}

/** @param {Sheet} sheet */
export function listenToKeys(sheet) {
  const { table, rows, cursor, pen, columns } = sheet;

  /**
   * @param {{ rows?: number, columns?: number }} way
   * @param {boolean} extend
   */
  async function go(way, extend) {
    const names = columns.shown;
    const at = names.indexOf(cursor.column) + (way.columns ?? 0);
    const column = names[Math.min(Math.max(at, 0), names.length - 1)];
    if (!way.rows) return cursor.moveTo(cursor.row, column, { extend });
    const isFar = !Number.isFinite(way.rows) || Math.abs(way.rows) >= rows.total;
    if (isFar) await cursor.moveToPlace(way.rows < 0 ? 0 : rows.total - 1, column, { extend });
    else await cursor.step(way.rows, { extend });
    sheet.details.follow();
    return undefined;
  }

  /**
   * With Alt an arrow closes and opens the branch of its row; the browser's way back is not meant in a table.
   * @param {KeyboardEvent} event
   */
  function foldsBy(event) {
    const isOpened = { ArrowLeft: "true", ArrowRight: "false" }[event.key];
    if (!isOpened || !event.altKey || event.shiftKey || event.ctrlKey) return false;
    if (cursor.row?.getAttribute("aria-expanded") === isOpened) fold(sheet, cursor.row);
    return true;
  }

  /**
   * Enter goes down, and from the last row to a new one; Tab leaves the table, which is one stop of it.
   * @param {KeyboardEvent} event
   */
  function isEnter(event) {
    if (event.key !== "Enter" || event.ctrlKey || event.altKey) return false;
    sheet.go(event.shiftKey ? "up" : "down");
    return true;
  }

  table.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    sheet.changes.unmark();
    if (!target.closest(ROWS) || pen.isWriting || event.isComposing) return;
    if (target.matches(".tree__toggle, .wbs__why") && (event.key === "Enter" || event.key === " ")) return;
    const command = KEYS[comboOf(event)];
    if (command && OF_BROWSER.has(command)) return;
    const size = { page: rows.pageRows(), rows: rows.total, columns: columns.heads.size };
    const way = event.altKey ? undefined : wayOf(event, size);
    if (command) sheet.run(command);
    else if (way) go(way, event.shiftKey);
    else if (!isEnter(event) && !foldsBy(event)) return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const isInside = target.closest?.("#task-drawer") && !target.closest("input, textarea");
    if (event.key === "Escape" && isInside && isOpen()) sheet.details.close();
  });
}
