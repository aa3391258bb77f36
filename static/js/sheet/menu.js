// The menu of a cell and its row: everything that keys do, by its name and with its key.

/** @import { Sheet } from "../wbs.js" */
/** @import { Command } from "./commands.js" */

/** @param {Sheet} sheet */
export function listenToMenu(sheet) {
  const { table, cursor, columns } = sheet;
  const menu = document.getElementById("wbs-menu");
  if (!menu) return;

  /** @param {{ x: number, y: number }} place */
  function open({ x, y }) {
    if (!menu || menu.matches(":popover-open")) return;
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    Object.assign(menu.style, {
      margin: "0",
      inset: "auto",
      left: `${Math.max(Math.min(x, innerWidth - width - 8), 8)}px`,
      top: `${Math.max(Math.min(y, innerHeight - height - 8), 8)}px`,
    });
  }

  table.addEventListener("contextmenu", (event) => {
    const target = /** @type {Element} */ (event.target);
    const cell = /** @type {HTMLTableCellElement | null} */ (target.closest("tbody tr[id^='row-'] > *"));
    if (!cell || target.closest(".input")) return;
    event.preventDefault();
    const spot = cursor.spotOf(cell);
    const isInside = spot && cursor.selection.hasRow(spot.id, spot.place);
    if (!isInside || !cursor.selection.columns([...columns.heads.keys()]).includes(spot.column)) cursor.move(cell);
    open({ x: event.clientX, y: event.clientY });
  });
  sheet.openMenu = () => {
    const place = cursor.cell?.getBoundingClientRect();
    if (place) open({ x: place.left + 16, y: place.bottom });
  };
  menu.addEventListener("click", (event) => {
    const item = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-act]"));
    if (!item) return;
    // The focus is back in the cell before anything is done with it.
    menu.hidePopover();
    cursor.keep({ takes: true });
    sheet.run(/** @type {Command} */ (item.dataset.act));
  });
}
