// The menu of a cell and its row: everything that keys do, by its name and with its key. Loaded when it is first asked for.

/** @import { Sheet } from "../wbs.js" */
/** @import { Command } from "./commands.js" */
/** @import { ChartCommand } from "../chart/keys.js" */

/** @param {Sheet} sheet */
export function listenToMenu(sheet) {
  const { cursor } = sheet;
  const menu = /** @type {HTMLElement} */ (document.getElementById("wbs-menu"));
  /** @type {Element[]} */
  let ofChart = [];
  const end = menu.querySelector("hr:has(+ [data-act=keys])");

  /** What is done in the chart stands in the menu while there is one, between lines of its own before the last one; it comes with the chart. */
  function fit() {
    const come = /** @type {HTMLTemplateElement | null} */ (document.getElementById("gantt-menu"));
    if (come && !ofChart.length) {
      ofChart = [
        document.createElement("hr"),
        .../** @type {DocumentFragment} */ (come.content.cloneNode(true)).children,
      ];
    }
    if (sheet.beside.chart) end?.before(...ofChart);
    else for (const each of ofChart) each.remove();
  }

  /** @param {{ x: number, y: number }} place */
  function open({ x, y }) {
    if (menu.matches(":popover-open")) return;
    fit();
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    Object.assign(menu.style, {
      margin: "0",
      inset: "auto",
      left: `${Math.max(Math.min(x, innerWidth - width - 8), 8)}px`,
      top: `${Math.max(Math.min(y, innerHeight - height - 8), 8)}px`,
    });
  }

  sheet.openMenu = (at) => {
    const place = cursor.cell?.getBoundingClientRect();
    if (place) open(at ?? { x: place.left + 16, y: place.bottom });
  };
  menu.addEventListener("click", (event) => {
    const item = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-act]"));
    if (!item) return;
    // The focus is back in the cell before anything is done with it.
    menu.hidePopover();
    cursor.keep({ takes: true });
    if (ofChart.includes(item)) sheet.beside.chart?.run(/** @type {ChartCommand} */ (item.dataset.act));
    else sheet.run(/** @type {Command} */ (item.dataset.act));
  });
}
