// The window on a table of many rows: draws what is seen, forgets what is far. Of the WBS, and of the chart, where a
// picture stands beside each stretch of rows. Knows no rule of planning and no column.
import { cut, seen, topFor, touches, within } from "./stretches.js";

/** @import { Stretch } from "./stretches.js" */

/**
 * Rows that are fetched, drawn and forgotten as one.
 * @typedef {object} Section
 * @property {number} from  place of its first row, counted from 0
 * @property {number} count
 * @property {HTMLTableSectionElement} body
 * @property {Element | null} picture  what stands beside it in a chart
 * @property {boolean} isDrawn
 * @property {boolean} isStale  the plan has changed since
 * @property {Drawing | null} drawing  under way
 */

/** @typedef {{ control: AbortController, done: Promise<void> }} Drawing */

/**
 * @typedef {object} View
 * @property {HTMLElement} scroller
 * @property {HTMLTableElement} table
 * @property {number} total
 * @property {number} size  rows of a section
 * @property {() => number} rowHeight  pixels
 * @property {() => number} headHeight  pixels
 * @property {(section: Section, signal: AbortSignal) => Promise<void>} draw  fetch a section and put it into its place
 * @property {(section: Section) => boolean} [isHeld]  the user is typing in it: it is not drawn over
 * @property {() => void} [onSeen]  something else may have come into sight
 */

const AHEAD = 20; // rows drawn beyond the edge of what is seen
const KEPT = 120; // rows beyond the edge after which a section is emptied again
const TIMES = 3; // how often a row is asked for that is not where it was
const PAUSE = 60; // milliseconds between two looks while the user scrolls

