// The plan: its table under the hands, and the chart beside it. Posts what was done; the server decides, and answers with what
// looks different.

import { keepInAddress } from "./address.js";
import { toast } from "./answer.js";
import { drawer, emptyDrawer, enterDrawer, isOpen, loadDrawer } from "./drawer.js";
import { expect } from "./later.js";
import { Beside } from "./sheet/beside.js";
import { Changes } from "./sheet/changes.js";
import { listenToChoosing } from "./sheet/choosing.js";
import { listenToClipboard } from "./sheet/clipping.js";
import { Columns, idOf, NUMBER, nameCell, ROWS, rowOf } from "./sheet/columns.js";
import { run } from "./sheet/commands.js";
import { Cursor } from "./sheet/cursor.js";
import { Drafts } from "./sheet/drafts.js";
import { Edits } from "./sheet/edits.js";
import { listenToKeys } from "./sheet/keys.js";
import { listenToMenu } from "./sheet/menu.js";
import { listenToMouse } from "./sheet/mouse.js";
import { listenToDeleting, listenToDragging } from "./sheet/moving.js";
import { complain, Pen } from "./sheet/pen.js";
import { bySheet, listenToUndo } from "./sheet/undo.js";
import { RowWindow } from "./sheet/window.js";

/** @import { Command } from "./sheet/commands.js" */
/** @import { Step } from "./sheet/pen.js" */

const COLUMN = "sheet-column"; // where the column of the focus is kept between the pages of a plan
const REST = 250; // milliseconds without scrolling after which the address is right
const ROW = 32; // pixels, where no row is drawn
const PAUSE = 200; // milliseconds of rest after which the drawer follows the focus, and what would follow is asked for

