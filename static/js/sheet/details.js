// The drawer beside the table: a task, or the reasons of its dates. It follows the focus, and its links lead to rows.
import { keepInAddress } from "../address.js";
import { drawer, emptyDrawer, enterDrawer, isOpen, loadDrawer } from "../drawer.js";
import { rowOf } from "./columns.js";

/** @import { Sheet } from "../wbs.js" */

const PAUSE = 200; // milliseconds of rest after which the drawer follows the focus

export class Details {
  /** @param {Sheet} sheet */
  constructor(sheet) {
    this.sheet = sheet;
    this.isFromBar = false; // it was asked for in the chart, and leads back there
    /** @type {string | null} */
    this.asked = null;
    /** @type {Promise<unknown> | null} */
    this.opening = null;
    this.following = 0;
  }

  /**
   * A task, or with `end` (start or finish) the reasons of its dates.
   * @param {string} id
   * @param {string} [end]
   */
  async open(id, end = "") {
    const { beside, cursor, table } = this.sheet;
    const url = `/tasks/${id}/${end && `why/?end=${end}`}`;
    // What is asked for comes before what would follow the focus.
    clearTimeout(this.following);
    if (this.asked === url) return;
    this.asked = url;
    const bar = document.activeElement?.closest(".gantt-bar");
    if (bar || table.contains(document.activeElement)) this.isFromBar = Boolean(bar);
    keepInAddress({ task: id, row: "", focus: "" });
    this.opening = loadDrawer(url);
    try {
      await this.opening;
    } finally {
      if (this.asked === url) this.asked = null;
    }
    // It has taken room from the table: the cell of the focus stays in sight, and its bar.
    beside.resized();
    if (bar) beside.chart?.reveal(id);
    else if (cursor.cell) cursor.reveal(cursor.cell);
  }

  /** @param {string} id */
  async refresh(id) {
    // One that is still on its way may have been drawn before the change.
    await this.opening;
    if (isOpen() && drawer().dataset.task === id) await this.open(id, drawer().dataset.why);
  }

  close() {
    const { beside, cursor } = this.sheet;
    emptyDrawer();
    keepInAddress({ task: "" });
    beside.resized();
    if (!this.isFromBar || !beside.chart?.reveal(cursor.id, { takes: true })) cursor.keep({ takes: true });
  }

  /** An open drawer follows the focus. */
  follow() {
    clearTimeout(this.following);
    const { cursor, drafts } = this.sheet;
    const { id } = cursor;
    if (isOpen() && !drafts.of(id)) this.following = setTimeout(() => this.open(id), PAUSE);
  }

  /** Links of the drawer to tasks lead to their rows; the drawer follows. */
  listen() {
    this.sheet.root.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      if (!target.closest("#task-drawer") || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const links = "a[data-close], a[data-task], a[href^='/tasks/']:not([data-page])";
      const link = /** @type {HTMLAnchorElement | null} */ (target.closest(links));
      if (!link) return;
      event.preventDefault();
      if (link.hasAttribute("data-close")) this.close();
      else this.#follow(link);
    });
  }

  /**
   * A row that the page does not hold yet.
   * @param {string} id
   * @param {string} [number]  its number in the plan
   */
  async #fetchRow(id, number) {
    if (!number) return null;
    const { cursor, finding } = this.sheet;
    const found = await (await finding())?.placeOf(this.sheet, number);
    if (found && !Number.isNaN(found.place)) await cursor.moveToPlace(found.place, cursor.column);
    return rowOf(id);
  }

  /** @param {HTMLAnchorElement} link */
  async #follow(link) {
    const { pathname, searchParams } = new URL(link.href);
    const id = link.dataset.task ?? pathname.split("/")[2];
    const { isFromBar } = this;
    const { beside, cursor, rows } = this.sheet;
    const row = rowOf(id) ?? (await this.#fetchRow(id, link.dataset.row));
    if (row) {
      cursor.moveTo(row, "", { isQuiet: true });
      rows.scrollTo(rows.placeOf(row));
      beside.chart?.reveal(id);
    }
    await this.open(id, pathname.endsWith("/why/") ? (searchParams.get("end") ?? "start") : "");
    this.isFromBar = isFromBar;
    enterDrawer();
  }
}
