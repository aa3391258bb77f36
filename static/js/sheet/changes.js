// Changes of the plan from its table: they are posted in their order, and the server answers with all that looks different.
import { ask, miss, reason, tell, toast } from "../answer.js";
import { replaceRow } from "./columns.js";
import { Queue } from "./queue.js";
import { Saved } from "./saved.js";

/** @import { Answer } from "../answer.js" */
/** @import { RowWindow, Section } from "./window.js" */

/**
 * What became of a change: the piece that the server drew, or why it refused, with the value that is there now.
 * @typedef {{ part: HTMLTableElement } | Refused} Outcome
 * @typedef {{ refusal: string, current: string | undefined }} Refused
 */

/**
 * @typedef {object} Change
 * @property {() => string} url  asked for when its turn has come: rows that were new have an id by then
 * @property {() => Record<string, string>} fields
 * @property {(outcome: Outcome | null) => void} [onAnswer]  before what the server drew is put into the table
 */

/**
 * How the page sees its table change.
 * @typedef {object} Watcher
 * @property {() => void} onBefore  rows will be drawn
 * @property {() => void} onDrawn  rows were drawn
 * @property {() => HTMLTableRowElement | null} writing  the row in which the user is typing: it stays as it is
 * @property {() => Record<string, string>} beside  what is drawn: the chart beside the table, rows of a filter
 * @property {(pictures: HTMLElement) => void} onPictures  pieces of the chart came with rows
 */

export const SIZE = 40; // rows of a section
const MOST = 10 * SIZE; // rows that an answer may hold
const LOST = new Set([0, 429, 502, 503, 504]); // answers of a server that may be asked again

export class Changes {
  /**
   * @param {HTMLElement} root
   * @param {RowWindow} rows
   * @param {Watcher} watcher
   */
  constructor(root, rows, watcher) {
    this.root = root;
    this.rows = rows;
    this.table = rows.view.table;
    this.watcher = watcher;
    this.revision = Number(root.dataset.revision);
    /** @type {Map<string, string>} ids of tasks that were new rows, by the ids that the page gave these */
    this.made = new Map();
    this.isOver = false; // the session has ended, and the page leaves
    /** @type {Part[]} answers that wait until the user has typed their cell */
    this.waiting = [];
    this.saved = new Saved(root);
    /** @type {Queue<Answered>} */
    this.queue = new Queue((state) => this.saved.show(state));
    addEventListener("beforeunload", (event) => {
      if (!this.queue.isEmpty && !this.isOver) event.preventDefault();
    });
  }

  /**
   * The id by which the server knows a row.
   * @param {string} id
   */
  real(id) {
    return this.made.get(id) ?? id;
  }

  /**
   * Fetch a section of the table.
   * @param {Section} section
   * @param {AbortSignal} signal
   */
  async draw(section, signal) {
    const { from, count } = section;
    const query = new URLSearchParams({ first: String(from), count: String(count), ...this.watcher.beside() });
    const asked = this.#newest;
    const { filter } = this.root.dataset;
    const answer = await ask(`${this.root.dataset.rowsUrl}?${query}`, { signal });
    if (!answer) return;
    const part = partOf(answer.page);
    // A change has been made and drawn since: these rows would take it back, and the row in which the user types. Or
    // other rows are shown by now.
    const isOld = part && asked < this.#newest && revisionOf(part) < this.#newest;
    if (isOld || filter !== this.root.dataset.filter) {
      setTimeout(() => this.rows.drawSeen());
    } else if (answer.isOk && part) {
      tell(answer.page);
      this.apply(part, { isOwn: false });
    } else miss(answer, () => this.rows.drawSeen());
  }

  /**
   * Change the plan. Null: the session has ended.
   * @param {string} url
   * @param {Record<string, string>} fields
   */
  post(url, fields) {
    return this.put({ url: () => url, fields: () => fields });
  }

  /**
   * Change the plan when all changes before are made.
   * @param {Change} change
   * @returns {Promise<Outcome | null>}
   */
  async put(change) {
    const once = crypto.randomUUID();
    const answered = await this.queue.put(() => this.#send(change, once));
    return answered?.outcome ?? null;
  }

  /**
   * @param {Change} change
   * @param {string} once  by which the server knows a change that is sent again
   * @returns {Promise<Answered | null>}
   */
  async #send(change, once) {
    const { first, count: drawn } = this.shown();
    // Room for rows that a change brings into sight.
    const count = Math.min(drawn + SIZE, MOST);
    const more = { first: String(first), count: String(count), once, ...this.watcher.beside() };
    const answer = await ask(change.url(), { fields: { ...change.fields(), ...more } });
    if (!answer) {
      this.isOver = true;
      return null;
    }
    const part = partOf(answer.page);
    const isLost = LOST.has(answer.status);
    /** @type {Outcome} */
    const outcome = answer.isOk && part ? { part: part.table } : refusalOf(answer);
    if (isLost) return { outcome, isLost, wait: answer.wait };
    change.onAnswer?.(outcome);
    if (answer.isOk && part) {
      // What the answer has to say besides: that a person has too much now.
      tell(answer.page);
      this.apply({ ...part, first, count }, { isOwn: true });
      this.saved.say(part.table.dataset.message);
    }
    return { outcome };
  }

  /** What the page holds around the place that is seen: the server answers with what changed in it. */
  shown() {
    const near = this.rows.sections.filter((section) => section.body && this.rows.isNear(section));
    const end = near.at(-1);
    if (!end) return { first: Math.floor(this.rows.seen().first / SIZE) * SIZE, count: SIZE };
    return { first: near[0].from, count: end.from + end.count - near[0].from };
  }

