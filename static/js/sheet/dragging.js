// Rows move in their tree by hand. Loaded when a hand first comes to the table.
import { isMade } from "./changes.js";
import { idOf, nameCell, ROWS } from "./columns.js";

/** @import { Sheet } from "../wbs.js" */

/**
 * Rows are dragged by the number of one of them: above another row, or under it.
 * @param {Sheet} sheet
 */
export function listenToDragging(sheet) {
  const { table, rows, changes, cursor, root } = sheet;
  /** @type {string[]} */
  let dragged = [];

  const clear = () => {
    for (const row of table.querySelectorAll(".is-above, .is-under")) row.classList.remove("is-above", "is-under");
  };
  const end = () => {
    dragged = [];
    clear();
    for (const row of table.querySelectorAll(".is-dragged")) row.classList.remove("is-dragged");
  };
  /** @param {string[]} ids */
  const take = (ids) => {
    if (dragged.length) dragged = ids;
  };
  /** @param {Event} event */
  const rowUnder = (event) =>
    /** @type {HTMLTableRowElement | null} */ (/** @type {Element} */ (event.target).closest?.(ROWS) ?? null);
  /**
   * @param {DragEvent} event
   * @param {Element} row
   */
  const isUpper = (event, row) => event.clientY < row.getBoundingClientRect().top + rows.rowHeight / 2;

  table.addEventListener("dragstart", (event) => {
    const row = rowUnder(event);
    const isHead = /** @type {Element} */ (event.target).matches?.("[draggable]");
    if (!sheet.canPlan || !row || !isHead || !event.dataTransfer) return event.preventDefault();
    const isOne = row.ariaSelected !== "true";
    dragged = [idOf(row)];
    // Those that are not drawn are asked for while the hand is on its way.
    if (!isOne) cursor.ids().then(take);
    for (const each of isOne ? [row] : table.querySelectorAll("tr[aria-selected='true']")) {
      each.classList.add("is-dragged");
    }
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", nameCell(row).textContent ?? "");
    return undefined;
  });
  rows.view.scroller.addEventListener("dragover", (event) => {
    if (!dragged.length) return;
    event.preventDefault();
    clear();
    const row = rowUnder(event);
    if (row && !dragged.includes(idOf(row))) row.classList.add(isUpper(event, row) ? "is-above" : "is-under");
  });
  rows.view.scroller.addEventListener("drop", async (event) => {
    if (!dragged.length) return;
    event.preventDefault();
    const ids = dragged;
    const row = rowUnder(event);
    end();
    if (row && ids.includes(idOf(row))) return;
    /** @type {Record<string, string>} */
    const fields = row ? { target: idOf(row), as_child: isUpper(event, row) ? "" : "1" } : {};
    isMade(await changes.post(root.dataset.placeUrl ?? "", { tasks: ids.join(","), ...fields }));
  });
  table.addEventListener("dragend", end);
}
