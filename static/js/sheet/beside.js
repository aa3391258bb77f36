// The chart beside the table, or folded away: the edge between them, and how far the table is moved in its room. The two
// addresses of a plan are two states of one page, so that going from one to the other moves nothing.
import { ask } from "../answer.js";
import { expect } from "../later.js";

/** @import { Sheet } from "../wbs.js" */
/** @import { Chart } from "../chart/chart.js" */

const ORDINARY = 528; // pixels of the table beside the chart, where the user has not said otherwise
const LEAST = 120; // pixels of the table, and of the chart
const FOLDS = 60; // pixels from the end within which the chart is folded away
const STEP = 16; // pixels of an arrow
const PAUSE = 500; // milliseconds after which the place of the edge is kept
const SLIP = 4; // pixels that a hand moves without meaning it

export class Beside {
  /** @param {Sheet} sheet */
  constructor(sheet) {
    const { root, table } = sheet;
    this.sheet = sheet;
    this.plan = /** @type {HTMLElement} */ (root.querySelector(".plan"));
    this.pane = /** @type {HTMLElement} */ (root.querySelector(".plan__pane"));
    this.slide = /** @type {HTMLElement} */ (root.querySelector(".plan__slide"));
    this.slide.append(document.createElement("div"));
    this.edge = document.getElementById("plan-edge");
    this.table = table;
    this.width = Number(root.dataset.pane) || Math.min(ORDINARY, innerWidth * 0.45);
    /** @type {Chart | null} */
    this.chart = null;
    this.keeping = 0;
  }

  get isOpen() {
    return this.plan.classList.contains("plan--beside");
  }

  /** By what the chart is drawn, where there is one: every answer of the server draws it so. */
  get view() {
    const { zoom = "", show = "" } = document.getElementById("gantt")?.dataset ?? {};
    /** @type {Record<string, string>} */
    const view = zoom ? { zoom, show } : {};
    return view;
  }

  /** Pixels of the table that are seen. */
  get paneWidth() {
    return this.isOpen ? this.pane.offsetWidth : 0;
  }

  listen() {
    const { edge, slide, pane } = this;
    slide.addEventListener("scroll", () => {
      this.table.style.marginInlineStart = `${-slide.scrollLeft}px`;
    });
    pane.addEventListener(
      "wheel",
      (event) => {
        const by = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
        if (!this.isOpen || !by || (!event.shiftKey && Math.abs(by) < Math.abs(event.deltaY))) return;
        event.preventDefault();
        slide.scrollLeft += by;
      },
      { passive: false },
    );
    addEventListener("resize", () => this.resized());
    if (!edge) return;
    edge.addEventListener("keydown", (event) => this.#press(event));
    edge.addEventListener("dblclick", () => this.turn(!this.isOpen));
    edge.addEventListener("pointerdown", (event) => this.#grip(event, edge));
    for (const face of /** @type {const} */ (["wbs", "gantt"])) {
      this.tab(face)?.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
        event.preventDefault();
        this.turn(face === "gantt");
      });
    }
    addEventListener("popstate", () => {
      const isOpen = location.pathname.endsWith("/gantt/");
      if (isOpen !== this.isOpen) this.turn(isOpen, { isKept: false });
    });
  }

  /** @param {"wbs" | "gantt"} face */
  tab(face) {
    return /** @type {HTMLAnchorElement | null} */ (document.querySelector(`.tabs a[href*="/${face}/"]`));
  }

  /**
   * Unfold the chart, or fold it away.
   * @param {boolean} opens
   * @param {{ isKept?: boolean }} [options]  kept: as a step of the browser's way back
   */
  async turn(opens, { isKept = true } = {}) {
    if (opens === this.isOpen) return;
    if (opens) await this.open();
    else this.#close();
    if (opens !== this.isOpen) return;
    const face = opens ? "gantt" : "wbs";
    const { dataset } = this.sheet.root;
    if (isKept) history.pushState(null, "", `${opens ? dataset.ganttPage : dataset.pageUrl}${location.search}`);
    const [title, other] = opens ? [dataset.ganttTitle, dataset.wbsTitle] : [dataset.wbsTitle, dataset.ganttTitle];
    document.title = document.title.replace(other ?? "", title ?? "");
    this.tab(opens ? "wbs" : "gantt")?.removeAttribute("aria-current");
    this.tab(face)?.setAttribute("aria-current", "page");
  }