/** The parts of the table, known to each other. */
export class Sheet {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    const scroller = /** @type {HTMLElement} */ (root.querySelector(".table-scroll"));
    this.table = /** @type {HTMLTableElement} */ (scroller.querySelector("table"));
    this.canPlan = root.dataset.edits === "plan";
    this.columns = new Columns(this.table, root.dataset.edits);
    this.rows = new RowWindow({
      scroller,
      table: this.table,
      total: Number(root.dataset.total),
      size: Changes.size,
      rowHeight: () => this.#rowHeight(),
      headHeight: () => this.table.tHead?.offsetHeight ?? 0,
      draw: (section, signal) => this.changes.draw(section, signal),
      isHeld: (section) => this.changes.isHeld(section),
    });
    this.changes = new Changes(root, this.rows, {
      onBefore: () => this.#noteFocus(),
      onDrawn: () => this.wire(),
      beside: () => this.beside.view,
      onPictures: (pictures) => this.beside.chart?.put(pictures),
      writing: () => (this.pen.isWriting ? rowAround(this.pen.cell) : null),
    });
    this.edits = new Edits(
      this.columns,
      this.changes,
      ({ id, column, refusal }) => this.#comeBack(id, column, refusal),
      (id) => this.#refreshDrawer(id),
    );
    this.pen = new Pen(root, this.columns, {
      commit: (cell, text, step) => this.#commit(cell, text, step),
      giveBack: (cell) => this.#giveBack(cell),
      textOf: (cell) => this.edits.textOf(cell),
      stands: (cell, text) => this.#foreseeCell(cell, text),
    });
    this.cursor = new Cursor(root, this.rows, this.columns, this.pen, this.changes);
    this.drafts = new Drafts(this);
    this.beside = new Beside(this);
    this.cursor.onMoved = () => this.#leadOn();
    this.cursor.onMarked = () => this.beside.chart?.bars.follow();
    this.cursor.reveal = (cell) => this.beside.reveal(cell);
    this.hadFocus = false;
    this.takesSeveral = false; // a tap adds a row to the selection
    this.isFromBar = false; // the drawer was asked for in the chart, and leads back there
    this.leading = 0;
    this.foreseeing = 0;
    /** @type {import("./sheet/foreseeing.js").Foreseeing | null} */
    this.foreseen = null;
    /** @type {string | null} the column in which Tab began to go on: Enter returns to it */
    this.returns = null;
    /** @type {string | null} */
    this.asked = null;
    /** @type {Promise<unknown> | null} */
    this.opening = null;
    this.following = 0;
    // Each is loaded when it is first asked for, and set anew by what is loaded.
    /** @type {() => unknown} */
    this.openWhy = () => this.lendHands().then(() => this.openWhy());
    this.openMenu = () => {}; // set by menu.js
    /** @type {(name: "copy" | "cut" | "paste") => unknown} */
    this.clip = () => {}; // set by clipping.js
    /** @type {() => unknown} */
    this.openFind = () => this.#lendFinding("wbs-find");
    /** @type {() => unknown} */
    this.openGo = () => this.#lendFinding("wbs-go");
    /** @type {Promise<void> | null} */
    this.hands = null;
    /** @type {Promise<void> | null} */
    this.finding = null;
  }

  /** Back from another page, keys go on in the same row and column. */
  #leadOn() {
    const { id, column } = this.cursor;
    if (this.drafts.of(id)) return;
    sessionStorage.setItem(COLUMN, column);
    clearTimeout(this.leading);
    this.leading = setTimeout(() => keepInAddress({ focus: isOpen() ? "" : this.changes.real(this.cursor.id) }), REST);
  }

  #rowHeight() {
    return this.table.querySelector(ROWS)?.getBoundingClientRect().height || ROW;
  }

  #noteFocus() {
    this.beside.chart?.note();
    this.hadFocus = this.table.contains(document.activeElement);
    this.drafts.yield();
  }

  /** What is drawn gets its manners. */
  wire() {
    this.drafts.place();
    for (const each of this.table.querySelectorAll(`${ROWS}:not([data-wired])`)) {
      const row = /** @type {HTMLTableRowElement} */ (each);
      row.dataset.wired = "";
      for (const cell of row.cells) {
        if (cell !== this.cursor.cell) cell.tabIndex = -1;
        if (this.columns.canEdit(cell)) cell.classList.add("cell--editable");
      }
      for (const link of row.querySelectorAll("a")) Object.assign(link, { tabIndex: -1, draggable: false });
      if (this.canPlan) this.columns.cell(row, NUMBER).draggable = true;
      this.edits.wear(row);
    }
    this.cursor.keep({ takes: this.hadFocus });
    this.hadFocus = false;
    this.beside.chart?.wire();
  }

  /**
   * Something is asked for by its name: by a key, a button, a menu.
   * @param {Command} command
   */
  run(command) {
    return run(this, command);
  }

  /**
   * A task that has just come: it has the focus.
   * @param {string | undefined} id
   */
  arrive(id) {
    this.cursor.moveTo(id ? rowOf(id) : null);
  }

  // ── what is loaded when it is first used ──

  /** What hands find in the table: the handle that fills, the way from a date to its reasons. */
  lendHands() {
    this.hands ??= (async () => {
      for (const name of ["filling", "why"]) expect(name);
      const { listenToFilling } = await import("./sheet/filling.js");
      const { listenToWhy } = await import("./sheet/why.js");
      listenToFilling(this);
      listenToWhy(this);
      this.cursor.show();
    })();
    return this.hands;
  }

  /**
   * Its field takes the keys at once: they are not meant for the cell. What is typed before the script is there waits for it.
   * @param {string} name  of the form
   */
  async #lendFinding(name) {
    const form = /** @type {HTMLFormElement} */ (document.getElementById(name));
    form.hidden = false;
    /** @type {HTMLElement} */ (form.elements.namedItem("text")).focus();
    let isAsked = false;
    /** @param {Event} event */
    const wait = (event) => {
      event.preventDefault();
      isAsked = true;
    };
    form.addEventListener("submit", wait);
    this.finding ??= (async () => {
      expect("find");
      const { listenToFinding } = await import("./sheet/find.js");
      listenToFinding(this);
    })();
    await this.finding;
    form.removeEventListener("submit", wait);
    if (isAsked) form.requestSubmit();
  }

  // ── typing ──

  /** @param {HTMLTableCellElement} cell */
  edit(cell) {
    if (!this.columns.canEdit(cell)) return;
    this.cursor.move(cell);
    this.run("edit");
  }

  /**
   * @param {HTMLTableCellElement} cell
   * @param {string} text
   * @param {Step} step
   */
  #commit(cell, text, step) {
    const draft = this.drafts.of(idOf(/** @type {Element} */ (cell.parentElement)));
    if (draft && !draft.isPosted) this.drafts.commit(draft, cell, text);
    else this.edits.put(cell, text);
    // The field may be about to go elsewhere, with the focus.
    if (!step) return void setTimeout(() => this.changes.flush());
    this.changes.flush();
    return void this.go(step);
  }

  // ── what would follow ──

  /**
   * A pause of the hand: the server is asked what would follow from what stands there; without a question nothing does.
   * @param {{ url: string, fields: Record<string, string> } | null} question
   */
  foresee(question) {
    clearTimeout(this.foreseeing);
    this.foreseeing = 0;
    this.foreseen?.clear();
    if (!question) return;
    const mine = setTimeout(async () => {
      expect("foreseeing");
      const { Foreseeing } = await import("./sheet/foreseeing.js");
      this.foreseen ??= new Foreseeing(this);
      if (this.foreseeing === mine) this.foreseen.ask(question.url, question.fields);
    }, PAUSE);
    this.foreseeing = mine;
  }

  /**
   * @param {HTMLTableCellElement | null} cell
   * @param {string} text
   */
  #foreseeCell(cell, text) {
    const id = cell ? this.changes.real(idOf(/** @type {Element} */ (cell.parentElement))) : "";
    // A new row has no task yet, and what is saved already changes nothing.
    if (!cell || !/^\d+$/.test(id) || text.trim() === this.edits.textOf(cell)) return this.foresee(null);
    const url = (this.root.dataset.previewUrl ?? "").replace("/0/", `/${id}/`);
    return this.foresee({ url, fields: { column: this.columns.of(cell), text } });
  }

  /** @param {HTMLTableCellElement} cell */
  #giveBack(cell) {
    const draft = this.drafts.of(idOf(/** @type {Element} */ (cell.parentElement)));
    if (draft && !draft.isPosted) this.drafts.giveUp(draft);
    else this.edits.giveUp(cell);
    this.changes.flush();
    this.cursor.keep({ takes: true });
  }

  /**
   * Go on after a cell.
   * @param {Step} step
   */
  async go(step) {
    const { cursor } = this;
    if (step === "next" || step === "previous") return this.#goBeside(step);
    const column = this.returns ?? cursor.column;
    this.returns = null;
    if (step === "left" || step === "right") return this.#goSideways(step === "left" ? -1 : 1);
    if (column !== cursor.column) cursor.moveTo(cursor.row, column);
    if (step === "down" && this.#isLast()) return void (this.canPlan && this.run("append"));
    await cursor.step(step === "up" ? -1 : 1);
    return this.follow();
  }

  /** Whether the row of the focus is the last one, new rows included. */
  #isLast() {
    const { row } = this.cursor;
    const last = this.rows.sections.at(-1);
    const body = this.rows.total ? last?.isDrawn && last.body : row?.parentElement;
    return Boolean(row && body && body.lastElementChild === row);
  }

  /** @param {number} by */
  #goSideways(by) {
    const names = [...this.columns.heads.keys()].filter((name) => this.columns.isShown(name));
    const name = names[names.indexOf(this.cursor.column) + by];
    if (name !== undefined) this.cursor.moveTo(this.cursor.row, name);
    else this.cursor.keep({ takes: true });
  }

  /**
   * Tab goes on typing in the next cell of the row that can be typed into.
   * @param {"next" | "previous"} step
   */
  #goBeside(step) {
    const { cursor, columns } = this;
    this.returns ??= cursor.column;
    const side = step === "next" ? "nextElementSibling" : "previousElementSibling";
    const from = cursor.row && columns.cell(cursor.row, cursor.column);
    for (let cell = from?.[side]; cell; cell = cell[side]) {
      const next = /** @type {HTMLTableCellElement} */ (cell);
      if (!columns.canEdit(next) || !columns.isShown(columns.of(next))) continue;
      cursor.move(next);
      return void this.run("edit");
    }
    return cursor.keep({ takes: true });
  }

  /**
   * A cell was refused: its text stays in it, with the reason; who has not gone on meanwhile is back in it.
   * @param {string} id
   * @param {string} column
   * @param {string} refusal
   */
  #comeBack(id, column, refusal) {
    const row = rowOf(id);
    if (!row) return toast(refusal, { late: true });
    const cell = this.columns.cell(row, column);
    if (this.cursor.cell !== cell || this.pen.isWriting) return complain(cell, refusal);
    this.pen.edit({ text: this.edits.textOf(cell) });
    return this.pen.complain(refusal);
  }

  // ── the drawer beside the table ──

  /**
   * A task, or with `end` (start or finish) the reasons of its dates.
   * @param {string} id
   * @param {string} [end]
   */
  async openDrawer(id, end = "") {
    const url = `/tasks/${id}/${end && `why/?end=${end}`}`;
    // What is asked for comes before what would follow the focus.
    clearTimeout(this.following);
    if (this.asked === url) return;
    this.asked = url;
    const bar = document.activeElement?.closest(".gantt-bar");
    if (bar || this.table.contains(document.activeElement)) this.isFromBar = Boolean(bar);
    keepInAddress({ task: id, row: "", focus: "" });
    this.opening = loadDrawer(url);
    try {
      await this.opening;
    } finally {
      if (this.asked === url) this.asked = null;
    }
    // It has taken room from the table: the cell of the focus stays in sight, and its bar.
    this.beside.resized();
    if (bar) this.beside.chart?.reveal(id);
    else if (this.cursor.cell) this.cursor.reveal(this.cursor.cell);
  }

  /** @param {string} id */
  async #refreshDrawer(id) {
    // One that is still on its way may have been drawn before the change.
    await this.opening;
    if (isOpen() && drawer().dataset.task === id) await this.openDrawer(id, drawer().dataset.why);
  }

  closeDrawer() {
    emptyDrawer();
    keepInAddress({ task: "" });
    this.beside.resized();
    if (!this.isFromBar || !this.beside.chart?.reveal(this.cursor.id, { takes: true }))
      this.cursor.keep({ takes: true });
  }

  /** An open drawer follows the focus. */
  follow() {
    clearTimeout(this.following);
    const { id } = this.cursor;
    if (isOpen() && !this.drafts.of(id)) this.following = setTimeout(() => this.openDrawer(id), PAUSE);
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

  /**
   * A row that the page does not hold yet.
   * @param {string} id
   * @param {string} [number]  its number in the plan
   */
  async #fetchRow(id, number) {
    if (!number) return null;
    expect("find");
    const { placeOf } = await import("./sheet/find.js");
    const { place } = await placeOf(this.root, number);
    if (!Number.isNaN(place)) await this.cursor.moveToPlace(place, this.cursor.column);
    return rowOf(id);
  }

  /** @param {HTMLAnchorElement} link */
  async #follow(link) {
    const { pathname, searchParams } = new URL(link.href);
    const id = link.dataset.task ?? pathname.split("/")[2];
    const { isFromBar } = this;
    const row = rowOf(id) ?? (await this.#fetchRow(id, link.dataset.row));
    if (row) {
      this.cursor.moveTo(row, "", { isQuiet: true });
      this.rows.scrollTo(this.rows.placeOf(row));
      this.beside.chart?.reveal(id);
    }
    await this.openDrawer(id, pathname.endsWith("/why/") ? (searchParams.get("end") ?? "start") : "");
    this.isFromBar = isFromBar;
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

  /**
   * Keys go on in this row, if it is seen; a user who has begun elsewhere meanwhile stays there.
   * @param {string} id
   * @param {Promise<unknown>} drawn  what is seen is drawn
   */
  async #openAt(id, drawn) {
    if (!id) return;
    // Where the user had scrolled to, it may be a row of the next section.
    if (!rowOf(id)) await drawn;
    const isFree = document.activeElement === document.body;
    this.cursor.moveTo(rowOf(id), sessionStorage.getItem(COLUMN) ?? "", { isQuiet: !isFree });
    if (isFree) this.beside.chart?.reveal(id, { takes: true });
  }

  /** The place that the address names; then what else is seen. */
  async open() {
    const { root, rows, beside } = this;
    const isBeside = root.dataset.face === "gantt";
    const place = Number(root.dataset.place);
    // Before anything is drawn by what is seen: what came with the page stays.
    if (place) rows.view.scroller.scrollTop = place * rows.rowHeight;
    if (isBeside) await beside.open();
    const drawn = rows.drawSeen();
    this.drafts.adopt();
    this.wire();
    await this.#openAt(root.dataset.focused ?? "", drawn);
    if ("goesOn" in root.dataset) {
      // Loaded again, the page does not begin another row.
      keepInAddress({ next: "" });
      this.run("append");
    }
    const opened = root.dataset.opened && rowOf(root.dataset.opened);
    if (!opened) return;
    this.cursor.move(nameCell(opened), { isQuiet: true, shape: "rows" });
  }
}

