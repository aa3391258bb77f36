// The window on a table of many rows: draws what is seen, forgets what is far. Of the WBS, and of the chart, where a
// picture stands beside each stretch of rows. Knows no rule of planning and no column; what stands in the page is `ground.js`.
import { Ground } from "./ground.js";
import { cut, seen, topFor, touches, within } from "./stretches.js";

/** @import { Stretch } from "./stretches.js" */
/** @import { Piece } from "./ground.js" */

/**
 * Rows that are fetched, drawn and forgotten as one.
 * @typedef {object} Section
 * @property {number} from  place of its first row, counted from 0
 * @property {number} count
 * @property {HTMLTableSectionElement | null} body  its rows, where they are drawn
 * @property {HTMLElement | null} picture  what stands beside them in a chart
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
const KEPT = 60; // rows that are drawn on the side to which the user scrolls, and after which they are forgotten on both
const TIMES = 3; // how often a row is asked for that is not where it was
const PAUSE = 60; // milliseconds between two looks while the user scrolls

export class RowWindow {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    this.total = view.total;
    this.ground = new Ground(view.table);
    /** @type {Section[]} */
    this.sections = [];
    this.top = 0; // where the scroller was when it was last looked at
    this.headHeight = 0; // pixels
    this.#measure();
    const drawn = [...view.table.tBodies];
    const start = Number(drawn[0]?.dataset.from ?? 0);
    this.#cut(cut(this.total, view.size, start), new Map(drawn.map((body) => [Number(body.dataset.from), body])));
    this.#listen();
  }

  #measure() {
    this.ground.rowHeight = this.view.rowHeight();
    this.ground.columns = this.#countColumns();
    this.headHeight = this.view.headHeight();
  }

  /** Pixels. */
  get rowHeight() {
    return this.ground.rowHeight;
  }

  /**
   * @param {Stretch[]} stretches
   * @param {Map<number, HTMLTableSectionElement>} bodies
   */
  #cut(stretches, bodies) {
    this.sections = stretches.map(({ from, count }) => {
      const body = bodies.get(from);
      const fits = body?.rows.length === count;
      return { from, count, body: fits ? body : null, picture: null, isStale: false, drawing: null };
    });
    this.#lay();
    this.view.table.setAttribute("aria-rowcount", String(this.total + 1));
    // The cell of the focus is the one stop of the table, where there is any.
    this.view.scroller.tabIndex = this.total ? -1 : 0;
  }

  /** What is drawn stands in its place, in the table and beside it. */
  #lay() {
    this.ground.lay(this.#pieces("body"), this.#pieces("picture"));
  }

  /** @param {"body" | "picture"} part */
  #pieces(part) {
    /** @type {Piece[]} */
    const pieces = [];
    let rows = 0; // that are not drawn
    for (const section of this.sections) {
      const drawn = section[part];
      if (!drawn) rows += section.count;
      else {
        if (rows) pieces.push(rows);
        pieces.push(drawn);
        rows = 0;
      }
    }
    return rows ? [...pieces, rows] : pieces;
  }

  /**
   * Pictures stand beside the rows from now on, or none; those that are not there yet are asked for with their rows.
   * @param {HTMLElement | null} pictures  with some of them
   */
  stand(pictures) {
    if (pictures && pictures === this.ground.pictures) return;
    const sent = /** @type {Iterable<HTMLElement>} */ (pictures?.children ?? []);
    const drawn = new Map([...sent].map((each) => [Number(each.dataset.from), each]));
    this.ground.pictures = pictures;
    for (const section of this.sections) {
      section.picture = (section.body && drawn.get(section.from)) ?? null;
      if (section.picture) this.#reserve(section);
      else if (pictures && section.body) section.isStale = true;
    }
    this.measure();
  }

  /**
   * The room of a picture that the browser leaves out while it is not seen.
   * @param {Section} section
   */
  #reserve({ picture, count }) {
    if (picture) picture.style.containIntrinsicBlockSize = `${count * this.rowHeight}px`;
  }

  /** Rows are as high as they are now; the one at the top stays there. */
  measure() {
    const { scroller } = this.view;
    const top = scroller.scrollTop / this.rowHeight;
    this.#measure();
    this.#lay();
    scroller.scrollTop = top * this.rowHeight;
    this.drawSeen();
  }

  /**
   * Another number of rows: all is drawn anew when it is seen.
   * @param {number} total
   */
  resize(total) {
    this.total = total;
    this.#cut(cut(total, this.view.size), new Map());
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

  /** Draw what is seen or will soon be, and forget what is far, also what is on its way; until all of it is drawn. */
  drawSeen() {
    const { first, last } = this.seen();
    const { scrollTop } = this.view.scroller;
    const above = scrollTop < this.top ? KEPT : AHEAD;
    const below = scrollTop > this.top ? KEPT : AHEAD;
    this.top = scrollTop;
    /** @type {Promise<void>[]} */
    const drawing = [];
    let isLaid = true;
    for (const section of this.sections) {
      if (touches(section, first - above, last + below)) drawing.push(this.draw(section));
      else if (!touches(section, first - KEPT, last + KEPT) && this.#forget(section)) isLaid = false;
    }
    if (!isLaid) this.#lay();
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
    if (section.body && (!section.isStale || this.view.isHeld?.(section))) return Promise.resolve();
    const control = new AbortController();
    const done = this.view.draw(section, control.signal).finally(() => {
      section.drawing = null;
    });
    section.drawing = { control, done };
    return done;
  }

  /**
   * Whether it has become an empty room.
   * @param {Section} section
   */
  #forget(section) {
    section.drawing?.control.abort();
    const { body, picture } = section;
    const focused = document.activeElement;
    if (!body || body.contains(focused) || picture?.contains(focused)) return false;
    section.body = section.picture = null;
    return true;
  }

  /**
   * Put what the server has drawn into a section.
   * @param {Section} section
   * @param {HTMLTableSectionElement} body
   * @param {HTMLElement | null} [picture]
   */
  put(section, body, picture = null) {
    section.body = /** @type {HTMLTableSectionElement} */ (document.adoptNode(body));
    if (picture) {
      section.picture = document.adoptNode(picture);
      this.#reserve(section);
    }
    // It may have been asked for before there were pictures.
    section.isStale = Boolean(this.ground.pictures && !picture);
    this.#lay();
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
    // The page may have rows of its own among them.
    const row = section?.body?.querySelector(`[aria-rowindex="${place + 2}"]`);
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
      if (!section || section.body) break;
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