export class RowWindow {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    this.total = view.total;
    this.rowHeight = view.rowHeight();
    /** @type {HTMLElement | null} what stands beside the table: a picture for each of its bodies */
    this.pictures = null;
    /** @type {Section[]} */
    this.sections = [];
    this.headHeight = view.headHeight();
    this.shownColumns = this.#countColumns();
    const drawn = [...view.table.tBodies];
    const start = Number(drawn[0]?.dataset.from ?? 0);
    this.#layOut(cut(this.total, view.size, start), new Map(drawn.map((body) => [Number(body.dataset.from), body])));
    this.#listen();
  }

  /**
   * @param {Stretch[]} stretches
   * @param {Map<number, HTMLTableSectionElement>} bodies
   */
  #layOut(stretches, bodies) {
    const { table } = this.view;
    this.sections = stretches.map(({ from, count }) => {
      const body = bodies.get(from);
      const fits = body?.rows.length === count;
      return {
        from,
        count,
        body: fits ? body : this.#emptyBody(count),
        picture: this.#reserve(this.#emptyPicture(count), count),
        isDrawn: fits,
        isStale: false,
        drawing: null,
      };
    });
    // The first row of an empty plan is the page's own.
    for (const body of table.querySelectorAll("tbody:not(.wbs__first:has(tr))")) body.remove();
    table.append(...this.sections.map((section) => section.body));
    this.pictures?.replaceChildren(...this.sections.flatMap((section) => section.picture ?? []));
    table.setAttribute("aria-rowcount", String(this.total + 1));
  }

  /**
   * Pictures stand beside the rows from now on, or none; those that are not there yet are asked for with their rows.
   * @param {HTMLElement | null} pictures  with some of them
   */
  stand(pictures) {
    if (pictures && pictures === this.pictures) return;
    const drawn = new Map(
      [...(pictures?.children ?? [])].map((each) => [Number(each.getAttribute("data-from")), each]),
    );
    this.pictures = pictures;
    for (const section of this.sections) {
      const found = drawn.get(section.from);
      if (pictures && !found && section.isDrawn) section.isStale = true;
      section.picture = this.#reserve(found ?? this.#emptyPicture(section.count), section.count);
    }
    pictures?.replaceChildren(...this.sections.flatMap((section) => section.picture ?? []));
    this.measure();
  }

  /** Rows are as high as they are now; the one at the top stays there. */
  measure() {
    const { scroller, table } = this.view;
    const top = scroller.scrollTop / this.rowHeight;
    this.rowHeight = this.view.rowHeight();
    this.headHeight = this.view.headHeight();
    this.shownColumns = this.#countColumns();
    for (const { body, count, isDrawn } of this.sections) {
      const cell = isDrawn ? null : body.querySelector("td");
      if (cell) cell.style.height = `${count * this.rowHeight}px`;
    }
    for (const cell of table.querySelectorAll("[data-waiting] td")) {
      /** @type {HTMLTableCellElement} */ (cell).colSpan = this.shownColumns;
    }
    scroller.scrollTop = top * this.rowHeight;
    this.drawSeen();
  }

  /**
   * Another number of rows: all is drawn anew when it is seen.
   * @param {number} total
   */
  resize(total) {
    this.total = total;
    this.#layOut(cut(total, this.view.size), new Map());
  }

  /** @param {number} count */
  #emptyBody(count) {
    const body = document.createElement("tbody");
    body.dataset.waiting = "";
    body.setAttribute("aria-hidden", "true");
    const cell = body.insertRow().insertCell();
    cell.colSpan = this.shownColumns;
    cell.style.height = `${count * this.rowHeight}px`;
    return body;
  }

  /** @param {number} count */
  #emptyPicture(count) {
    if (!this.pictures) return null;
    const picture = document.createElement("div");
    picture.className = "gantt-section";
    picture.dataset.waiting = "";
    picture.style.height = `${count * this.rowHeight}px`;
    return picture;
  }

  /**
   * The room of a picture that the browser leaves out while it is not seen.
   * @param {Element | null} picture
   * @param {number} count
   */
  #reserve(picture, count) {
    const sized = /** @type {HTMLElement | SVGElement | null} */ (picture);
    if (sized) sized.style.containIntrinsicBlockSize = `${count * this.rowHeight}px`;
    return picture;
  }

  // A narrow screen hides columns; a placeholder that is wider than the table would make room for them.
  #countColumns() {
    return this.head().filter((cell) => cell.offsetWidth).length || 1;
  }

  /** The cells of the table's head. */
  head() {
    return [...(this.view.table.tHead?.rows[0]?.cells ?? [])];
  }

  #listen() {
    const { scroller } = this.view;
    let waiting = 0;
    const look = () => {
      if (waiting) return;
      waiting = setTimeout(() => {
        waiting = 0;
        this.drawSeen();
      }, PAUSE);
    };
    scroller.addEventListener("scroll", look, { passive: true });
    addEventListener("resize", () => this.measure());
  }

  // ── what is seen ──

  get #place() {
    const { scroller } = this.view;
    const { rowHeight, total } = this;
    return { top: scroller.scrollTop, height: scroller.clientHeight - this.headHeight, rowHeight, total };
  }

  /** The rows that are seen, from `first` up to, and without, `last`. */
  seen() {
    return seen(this.#place);
  }

  /**
   * Whether a section is seen, or will soon be.
   * @param {Section} section
   */
  isNear(section) {
    const { first, last } = this.seen();
    return touches(section, first - AHEAD, last + AHEAD);
  }

  /** Draw what is seen, forget what is far, and give up what was passed on the way; until all of it is drawn. */
  drawSeen() {
    const { first, last } = this.seen();
    /** @type {Promise<void>[]} */
    const drawing = [];
    for (const section of this.sections) {
      if (touches(section, first - AHEAD, last + AHEAD)) drawing.push(this.draw(section));
      else if (!touches(section, first - KEPT, last + KEPT)) this.#forget(section);
      else section.drawing?.control.abort();
    }
    this.view.onSeen?.();
    return Promise.all(drawing);
  }

  /**
   * A section as it is now; at once when it is drawn already.
   * @param {Section} section
   * @returns {Promise<void>}
   */
  draw(section) {
    if (section.drawing) return section.drawing.done;
    if (section.isDrawn && (!section.isStale || this.view.isHeld?.(section))) return Promise.resolve();
    const control = new AbortController();
    const done = this.view.draw(section, control.signal).finally(() => {
      section.drawing = null;
    });
    section.drawing = { control, done };
    return done;
  }

  /** @param {Section} section */
  #forget(section) {
    section.drawing?.control.abort();
    const focused = document.activeElement;
    if (!section.isDrawn || section.body.contains(focused) || section.picture?.contains(focused)) return;
    this.#swap(section, this.#emptyBody(section.count), this.#emptyPicture(section.count));
    section.isDrawn = false;
  }

  /**
   * Put what the server has drawn into a section.
   * @param {Section} section
   * @param {HTMLTableSectionElement} body
   * @param {Element | null} [picture]
   */
  put(section, body, picture = null) {
    this.#swap(section, /** @type {HTMLTableSectionElement} */ (document.adoptNode(body)), picture);
    section.isDrawn = true;
    // It may have been asked for before there were pictures.
    section.isStale = Boolean(this.pictures && !picture);
  }

  /**
   * @param {Section} section
   * @param {HTMLTableSectionElement} body
   * @param {Element | null} picture
   */
  #swap(section, body, picture) {
    section.body.replaceWith(body);
    section.body = body;
    if (!picture || !section.picture) return;
    section.picture.replaceWith(picture);
    section.picture = this.#reserve(picture, section.count);
  }

  /**
   * Sections that are drawn again when they are seen: all, or those that `which` says.
   * @param {(section: Section) => boolean} [which]
   */
  expire(which = () => true) {
    for (const section of this.sections) if (which(section)) section.isStale = true;
  }

  /** Something is out of date: ask again for all that is drawn. */
  refresh() {
    this.expire();
    this.drawSeen();
  }

  // ── rows by their place ──

  /** @param {number} place */
  sectionOf(place) {
    return this.sections.find((section) => touches(section, place, place + 1));
  }

  /**
   * The row at a place, if it is drawn.
   * @param {number} place
   */
  drawnRow(place) {
    const section = this.sectionOf(place);
    if (!section?.isDrawn) return undefined;
    // The page may have rows of its own among them.
    const row = section.body.querySelector(`[aria-rowindex="${place + 2}"]`);
    return /** @type {HTMLTableRowElement | null} */ (row) ?? undefined;
  }

  /**
   * The row at a place, or at the end that is nearest to it; fetched where it has to be.
   * @param {number} place
   */
  async rowAt(place) {
    // Others may have added rows meanwhile: then the first answer only says how many there are.
    for (let times = 0; times < TIMES; times += 1) {
      const section = this.sectionOf(within(place, this.total));
      if (!section || section.isDrawn) break;
      // Only what is seen is kept while it is fetched.
      this.scrollTo(within(place, this.total));
      await this.draw(section);
    }
    return this.drawnRow(within(place, this.total));
  }

  /**
   * The place of a row that is drawn.
   * @param {Element} row
   */
  placeOf(row) {
    return Number(row.getAttribute("aria-rowindex")) - 2;
  }

  /** @param {number} place */
  scrollTo(place) {
    this.view.scroller.scrollTop = topFor(place, this.#place);
  }

  /** How many rows PageDown goes on. */
  pageRows() {
    return Math.max(Math.floor(this.view.scroller.clientHeight / this.rowHeight) - 2, 1);
  }
}
