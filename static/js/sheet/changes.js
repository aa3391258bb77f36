// Changes of the plan from its table: they are posted, and the server answers with all that looks different.
import { announce, ask, miss, reason, tell, toast } from "../answer.js";
import { rememberFocus } from "../roving.js";
import { replaceRow } from "./columns.js";

/** @import { Answer } from "../answer.js" */
/** @import { RowWindow, Section } from "./window.js" */

/**
 * What became of a change: the piece that the server drew, or why it refused, with the value that is there now.
 * @typedef {{ part: HTMLTableElement } | { refusal: string, current: string | undefined }} Outcome
 */

const SIZE = 40; // rows of a section
const MOST = 10 * SIZE; // rows that an answer may hold

export class Changes {
  /**
   * @param {HTMLElement} root
   * @param {RowWindow} rows
   * @param {(cell: HTMLTableCellElement) => void} refocus  a cell stands where the focus was
   * @param {() => void} onDrawn  rows were drawn
   */
  constructor(root, rows, refocus, onDrawn) {
    this.root = root;
    this.rows = rows;
    this.table = rows.view.table;
    this.refocus = refocus;
    this.onDrawn = onDrawn;
    this.revision = Number(root.dataset.revision);
  }

  static get size() {
    return SIZE;
  }

  /**
   * Fetch a section of the table.
   * @param {Section} section
   * @param {AbortSignal} signal
   */
  async draw(section, signal) {
    const answer = await ask(`${this.root.dataset.rowsUrl}?first=${section.from}&count=${section.count}`, { signal });
    if (!answer) return;
    const part = partOf(answer.page);
    if (answer.isOk && part) {
      tell(answer.page);
      this.apply(part, { isOwn: false });
    } else miss(answer, () => this.rows.drawSeen());
  }

  /**
   * Change the plan. Null: the session has ended.
   * @param {string} url
   * @param {Record<string, string>} fields
   * @returns {Promise<Outcome | null>}
   */
  async post(url, fields) {
    const { first, count } = this.#shown();
    // Room for rows that a change brings into sight.
    const more = { first: String(first), count: String(Math.min(count + SIZE, MOST)) };
    const answer = await ask(url, { fields: { ...fields, ...more } });
    if (!answer) return null;
    const part = partOf(answer.page);
    if (!answer.isOk || !part) return refusalOf(answer);
    // What the answer has to say besides: that a person has too much now.
    tell(answer.page);
    this.apply(part, { isOwn: true });
    this.#say(part.dataset.message);
    return { part };
  }

  // What the page holds around the place that is seen: the server answers with what changed in it.
  #shown() {
    const near = this.rows.sections.filter((section) => section.isDrawn && this.rows.isNear(section));
    const end = near.at(-1);
    if (!end) return { first: Math.floor(this.rows.seen().first / SIZE) * SIZE, count: SIZE };
    return { first: near[0].from, count: end.from + end.count - near[0].from };
  }

  /** @param {string | undefined} message */
  #say(message) {
    if (!message) return;
    announce(message);
    const clock = new Date().toLocaleTimeString(document.documentElement.lang, {
      hour: "numeric",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const note = /** @type {HTMLElement} */ (document.getElementById("wbs-saved"));
    note.textContent = `${this.root.dataset.saved} ${clock}`;
  }

  /**
   * Put an answer into the table.
   * @param {HTMLTableElement} part
   * @param {{ isOwn: boolean }} options  own: it answers a change of this page
   */
  apply(part, { isOwn }) {
    const again = rememberFocus(this.table, "tbody :is(td, th)");
    const total = Number(part.dataset.total);
    const revision = Number(part.dataset.revision);
    if (total === 0) return location.reload();
    if (!isOwn && total !== this.rows.total && this.table.querySelector(".cell--edit")) return this.rows.expire();
    const bodies = [...part.tBodies];
    const isWhole = bodies.some((body) => body.dataset.from !== undefined);
    // Others' changes, or rows that moved: all that is drawn elsewhere is drawn again when it is seen.
    const isStrange = revision !== this.revision && !(isOwn && revision === this.revision + 1);
    this.rows.expire((section) => isStrange || (isOwn && (isWhole || !this.rows.isNear(section))));
    this.revision = revision;
    const count = /** @type {HTMLElement} */ (document.getElementById("wbs-count"));
    count.textContent = part.dataset.count ?? "";
    if (total !== this.rows.total) this.rows.resize(total);
    if (isWhole) for (const body of bodies) this.#put(body, isOwn);
    else for (const row of bodies.flatMap((body) => [...body.rows])) replaceRow(row);
    this.onDrawn();
    const cell = again();
    if (cell && !this.table.contains(document.activeElement)) this.refocus(/** @type {HTMLTableCellElement} */ (cell));
    setTimeout(() => this.rows.drawSeen());
    return undefined;
  }

  /**
   * @param {HTMLTableSectionElement} body
   * @param {boolean} isOwn
   */
  #put(body, isOwn) {
    const section = this.rows.sectionOf(Number(body.dataset.from));
    if (!section || body.rows.length !== section.count || (!isOwn && isTypedIn(section))) return;
    this.rows.put(section, body);
  }
}

/**
 * The user's half-typed text is not drawn over; what waited for it is drawn when it is done.
 * @param {Section} section
 */
export const isTypedIn = (section) => Boolean(section.body.querySelector(".cell--edit"));

/** @param {DocumentFragment} page */
const partOf = (page) => /** @type {HTMLTableElement | null} */ (page.getElementById("wbs-part"));

/**
 * @param {Answer} answer
 * @returns {Outcome}
 */
function refusalOf({ page, status }) {
  const refused = page.getElementById("wbs-refusal");
  const said = refused ?? page.querySelector("[data-toast] span");
  return { refusal: said?.textContent ?? reason(status), current: refused?.dataset.current };
}

/**
 * Show why a change was refused, if it was; whether it was made.
 * @param {Outcome | null} outcome
 * @returns {outcome is { part: HTMLTableElement }}
 */
export function isMade(outcome) {
  if (outcome && "refusal" in outcome) toast(outcome.refusal, { late: true });
  return Boolean(outcome && "part" in outcome);
}
