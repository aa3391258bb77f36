// From a date of the table to its reasons: "?" on a cell, or the mark beside the date that is pointed at or focused.
import { enterDrawer } from "../drawer.js";
import { idOf, ROWS } from "./columns.js";

/** @import { Sheet } from "../wbs.js" */

const ENDS = new Set(["start", "finish"]);

/** @param {Sheet} sheet */
export function listenToWhy(sheet) {
  const { root, table, columns, cursor } = sheet;
  const template = /** @type {HTMLTemplateElement | null} */ (document.getElementById("wbs-why"));
  const mark = /** @type {HTMLAnchorElement | null} */ (template?.content.firstElementChild ?? null);
  if (!mark) return;

  /**
   * Which end of the task the date of a cell is: start or finish.
   * @param {HTMLElement} cell
   */
  const endOf = (cell) => (ENDS.has(columns.of(cell)) ? columns.of(cell) : undefined);
  /** @param {EventTarget | null} target */
  const dateCell = (target) => {
    const cell = /** @type {HTMLElement | null} */ (
      /** @type {Element | null} */ (target)?.closest?.(`${ROWS} > td`) ?? null
    );
    return cell && endOf(cell) && cell.textContent ? cell : null;
  };
  /** @param {HTMLElement} cell */
  const taskOf = (cell) => idOf(/** @type {Element} */ (cell.parentElement));

  /**
   * One mark for the whole table: it stands where the hand is, else where the focus is.
   * @param {HTMLElement | null} cell
   */
  function offer(cell) {
    if (!cell) mark?.remove();
    if (!cell || !mark || mark.parentElement === cell) return;
    const end = endOf(cell);
    mark.href = `/tasks/${taskOf(cell)}/why/?end=${end}`;
    mark.title = (end === "start" ? root.dataset.whyStart : root.dataset.whyFinish) ?? "";
    cell.prepend(mark);
  }
  table.addEventListener("pointerover", (event) => offer(dateCell(event.target) ?? dateCell(document.activeElement)));
  table.addEventListener("pointerleave", () => offer(dateCell(document.activeElement)));
  table.addEventListener("focusin", (event) => offer(dateCell(event.target)));
  // The field of the table moves from cell to cell: what follows the focus out is asked for when it has arrived.
  table.addEventListener("focusout", () => setTimeout(() => offer(dateCell(document.activeElement))));

  /** @param {HTMLTableCellElement} cell */
  async function open(cell) {
    cursor.move(cell, { isQuiet: true }); // where closing the drawer returns to
    await sheet.details.open(taskOf(cell), endOf(cell) ?? "start");
    enterDrawer();
  }
  table.addEventListener(
    "click",
    (event) => {
      const isOther = event.ctrlKey || event.metaKey || event.shiftKey;
      if (!mark.contains(/** @type {Node} */ (event.target)) || isOther) return;
      event.preventDefault();
      event.stopPropagation();
      open(/** @type {HTMLTableCellElement} */ (mark.parentElement));
    },
    true,
  );
  // The hand that has brought this is on a cell already.
  offer(dateCell(table.querySelector("td:hover")) ?? dateCell(document.activeElement));
  sheet.openWhy = () => {
    const { cell } = cursor;
    if (cell) open(cell);
  };
}
