// The WBS: its table under the hands. Posts what was done; the server decides, and answers with what looks different.
import { keepInAddress } from "./address.js";
import { drawer, emptyDrawer, enterDrawer, isOpen, loadDrawer } from "./drawer.js";
import { add } from "./sheet/adding.js";
import { Changes, isTypedIn } from "./sheet/changes.js";
import { listenToChoosing } from "./sheet/choosing.js";
import { Columns, NUMBER, nameCell, ROWS, rowOf } from "./sheet/columns.js";
import { Cursor } from "./sheet/cursor.js";
import { Editor } from "./sheet/editor.js";
import { listenToKeys } from "./sheet/keys.js";
import { Marks } from "./sheet/marks.js";
import { act, listenToDeleting, listenToDragging } from "./sheet/moving.js";
import { listenToNews } from "./sheet/news.js";
import { bySheet, listenToUndo } from "./sheet/undo.js";
import { listenToWhy } from "./sheet/why.js";
import { RowWindow } from "./sheet/window.js";

/** @import { Act } from "./sheet/moving.js" */

const REST = 250; // milliseconds without scrolling after which the address is right

/** The parts of the table, known to each other. */
export class Sheet {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    const scroller = /** @type {HTMLElement} */ (root.querySelector(".table-scroll"));
    this.table = /** @type {HTMLTableElement} */ (scroller.querySelector("table"));
    this.canPlan = root.dataset.edits === "plan";
    this.columns = new Columns(this.table, root.dataset.edits);
    this.marks = new Marks(root, this.table);
    this.rows = new RowWindow({
      scroller,
      table: this.table,
      total: Number(root.dataset.total),
      size: Changes.size,
      rowHeight: this.table.tBodies[0].rows[0].getBoundingClientRect().height,
      headHeight: () => this.table.tHead?.offsetHeight ?? 0,
      draw: (section, signal) => this.changes.draw(section, signal),
      isHeld: isTypedIn,
    });
    this.changes = new Changes(
      root,
      this.rows,
      (cell) => this.cursor.move(cell),
      () => this.wire(),
    );
    this.cursor = new Cursor(this.rows, this.columns);
    this.editor = new Editor(root, this.columns, this.cursor, this.changes, (id) => this.#refreshDrawer(id));
    /** @type {string | null} */
    this.asked = null;
  }

  /** What is drawn gets its manners. */
  wire() {
    for (const each of this.table.querySelectorAll(`${ROWS}:not([data-wired])`)) {
      const row = /** @type {HTMLTableRowElement} */ (each);
      row.dataset.wired = "";
      for (const cell of row.cells) {
        cell.tabIndex = -1;
        if (this.columns.canEdit(cell)) cell.classList.add("cell--editable");
      }
      for (const link of row.querySelectorAll("a")) link.tabIndex = -1;
      row.setAttribute("aria-selected", String(this.marks.has(row)));
      if (this.canPlan) this.columns.cell(row, NUMBER).draggable = true;
    }
    this.cursor.keep();
  }

  /**
   * A task that has just come, or has moved: it is marked, and has the cursor.
   * @param {string | undefined} id
   */
  arrive(id) {
    const row = id && rowOf(id);
    if (!row) return;
    this.marks.mark(row);
    this.cursor.moveTo(row);
  }

  // ── the drawer beside the table ──

  /**
   * A task, or with `end` (start or finish) the reasons of its dates.
   * @param {string} id
   * @param {string} [end]
   */
  async openDrawer(id, end = "") {
    const url = `/tasks/${id}/${end && `why/?end=${end}`}`;
    if (this.asked === url) return;
    this.asked = url;
    keepInAddress({ task: id, row: "" });
    try {
      await loadDrawer(url);
    } finally {
      this.asked = null;
    }
  }

  /** @param {string} id */
  #refreshDrawer(id) {
    if (isOpen() && drawer().dataset.task === id) this.openDrawer(id, drawer().dataset.why);
  }

  closeDrawer() {
    emptyDrawer();
    keepInAddress({ task: "" });
    this.cursor.moveTo(this.cursor.row, this.cursor.column);
  }

  /** Links of the drawer to tasks lead to their rows; the drawer follows. */
  listenToDrawer() {
    this.root.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      if (!target.closest("#task-drawer") || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const links = "a[data-close], a[data-task], a[href^='/tasks/']:not([data-page])";
      const link = /** @type {HTMLAnchorElement | null} */ (target.closest(links));
      if (!link) return;
      event.preventDefault();
      if (link.hasAttribute("data-close")) this.closeDrawer();
      else this.#follow(link);
    });
  }

  /** @param {HTMLAnchorElement} link */
  async #follow(link) {
    const { pathname, searchParams } = new URL(link.href);
    const id = link.dataset.task ?? pathname.split("/")[2];
    const row = rowOf(id);
    if (row) {
      this.marks.mark(row);
      this.cursor.moveTo(row, "", { isQuiet: true });
      this.rows.scrollTo(this.rows.placeOf(row));
    }
    await this.openDrawer(id, pathname.endsWith("/why/") ? (searchParams.get("end") ?? "start") : "");
    enterDrawer();
  }

  // ── the place in the address ──

  listenToScrolling() {
    let resting = 0;
    const { scroller } = this.rows.view;
    const rest = () => {
      clearTimeout(resting);
      resting = setTimeout(() => this.#keepPlace(), REST);
    };
    scroller.addEventListener("scroll", rest, { passive: true });
  }

  async #keepPlace() {
    const { first } = this.rows.seen();
    const section = this.rows.sectionOf(first);
    // Rows that are still on their way have no number yet.
    if (section && !section.isDrawn) await this.rows.draw(section);
    const row = this.rows.drawnRow(this.rows.seen().first);
    if (row) keepInAddress({ row: this.columns.cell(row, NUMBER).textContent ?? "" });
  }

  /** The place that the address names; then what else is seen. */
  open() {
    const { root, rows } = this;
    const place = Number(root.dataset.place);
    if (place) rows.view.scroller.scrollTop = Math.max(place - (root.dataset.opened ? 3 : 0), 0) * rows.view.rowHeight;
    rows.drawSeen();
    this.wire();
    this.marks.show();
    const opened = root.dataset.opened && rowOf(root.dataset.opened);
    if (!opened) return;
    this.marks.mark(opened);
    this.cursor.move(nameCell(opened), { isQuiet: true });
  }
}

/** @param {Sheet} sheet */
function listenToTools(sheet) {
  document.getElementById("wbs-tools")?.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-act]"));
    if (button) act(sheet, /** @type {Act} */ (button.dataset.act));
  });
  document.getElementById("wbs-add")?.addEventListener("click", (event) => {
    event.preventDefault();
    add(sheet);
  });
  if (!sheet.canPlan) return;
  /** @type {HTMLElement} */ (document.getElementById("wbs-tools")).hidden = false;
  sheet.table.classList.add("wbs--edits");
}

const root = document.getElementById("wbs");
listenToChoosing();
if (root) {
  const sheet = new Sheet(root);
  listenToKeys(sheet);
  listenToWhy(sheet);
  listenToDragging(sheet);
  listenToDeleting(sheet);
  listenToTools(sheet);
  listenToUndo(bySheet(sheet.changes));
  listenToNews(sheet.table);
  sheet.listenToDrawer();
  sheet.listenToScrolling();
  document.body.addEventListener("plan-changed", () => sheet.rows.refresh());
  // The way through the rows without a script.
  /** @type {HTMLElement} */ (document.getElementById("wbs-pages")).hidden = true;
  sheet.open();
}