  /** The chart is drawn beside the table: the one that came with the page, or one that is asked for. */
  async open() {
    // Before its script is there: what is fetched meanwhile comes with its bars.
    const sent = /** @type {HTMLElement | null} */ (document.querySelector("#gantt .gantt__sections"));
    if (sent) this.sheet.rows.stand(sent);
    expect("chart");
    const { Chart, fetchChart } = await import("../chart/chart.js");
    if (!document.getElementById("gantt") && !(await fetchChart(this.sheet))) return;
    this.plan.classList.add("plan--beside");
    this.#show();
    this.chart = new Chart(this.sheet);
    this.chart.open();
  }

  #close() {
    this.chart?.close();
    this.chart = null;
    this.plan.classList.remove("plan--beside");
    this.#show();
    this.sheet.rows.stand(null);
    const { cell } = this.sheet.cursor;
    if (cell) this.reveal(cell);
  }

  /** The chart is drawn anew: at another scale, or since its days are other ones. @param {Record<string, string>} [view] */
  async redraw(view) {
    expect("chart");
    const { Chart, fetchChart } = await import("../chart/chart.js");
    const day = this.chart?.day;
    this.chart?.close();
    await fetchChart(this.sheet, view);
    this.chart = new Chart(this.sheet);
    this.chart.open(day);
  }

  /**
   * Bring a cell into sight, sideways.
   * @param {HTMLElement} cell
   */
  reveal(cell) {
    if (!this.isOpen) return cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (getComputedStyle(cell).position === "sticky") return undefined;
    const box = cell.getBoundingClientRect();
    const name = this.table.tHead?.querySelector("[data-column='name']")?.getBoundingClientRect();
    const [left, right] = [name?.right ?? 0, this.pane.getBoundingClientRect().right];
    if (box.right > right) this.slide.scrollLeft += box.right - right;
    else if (box.left < left) this.slide.scrollLeft -= left - box.left;
    return undefined;
  }

  /** The drawer, or the window, has taken room or given it back. */
  resized() {
    this.#show();
  }

  // ── the edge ──

  #show() {
    const { plan, edge, slide, table, isOpen } = this;
    const room = plan.clientWidth;
    const width = Math.round(Math.min(Math.max(this.width, LEAST), Math.max(room - LEAST, LEAST)));
    plan.style.setProperty("--pane", `${width}px`);
    if (!isOpen) table.style.marginInlineStart = "";
    /** @type {HTMLElement} */ (slide.firstElementChild).style.width = `${table.offsetWidth}px`;
    edge?.setAttribute("aria-valuenow", String(isOpen ? Math.round((width / room) * 100) : 100));
    this.chart?.resized();
  }

  /** @param {number} width  pixels of the table */
  #move(width) {
    this.width = Math.min(Math.max(width, LEAST), this.plan.clientWidth - LEAST);
    this.#show();
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => {
      const { columnsUrl } = this.sheet.root.dataset;
      if (columnsUrl) ask(columnsUrl, { fields: { pane: String(Math.round(this.width)) } });
    }, PAUSE);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 4 * STEP : STEP;
    if (event.key === "Enter") this.turn(!this.isOpen);
    else if (event.key === "End") this.turn(false);
    else if (["Home", "ArrowLeft"].includes(event.key) && !this.isOpen) this.turn(true);
    else if (event.key === "Home") this.#move(LEAST);
    else if (event.key === "ArrowLeft") this.#move(this.width - step);
    else if (event.key === "ArrowRight" && this.isOpen) this.#move(this.width + step);
    else return;
    event.preventDefault();
  }

  /**
   * @param {PointerEvent} press
   * @param {HTMLElement} edge
   */
  #grip(press, edge) {
    if (press.button) return;
    const { left, right } = this.plan.getBoundingClientRect();
    edge.setPointerCapture(press.pointerId);
    let isMoved = false;
    /** @param {PointerEvent} event */
    const move = async (event) => {
      isMoved ||= Math.abs(event.clientX - press.clientX) > SLIP;
      if (!isMoved) return;
      if (!this.isOpen && event.clientX < right - LEAST) await this.turn(true);
      if (this.isOpen) this.#move(event.clientX - left);
    };
    edge.addEventListener("pointermove", move);
    edge.addEventListener(
      "lostpointercapture",
      (event) => {
        edge.removeEventListener("pointermove", move);
        if (isMoved && this.isOpen && event.clientX > right - FOLDS) this.turn(false);
      },
      { once: true },
    );
  }
}
