// The plan: its table under the hands, and the chart beside it. Posts what was done; the server decides, and answers with what
// looks different.

import { toast } from "./answer.js";
import { lendAt, lent } from "./later.js";
import { Beside } from "./sheet/beside.js";
import { Changes, SIZE } from "./sheet/changes.js";
import { listenToClipboard } from "./sheet/clipping.js";
import { Columns, idOf, ROWS, rowOf, setWidth } from "./sheet/columns.js";
import { listenToTools, run } from "./sheet/commands.js";
import { Cursor } from "./sheet/cursor.js";
import { Details } from "./sheet/details.js";
import { Drafts } from "./sheet/drafts.js";
import { Edits } from "./sheet/edits.js";
import { go } from "./sheet/going.js";
import { listenToKeys } from "./sheet/keys.js";
import { listenToMouse } from "./sheet/mouse.js";
import { complain, Pen } from "./sheet/pen.js";
import { listenToPlace, openPlace } from "./sheet/place.js";
import { bySheet, listenToUndo } from "./sheet/undo.js";
import { RowWindow } from "./sheet/window.js";

/** @import { Command } from "./sheet/commands.js" */
/** @import { Foreseeing } from "./sheet/foreseeing.js" */
/** @import { Step } from "./sheet/pen.js" */

const ROW = 32; // pixels, where no row is drawn
const PAUSE = 200; // milliseconds of rest after which what would follow is asked for

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
      size: SIZE,
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
      (id) => this.details.refresh(id),
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
    this.details = new Details(this);
    this.cursor.onMarked = () => this.beside.chart?.bars.follow();
    this.cursor.reveal = (cell) => this.beside.reveal(cell);
    this.hadFocus = false;
    this.takesSeveral = false; // a tap adds a row to the selection
    this.foreseeing = 0;
    /** @type {Foreseeing | null} */
    this.foreseen = null;
    /** @type {string | null} the column in which Tab began to go on: Enter returns to it */
    this.returns = null;
    // Each is loaded when it is first asked for, and set anew by what is loaded.
    this.finding = lent("find", async () => {
      const piece = await import("./sheet/find.js");
      piece.listenToFinding(this);
      return piece;
    });
    /** What hands find in the table: the handle that fills, the way from a date to its reasons, rows that are dragged. */
    this.hands = lent("filling why dragging", async () => {
      (await import("./sheet/filling.js")).listenToFilling(this);
      (await import("./sheet/why.js")).listenToWhy(this);
      (await import("./sheet/dragging.js")).listenToDragging(this);
      this.cursor.show();
    });
    this.looking = lent("foreseeing", async () => {
      const { Foreseeing } = await import("./sheet/foreseeing.js");
      this.foreseen = new Foreseeing(this);
      return this.foreseen;
    });
    /** @type {() => unknown} */
    this.openWhy = async () => (await this.hands()) !== null && this.openWhy();
    const menu = lent("menu", async () => (await import("./sheet/menu.js")).listenToMenu(this));
    /** @type {(place?: { x: number, y: number }) => unknown} of the cell in which keys go on, or there */
    this.openMenu = async (place) => (await menu()) !== null && this.openMenu(place);
    this.sifting = lent("sifting", async () => (await import("./sheet/sifting.js")).listenToSifting(this));
    /** @type {() => unknown} */
    this.openFilter = async () => (await this.sifting()) !== null && this.openFilter();
    /** @type {(name: "copy" | "cut" | "paste") => unknown} */
    this.clip = () => {}; // set by clipping.js
    /** @type {() => unknown} */
    this.openFind = () => this.#find("wbs-find");
    /** @type {() => unknown} */
    this.openGo = () => this.#find("wbs-go");
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
      // Cells get theirs when the hand or the focus first comes to them: most never see either.
      for (const link of row.querySelectorAll("a")) link.tabIndex = -1;
      this.edits.wear(row);
    }
    // Rows that come while the user scrolls leave the focus where it is, out of sight: only one that was lost is taken back.
    this.cursor.keep({ takes: this.hadFocus && !this.table.contains(document.activeElement) });
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

  /**
   * Its field takes the focus at once: the first sign of a conversion, which cannot wait, is not meant for the cell.
   * @param {string} name  of the form
   */
  #find(name) {
    const form = /** @type {HTMLFormElement} */ (document.getElementById(name));
    form.hidden = false;
    /** @type {HTMLElement} */ (form.elements.namedItem("text")).focus();
    return this.finding();
  }

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
      const piece = await this.looking({ holds: false });
      if (this.foreseeing === mine) piece?.ask(question.url, question.fields);
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
  go(step) {
    return go(this, step);
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
}

/** @param {HTMLElement | null} cell */
const rowAround = (cell) => /** @type {HTMLTableRowElement | null} */ (cell?.parentElement ?? null);

/**
 * What comes when it is first come to.
 * @param {Sheet} sheet
 */
function lendPieces(sheet) {
  const { root, table, cursor, hands, sifting } = sheet;
  for (const head of table.tHead?.rows[0]?.cells ?? [])
    if (head.dataset.width) setWidth(head, Number(head.dataset.width));
  const heads = lent("heads", async () => (await import("./sheet/heads.js")).listenToHeads(root));
  const choosing = lent("choosing", async () => (await import("./sheet/choosing.js")).listenToChoosing());
  const news = lent("news", async () => (await import("./sheet/news.js")).listenToNews(table));
  const tour = lent("tour", async () =>
    (await import("./sheet/tour.js")).listenToTour(() => cursor.keep({ takes: true })),
  );
  lendAt(table, "thead th", heads);
  lendAt(document, "[data-choose], [data-choose-find]", choosing);
  lendAt(document, "[data-news-url]", news);
  lendAt(document, "[data-sift], #wbs-filter-button", sifting);
  if (document.getElementById("wbs-tour")) tour({ holds: false });
  // Nothing that is typed into the table asks for what hands find there.
  for (const name of ["pointerover", "focusin"])
    table.addEventListener(name, () => hands({ holds: false }), { once: true });
}

const root = document.getElementById("wbs");
if (root) {
  const sheet = new Sheet(root);
  listenToKeys(sheet);
  listenToMouse(sheet);
  listenToClipboard(sheet);
  listenToTools(sheet);
  listenToUndo(bySheet(sheet.changes));
  sheet.beside.listen();
  sheet.details.listen();
  listenToPlace(sheet);
  lendPieces(sheet);
  // The way past the page's head leads to the cell of the focus.
  document.querySelector("a[href='#wbs-cells']")?.addEventListener("click", (event) => {
    event.preventDefault();
    sheet.cursor.keep({ takes: true });
  });
  document.body.addEventListener("plan-changed", () => sheet.rows.refresh());
  // The way through the rows without a script.
  /** @type {HTMLElement} */ (document.getElementById("wbs-pages")).hidden = true;
  openPlace(sheet);
}