  /**
   * Put an answer into the table.
   * @param {Part} part
   * @param {{ isOwn: boolean }} options  own: it answers a change of this page
   */
  apply(part, { isOwn }) {
    const { table } = part;
    const total = Number(table.dataset.total);
    if (total === 0 && this.rows.total && !this.root.dataset.filter) return location.reload();
    const isWhole = [...table.tBodies].some((body) => body.dataset.from !== undefined);
    // Whole sections would take away the field that is typed into, and a conversion with it.
    if (isOwn && isWhole) {
      if (this.watcher.writing()) return void this.waiting.push(part);
      this.waiting.length = 0; // it has what came before it
    }
    if (!isOwn && total !== this.rows.total && this.watcher.writing()) return this.rows.expire();
    this.watcher.onBefore();
    if (isOwn) this.unmark();
    this.#put(part, { isOwn, isWhole, total });
    this.watcher.onDrawn();
    setTimeout(() => this.rows.drawSeen());
    return undefined;
  }

  /** Cells that read otherwise since the last change are as all others again. */
  unmark() {
    for (const cell of this.table.querySelectorAll(".cell--changed")) cell.classList.remove("cell--changed");
  }

  /**
   * Other rows are shown from now on.
   * @param {DocumentFragment} page
   */
  show(page) {
    const part = partOf(page);
    if (part) this.apply(part, { isOwn: true });
  }

  /**
   * What has waited for the user's cell: the last answer alone. Rows that were made since are not in those before it, and keys
   * that were in one of them would go to another row.
   */
  flush() {
    const part = this.waiting.pop();
    this.waiting.length = 0;
    if (!part) return;
    // Cells that were changed since are not in it.
    if (revisionOf(part) < this.revision) this.rows.refresh();
    else this.apply(part, { isOwn: true });
  }

  /** The revision of what has come, drawn or waiting. */
  get #newest() {
    return Math.max(this.revision, ...this.waiting.map(revisionOf));
  }

  /**
   * @param {Part} part
   * @param {{ isOwn: boolean, isWhole: boolean, total: number }} about
   */
  #put({ table, pictures, filter, first = 0, count: rows = 0 }, { isOwn, isWhole, total }) {
    const revision = revisionOf({ table });
    // Others' changes, or rows that moved: all that is drawn elsewhere is drawn again when it is seen.
    const isStrange = revision !== this.revision && !(isOwn && revision === this.revision + 1);
    // What has come into sight since the change was sent may have been read before it was made.
    const isTold = (/** @type {Section} */ { from, count: size }) => from >= first && from + size <= first + rows;
    this.rows.expire((section) => isStrange || (isOwn && (isWhole || !isTold(section))));
    this.revision = revision;
    const told = /** @type {HTMLElement} */ (document.getElementById("wbs-count"));
    told.textContent = table.dataset.count ?? "";
    for (const piece of filter) {
      document.getElementById(piece.id)?.replaceWith(piece);
      // It may have been applied again.
      if (piece.dataset.filtered) this.root.dataset.filtered = piece.dataset.filtered;
    }
    if (total !== this.rows.total) this.rows.resize(total);
    const writing = this.watcher.writing();
    const bodies = [...table.tBodies];
    if (isWhole) for (const body of bodies) this.#putBody(body, pictures, isOwn);
    else for (const row of bodies.flatMap((body) => [...body.rows])) replaceRow(row, writing);
    if (pictures) this.watcher.onPictures(pictures);
  }

  /**
   * @param {HTMLTableSectionElement} body
   * @param {HTMLElement | null} pictures
   * @param {boolean} isOwn
   */
  #putBody(body, pictures, isOwn) {
    const section = this.rows.sectionOf(Number(body.dataset.from));
    if (!section || body.rows.length !== section.count || (!isOwn && this.isHeld(section))) return;
    this.rows.put(section, body, pictures?.querySelector(`.gantt-section[data-from="${section.from}"]`));
  }

  /**
   * The user's half-typed text is not drawn over; what waited for it is drawn when it is done.
   * @param {Section} section
   */
  isHeld(section) {
    const writing = this.watcher.writing();
    return Boolean(writing && section.body?.contains(writing));
  }
}

/** @typedef {{ outcome: Outcome, isLost?: boolean, wait?: number }} Answered */

/**
 * What the server drew: rows, what stands beside them, and what says which rows are shown. The answer to a change has those that
 * changed of `count` rows from `first`.
 * @typedef {{ table: HTMLTableElement, pictures: HTMLElement | null, filter: NodeListOf<HTMLElement>, first?: number, count?: number }} Part
 */

/** @param {{ table: HTMLTableElement }} part */
const revisionOf = ({ table }) => Number(table.dataset.revision);

/**
 * @param {DocumentFragment} page
 * @returns {Part | null}
 */
function partOf(page) {
  const table = /** @type {HTMLTableElement | null} */ (page.getElementById("wbs-part"));
  const filter = /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("#wbs-filter, #wbs-filter-button"));
  return table && { table, pictures: page.getElementById("gantt-part"), filter };
}

/**
 * @param {Answer} answer
 * @returns {Refused}
 */
export function refusalOf({ page, status }) {
  const refused = page.getElementById("wbs-refusal");
  const said = refused ?? page.querySelector("[data-toast] span");
  const refusal = said?.textContent ?? reason(status);
  return { refusal, current: refused?.dataset.current };
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
