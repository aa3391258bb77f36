// What the mouse and fingers do in the table: a cell, a range that is drawn open, whole rows and columns.
import { isOpen } from "../drawer.js";
import { idOf, NUMBER, ROWS } from "./columns.js";
import { fold } from "./moving.js";

/** @import { Sheet } from "../wbs.js" */

const SLIP = 4; // pixels that a hand moves without meaning it
const LONG = 500; // milliseconds that a finger stays where it asks for the menu
const EDGE = 40; // pixels from the edge within which a range that is drawn open scrolls the table

/** @param {Element | null} target */
const cellOf = (target) => /** @type {HTMLTableCellElement | null} */ (target?.closest(`${ROWS} > *`) ?? null);

/** @param {Sheet} sheet */
export function listenToMouse(sheet) {
  const { table, cursor, columns, rows } = sheet;
  /** @type {number | null} the pointer that draws a range open */
  let pointer = null;
  /** @type {PointerEvent | null} where the hand is down */
  let pressed = null;
  /** @type {HTMLTableCellElement | null} the cell that a finger taps once more: it is typed into */
  let tapped = null;

  /**
   * @param {PointerEvent} event
   * @param {HTMLTableCellElement} cell
   */
  function choose(event, cell) {
    const isHead = columns.of(cell) === NUMBER;
    const isMore = event.ctrlKey || event.metaKey || (event.pointerType === "touch" && sheet.takesSeveral);
    if (isMore) cursor.toggle(cell);
    else if (event.shiftKey) cursor.move(cell, { extend: true, isPointed: true });
    // A row that is selected with others may be about to be dragged with them.
    else if (!isHead || !cursor.selection.isRows || cell.parentElement?.ariaSelected !== "true") {
      cursor.move(cell, { shape: isHead ? "rows" : "cells", isPointed: true });
    }
  }

  table.addEventListener("pointerdown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const cell = cellOf(target);
    if (event.button || !cell || target.closest(".input, .tree__toggle, .wbs__why, .wbs__fill")) return;
    pressed = event;
    tapped = event.pointerType === "touch" && cell === cursor.cell && !sheet.takesSeveral ? cell : null;
    choose(event, cell);
    const isDrawn = event.pointerType === "mouse" && columns.of(cell) !== NUMBER && !event.ctrlKey && !event.metaKey;
    pointer = isDrawn ? event.pointerId : null;
  });
  // The focus is where the selection is, and not where the browser would put it.
  table.addEventListener("mousedown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (cellOf(target) && !target.closest(".input, [draggable='true']")) event.preventDefault();
  });
  table.addEventListener("pointermove", (event) => {
    if (pointer !== event.pointerId || !pressed) return;
    if (Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) < SLIP) return;
    const cell = cellOf(document.elementFromPoint(event.clientX, event.clientY));
    if (cell && cell !== cursor.cell) cursor.move(cell, { extend: true, isPointed: true });
    const { bottom } = rows.view.scroller.getBoundingClientRect();
    if (event.clientY > bottom - EDGE) rows.view.scroller.scrollTop += rows.rowHeight;
  });
  addEventListener("pointerup", () => {
    pointer = null;
    pressed = null;
  });
  // A new row that is left goes when the hand is off: until then nothing moves under it.
  cursor.onLeave = (id) => {
    const leave = () => {
      if (cursor.id !== id) sheet.drafts.leave(id);
    };
    if (pressed) addEventListener("pointerup", () => setTimeout(leave), { once: true });
    else leave();
  };

  table.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const row = /** @type {HTMLTableRowElement | null} */ (target.closest(ROWS));
    if (!row || target.closest(".input")) return headClicked(target);
    if (target.closest(".tree__toggle")) return void fold(sheet, row);
    // A date is a link for those without scripts; here a click is for its cell, and the mark beside it is the link.
    if (target.closest("a")) event.preventDefault();
    // A finger chooses with the first tap and types with the second; details are asked for by name.
    if (/** @type {PointerEvent} */ (event).pointerType === "touch") return tapped ? sheet.edit(tapped) : undefined;
    const isAlone = !event.ctrlKey && !event.metaKey && !event.shiftKey && cursor.selection.isSingle;
    if (isAlone && (target.closest("a.cut[href]") || isOpen())) sheet.details.open(idOf(row));
    return undefined;
  });

  /** @param {Element} target */
  function headClicked(target) {
    const head = /** @type {HTMLTableCellElement | null} */ (target.closest("thead th"));
    const { row } = cursor;
    if (!head || !row || target.closest("a, button")) return;
    const column = columns.of(head);
    cursor.moveTo(row, column === NUMBER ? "" : column, { shape: column === NUMBER ? "all" : "columns" });
  }

  table.addEventListener("dblclick", (event) => {
    const target = /** @type {Element} */ (event.target);
    const cell = cellOf(target);
    if (cell && !target.closest(".input, .tree__toggle") && !sheet.takesSeveral) sheet.edit(cell);
  });
  table.addEventListener("contextmenu", (event) => {
    const target = /** @type {Element} */ (event.target);
    const cell = cellOf(target);
    if (!cell || target.closest(".input")) return;
    event.preventDefault();
    const spot = cursor.spotOf(cell);
    const isInside = spot && cursor.selection.hasRow(spot.id, spot.place);
    if (!isInside || !cursor.selection.columns([...columns.heads.keys()]).includes(spot.column)) cursor.move(cell);
    sheet.openMenu({ x: event.clientX, y: event.clientY });
  });
  listenToLongPress(sheet);
  // A cell shows what the hand may do there; of a text that is cut off, the whole.
  table.addEventListener("pointerover", (event) => {
    const cell = cellOf(/** @type {Element} */ (event.target));
    if (cell && columns.canEdit(cell)) cell.classList.add("cell--editable");
    if (cell && sheet.canPlan && columns.of(cell) === NUMBER) cell.draggable = true;
    const text = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".cut, .person"));
    if (text && !text.title && text.scrollWidth > text.clientWidth) text.title = text.textContent ?? "";
  });
}

/**
 * A finger that stays on a cell opens its menu, also where the system has no menu of its own.
 * @param {Sheet} sheet
 */
function listenToLongPress(sheet) {
  const { table } = sheet;
  let timer = 0;
  let from = { x: 0, y: 0 };
  const stop = () => clearTimeout(timer);
  table.addEventListener("pointerdown", (event) => {
    stop();
    const cell = cellOf(/** @type {Element} */ (event.target));
    if (event.pointerType !== "touch" || !cell) return;
    from = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => sheet.openMenu(), LONG);
  });
  table.addEventListener("pointermove", (event) => {
    if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLIP) stop();
  });
  for (const name of ["pointerup", "pointercancel"]) table.addEventListener(name, stop);
}
