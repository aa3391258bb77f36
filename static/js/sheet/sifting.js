// The filter of the sheet: another one, none, the same once more. Loaded when it is first asked for. What it means the server knows.
import { keepInAddress } from "../address.js";
import { announce, ask, miss } from "../answer.js";

/** @import { Sheet } from "../wbs.js" */

const MENU = "wbs-filter-menu";
const PAUSE = 50; // milliseconds between two looks whether all changes are made

/**
 * Show the rows that a filter finds; empty: all of them. Changes that are on their way are made before.
 * @param {Sheet} sheet
 * @param {string} filter
 */
async function sift(sheet, filter) {
  const { root, changes, cursor, drafts } = sheet;
  document.getElementById(MENU)?.hidePopover();
  drafts.leave(cursor.id);
  while (!changes.queue.isEmpty) await new Promise((wake) => setTimeout(wake, PAUSE));
  Object.assign(root.dataset, { filter, filtered: "" });
  keepInAddress({ filter, row: "" });
  const query = new URLSearchParams({ first: "0", count: "40", sift: "1", ...sheet.beside.view });
  const answer = await ask(`${root.dataset.rowsUrl}?${query}`);
  if (!answer) return;
  if (!answer.isOk) return miss(answer, () => {});
  changes.show(answer.page);
  sheet.rows.view.scroller.scrollTop = 0;
  cursor.keep({ takes: true });
  announce(document.getElementById("wbs-filter")?.dataset.said ?? document.getElementById("wbs-count")?.textContent);
}

/** @param {string} address */
const filterOf = (address) => new URL(address).searchParams.get("filter") ?? "";

/**
 * The menu of quick words comes with this script, and then with each answer to another filter.
 * @param {Sheet} sheet
 */
async function bringMenu({ root, beside }) {
  if (document.getElementById(MENU)) return;
  const answer = await ask(`${root.dataset.filterUrl}?${new URLSearchParams({ menu: "1", ...beside.view })}`);
  const menu = answer?.page.getElementById(MENU);
  if (menu) document.getElementById("wbs-filter-button")?.append(menu);
  else if (answer) miss(answer, () => {});
}

/** @param {Sheet} sheet */
export async function listenToSifting(sheet) {
  document.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("[data-sift]"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sift(sheet, filterOf(link.href));
  });
  document.addEventListener("keydown", (event) => {
    // A link does not listen to the space bar; a button and an item of a menu do.
    const item = /** @type {HTMLElement} */ (event.target).closest?.("[data-sift][role]");
    if (!item || event.key !== " ") return;
    event.preventDefault();
    /** @type {HTMLElement} */ (item).click();
  });
  sheet.openFilter = async () => {
    await bringMenu(sheet);
    document.getElementById(MENU)?.showPopover();
  };
  // The way back may lead to another filter than the one that is shown.
  addEventListener("popstate", () => {
    const filter = filterOf(location.href);
    if (filter !== (sheet.root.dataset.filter ?? "")) sift(sheet, filter);
  });
  await bringMenu(sheet);
}