/** @param {HTMLElement | null} cell */
const rowAround = (cell) => /** @type {HTMLTableRowElement | null} */ (cell?.parentElement ?? null);

/** @param {Sheet} sheet */
async function firstVisit(sheet) {
  expect("tour");
  const { listenToTour } = await import("./sheet/tour.js");
  listenToTour(() => sheet.cursor.keep({ takes: true }));
}

/** @param {Sheet} sheet */
function listenToTools(sheet) {
  for (const tools of document.querySelectorAll("#wbs-tools, #wbs-begin")) {
    tools.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-act]"));
      if (!button) return;
      event.preventDefault();
      sheet.run(/** @type {Command} */ (button.dataset.act));
    });
  }
  document.getElementById("wbs-add")?.addEventListener("click", (event) => {
    event.preventDefault();
    sheet.run("append");
  });
  if (!sheet.canPlan) return;
  /** @type {HTMLElement} */ (document.getElementById("wbs-tools")).hidden = false;
  sheet.table.classList.add("wbs--edits");
}

const root = document.getElementById("wbs");
listenToChoosing();
if (root) {
  const sheet = new Sheet(root);
  /** @param {Event} event  what others have changed is drawn by a script that comes with the first press of its button */
  const firstNews = async (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-news-url]"));
    if (!button) return;
    document.removeEventListener("click", firstNews);
    expect("news");
    const { listenToNews } = await import("./sheet/news.js");
    listenToNews(sheet.table);
    button.click();
  };
  listenToKeys(sheet);
  listenToMouse(sheet);
  listenToMenu(sheet);
  listenToClipboard(sheet);
  listenToDragging(sheet);
  listenToDeleting(sheet);
  listenToTools(sheet);
  listenToUndo(bySheet(sheet.changes));
  sheet.beside.listen();
  document.addEventListener("click", firstNews);
  if (document.getElementById("wbs-tour")) firstVisit(sheet);
  for (const name of ["pointerover", "focusin"]) {
    sheet.table.addEventListener(name, () => sheet.lendHands(), { once: true });
  }
  sheet.listenToDrawer();
  sheet.listenToScrolling();
  // The cell of the focus is the one stop of the table; the way past the page's head leads to it.
  sheet.rows.view.scroller.tabIndex = -1;
  document.querySelector("a[href='#wbs-cells']")?.addEventListener("click", (event) => {
    event.preventDefault();
    sheet.cursor.keep({ takes: true });
  });
  document.body.addEventListener("plan-changed", () => sheet.rows.refresh());
  // The way through the rows without a script.
  /** @type {HTMLElement} */ (document.getElementById("wbs-pages")).hidden = true;
  sheet.open();
}
