// What would follow from a text in an editor, or from a bar that is held: asked of the server, shown in the foot and in the
// chart, said in one sentence. Nothing is written, and an answer that comes late is thrown away.
import { announce, csrf } from "../answer.js";
import { barOf, groupOf, idOf, isMilestone, svg } from "../chart/bars.js";
import { fill } from "../words.js";

/** @import { Sheet } from "../wbs.js" */

/**
 * A task that would lie elsewhere; plan minutes.
 * @typedef {{ task: number, start: number, finish: number, critical: boolean }} GhostBar
 */

/**
 * What would follow; see `tasks/preview/views.py`.
 * @typedef {object} Foreseen
 * @property {{ before: string, after: string }} finish
 * @property {number} along
 * @property {number} critical  tasks that would begin, or cease, to be critical
 * @property {GhostBar[]} bars
 * @property {string[]} warnings
 */

const DAY = 1440; // minutes

export class Foreseeing {
  /** @param {Sheet} sheet */
  constructor(sheet) {
    this.sheet = sheet;
    this.note = /** @type {HTMLElement} */ (document.getElementById("wbs-foreseen"));
    this.asking = new AbortController();
    /** @type {Element[]} */
    this.ghosts = [];
  }

  /** Another text, Esc, or the change itself: what was foreseen is gone. */
  clear() {
    this.asking.abort();
    this.note.hidden = true;
    for (const ghost of this.ghosts.splice(0)) ghost.remove();
  }

  /**
   * @param {string} url
   * @param {Record<string, string>} fields
   */
  async ask(url, fields) {
    this.clear();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const shown = [...this.sheet.table.querySelectorAll("tr[id^='row-'][aria-rowindex]")].map((row) => row.id.slice(4));
    try {
      const body = new URLSearchParams({ ...fields, shown: shown.join(",") });
      const headers = { "HX-Request": "true", "X-CSRFToken": csrf() };
      const response = await fetch(url, { method: "POST", body, headers, signal });
      // What would be refused is said when it is meant; a half-typed text often would be.
      if (!response.ok) return;
      /** @type {Foreseen} */
      const found = await response.json();
      if (!signal.aborted) this.#show(found);
    } catch {
      // Given up, or no connection: a look ahead is not worth a word.
    }
  }

  /** @param {Foreseen} found */
  #show(found) {
    const words = this.#wordsOf(found);
    this.note.textContent = words;
    this.note.hidden = false;
    this.note.classList.toggle("is-late", found.warnings.length > 0);
    announce(words);
    const { chart } = this.sheet.beside;
    if (chart) for (const bar of found.bars) this.#draw(bar, chart);
  }

  /** @param {Foreseen} found */
  #wordsOf({ finish, along, critical, warnings }) {
    const { foreseenFinish, foreseenSame, foreseenAlong, foreseenCritical } = this.note.dataset;
    const isSame = finish.before === finish.after;
    const parts = [fill(isSame ? foreseenSame : foreseenFinish, finish)];
    if (along) parts.push(fill(foreseenAlong, { count: along }));
    if (critical) parts.push(fill(foreseenCritical, { count: critical }));
    return [...parts, ...warnings].join(" ");
  }

  /**
   * @param {GhostBar} ghost
   * @param {{ firstDay: number, pixels: number }} scale
   */
  #draw({ task, start, finish, critical }, { firstDay, pixels }) {
    const bar = barOf(task);
    if (!bar || bar.classList.contains("gantt-bar--held")) return;
    // A bar covers its last day; a milestone stands in the middle of its own.
    const first = Math.floor(start / DAY);
    const last = Math.max(Math.floor((finish - 1) / DAY), first);
    const left = (first - firstDay) * pixels;
    const width = Math.max((last - first + 1) * pixels, 3);
    const looks = `gantt-ghost${critical ? " gantt-ghost--critical" : ""}`;
    const box = isMilestone(bar)
      ? { class: looks, x: left + pixels / 2 - 6, width: 12, y: 8.5, height: 12 }
      : { class: looks, x: left, width, y: 8.5, height: 12, rx: 3 };
    const drawn = svg("rect", { ...box, "data-foreseen": idOf(bar) });
    groupOf(bar).append(drawn);
    this.ghosts.push(drawn);
  }
}
