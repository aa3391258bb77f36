// The chart's window: rows and their bars side by side, and the days above them. Draws what is seen, and keeps the place
// in the address.
import { ask, miss } from "../answer.js";
import { rememberFocus, rove } from "../roving.js";
import { RowWindow } from "../sheet/window.js";
import { BAR, boxOf, NAME } from "./bars.js";
import { isoDay } from "./days.js";

/** @import { Section } from "../sheet/window.js" */

const ROW = 32; // pixels
const AXIS = 48; // pixels
const THIRD = 0.34; // the day that the address names lies a third from the left
const EDGE = 200; // pixels beyond the edge for which days are fetched, too
const REST = 300; // milliseconds without scrolling after which the address is right

export class Chart {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.rowHeight = ROW;
    this.firstDay = Number(root.dataset.firstDay);
    this.pixels = Number(root.dataset.pixels);
    this.revision = root.dataset.revision;
    this.frame = /** @type {HTMLElement} */ (root.querySelector(".gantt__table"));
    /** @type {(section: Section) => void} */
    this.onDrawn = () => {};
    this.axis = /** @type {HTMLElement} */ (document.getElementById("gantt-axis-tiles"));
    this.ground = /** @type {HTMLElement} */ (document.getElementById("gantt-ground-tiles"));
    this.tiles = new Set([...this.axis.children].map((tile) => Number(tile.id.slice("axis-".length))));
    this.rows = new RowWindow({
      scroller: root,
      table: /** @type {HTMLTableElement} */ (this.frame.querySelector("table")),
      pictures: /** @type {HTMLElement} */ (root.querySelector(".gantt__sections")),
      total: Number(root.dataset.total),
      size: Number(root.dataset.count),
      rowHeight: ROW,
      headHeight: () => AXIS,
      draw: (section, signal) => this.#draw(section, signal),
      onSeen: () => this.#drawAxis(),
    });
  }

  /** The width of the chart beside its table, in pixels. */
  get room() {
    return this.root.clientWidth - this.frame.offsetWidth;
  }

  // ── fetching ──

  /**
   * A piece of the chart; null when it could not be had, or when it is of another frame.
   * @param {string} url
   * @param {AbortSignal} [signal]
   */
  async #fetch(url, signal) {
    const answer = await ask(url, signal ? { signal } : {});
    if (!answer) return null;
    if (answer.isElsewhere || !answer.isOk) {
      miss(answer, () => this.rows.drawSeen());
      return null;
    }
    return this.fits(answer.page) ? answer.page : null;
  }

  /**
   * @param {Section} section
   * @param {AbortSignal} signal
   */
  async #draw(section, signal) {
    const { rowsUrl, query } = this.root.dataset;
    const part = await this.#fetch(`${rowsUrl}${query}&first=${section.from}&count=${section.count}`, signal);
    const body = part?.querySelector("tbody");
    const picture = part?.querySelector(".gantt-section");
    if (!body || !picture) return;
    const again = rememberFocus(this.root, "a");
    this.rows.put(section, body, picture);
    this.onDrawn(section);
    const link = again();
    if (!link || link === document.activeElement) return;
    const kind = [BAR, NAME].find((selector) => link.matches(selector));
    if (kind) rove(this.root, kind, link);
    link.focus({ preventScroll: true });
  }

  /**
   * Whether an answer is of the chart that is drawn. Others may have changed the plan: what is drawn is then drawn again,
   * piece by piece; only when the frame itself has changed (rows, first day, width) is the page loaded anew.
   * @param {DocumentFragment} page
   * @param {{ isOwn?: boolean }} [options]  own: it answers a change of this page
   */
  fits(page, { isOwn = false } = {}) {
    const frame = page.getElementById("gantt-part")?.dataset;
    if (!frame) return false;
    if (["total", "firstDay", "days"].some((name) => frame[name] !== this.root.dataset[name])) {
      this.reload();
      return false;
    }
    if (frame.revision !== this.revision) {
      // The answer to one's own change holds all that is shown, unless others came in between.
      const isNext = isOwn && frame.before === this.revision;
      this.rows.expire(() => !isNext);
      this.revision = frame.revision;
      setTimeout(() => this.rows.drawSeen());
    }
    return true;
  }

  // ── axis and shaded days come in tiles ──

  async #drawAxis() {
    const { tiles, axisUrl, query, tileDays } = this.root.dataset;
    const width = Number(tileDays) * this.pixels;
    const first = Math.max(Math.floor((this.root.scrollLeft - EDGE) / width), 0);
    const last = Math.min(Math.floor((this.root.scrollLeft + this.room + EDGE) / width), Number(tiles) - 1);
    const missing = [];
    for (let tile = first; tile <= last; tile += 1) if (!this.tiles.has(tile)) missing.push(tile);
    if (!missing.length) return;
    for (const tile of missing) this.tiles.add(tile);
    const part = await this.#fetch(`${axisUrl}${query}&tiles=${missing.join(",")}`);
    if (!part) for (const tile of missing) this.tiles.delete(tile);
    this.axis.append(...(part?.querySelectorAll("[id^=axis-]") ?? []));
    this.ground.append(...(part?.querySelectorAll("[id^=ground-]") ?? []));
  }

  // ── the place in the address: first row, and the day a third from the left ──

  keepPlace() {
    const url = new URL(location.href);
    const day = this.firstDay + Math.floor((this.root.scrollLeft + this.room * THIRD) / this.pixels);
    const place = { row: String(Math.round(this.root.scrollTop / ROW) + 1), date: isoDay(day) };
    for (const [name, value] of Object.entries(place)) url.searchParams.set(name, value);
    url.searchParams.delete("task"); // it only said where to open
    history.replaceState(history.state, "", url);
    for (const [name, value] of Object.entries(place)) {
      for (const link of document.querySelectorAll("a[data-keeps-place]")) {
        const target = new URL(/** @type {HTMLAnchorElement} */ (link).href);
        target.searchParams.set(name, value);
        /** @type {HTMLAnchorElement} */ (link).href = target.href;
      }
      const field = document.querySelector(`form[data-keeps-place] [name=${name}]`);
      if (field) /** @type {HTMLInputElement} */ (field).value = value;
    }
  }

  /** @param {number} day */
  showDay(day) {
    this.root.scrollLeft = (day - this.firstDay) * this.pixels - this.room * THIRD;
  }

  /**
   * Scroll so that a row is seen, and a bar in it.
   * @param {number} place
   * @param {Element} target
   */
  show(place, target) {
    this.rows.scrollTo(place);
    if (!target.matches(BAR)) return;
    const box = boxOf(target);
    const { scrollLeft } = this.root;
    if (box.right < scrollLeft || box.left > scrollLeft + this.room) this.root.scrollLeft = box.left - 80;
  }

  reload() {
    this.keepPlace();
    location.reload();
  }

  listen() {
    let resting = 0;
    const rest = () => {
      clearTimeout(resting);
      resting = setTimeout(() => this.keepPlace(), REST);
    };
    this.root.addEventListener("scroll", rest, { passive: true });
    document.querySelector("[data-today-jump]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.showDay(Number(this.root.dataset.today));
    });
    // A branch opens and closes for this user; the rows behind it all move, so the page is asked for again.
    this.root.addEventListener("click", async (event) => {
      const toggle = /** @type {HTMLButtonElement | null} */ (
        /** @type {Element} */ (event.target).closest("[data-toggle]")
      );
      if (!toggle) return;
      toggle.disabled = true;
      await ask((this.root.dataset.foldUrl ?? "").replace("/0/", `/${toggle.dataset.toggle}/`), { fields: {} });
      this.reload();
    });
  }

  /** The place that the address names; then what else is seen. */
  open() {
    const { row, openDay } = this.root.dataset;
    this.root.scrollTop = Number(row) * ROW;
    this.showDay(Number(openDay));
    this.rows.drawSeen();
  }
}
