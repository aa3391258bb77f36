// The filter of the sheet: another one, none, the same once more. Loaded when it is first asked for. What it means the server knows.
import { keepInAddress } from "../address.js";
import { announce, ask, load, miss } from "../answer.js";

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
    if (link.dataset.sift !== "form") return void sift(sheet, filterOf(link.href));
    document.getElementById(MENU)?.hidePopover();
    return void load("GET", link.href, { target: "#dialog" });
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
  listenToConditions(sheet);
  await bringMenu(sheet);
}

/**
 * The form in which conditions are put together: the server draws its rows, and makes a filter of them.
 * @param {Sheet} sheet
 */
function listenToConditions(sheet) {
  /**
   * @param {HTMLFormElement} form
   * @param {{ submitter?: HTMLElement | null, focus?: string }} how  focus: the field in which keys go on
   */
  async function send(form, { submitter = null, focus = "" }) {
    const fields = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form, submitter)));
    const answer = await ask(`${form.action}?${new URLSearchParams(fields)}`);
    if (!answer) return;
    const built = answer.page.getElementById("filter-built");
    if (built) {
      form.closest("dialog")?.close();
      return void sift(sheet, built.dataset.filter ?? "");
    }
    const next = /** @type {HTMLFormElement | null} */ (answer.page.getElementById("filter-form"));
    if (!next) return void miss(answer, () => {});
    form.replaceWith(next);
    const columns = next.querySelectorAll("select[data-again][name^='column-']");
    const field = next.querySelector("[aria-invalid]") ?? next.elements.namedItem(focus) ?? columns[columns.length - 1];
    /** @type {HTMLElement} */ (field).focus();
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (form.id !== "filter-form") return;
      event.preventDefault();
      event.stopPropagation();
      send(form, { submitter: event.submitter });
    },
    true, // before the page would take it for a form that leaves it
  );
  document.addEventListener("change", (event) => {
    const field = /** @type {HTMLSelectElement} */ (event.target);
    if (field.form?.id === "filter-form" && field.dataset.again !== undefined) send(field.form, { focus: field.name });
  });
}
