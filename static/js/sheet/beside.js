// The chart beside the table, or folded away: the edge between them, and how far the table is moved in its room. The two
// addresses of a plan are two states of one page, so that going from one to the other moves nothing.
import { lendAt, lent } from "../later.js";

/** @import { Sheet } from "../wbs.js" */
/** @import { Chart } from "../chart/chart.js" */

const ORDINARY = 528; // pixels of the table beside the chart, where the user has not said otherwise
const LEAST = 120; // pixels of the table, and of the chart

const turning = lent("turning", async () => await import("../chart/turning.js"));

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
  }

  get isOpen() {
    return this.plan.classList.contains("plan--beside");
  }

  /** By what rows and chart are drawn, where there is a view, a filter, an order or a chart: every answer of the server draws them so. */
  get view() {
    const { zoom = "", show = "" } = document.getElementById("gantt")?.dataset ?? {};
    const { filter = "", filtered = "", asked } = this.sheet.root.dataset;
    return /** @type {Record<string, string>} */ ({
      ...Object.fromEntries(new URLSearchParams(asked)),
      ...(zoom && { zoom, show }),
      ...(filter && { filter, filtered }),
    });
  }

  /** Pixels of the table that are seen. */
  get paneWidth() {
    return this.isOpen ? this.pane.offsetWidth : 0;
  }

  listen() {
    const { edge, slide, pane } = this;
    slide.addEventListener("scroll", () => {
      this.table.style.marginInlineStart = `${-slide.scrollLeft}px`;
      this.hold();
    });
    this.sheet.rows.view.scroller.addEventListener("scroll", () => this.hold(), { passive: true });
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
    const piece = lent("edge", async () => (await import("./edge.js")).listenToEdge(this, edge, LEAST));
    lendAt(edge, "*", piece);
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
  async turn(opens, options) {
    if (opens !== this.isOpen) await (await turning({ holds: false }))?.turn(this, opens, options);
  }

  /** The chart is drawn beside the table: the one that came with the page, or one that is asked for. */
  async open() {
    // Before its script is there: what is fetched meanwhile comes with its bars.
    const sent = /** @type {HTMLElement | null} */ (document.querySelector("#gantt .gantt__sections"));
    if (sent) this.sheet.rows.stand(sent);
    await (await turning({ holds: false }))?.open(this);
  }

  /** The chart is drawn anew: at another scale, or since its days are other ones. @param {Record<string, string>} [view] */
  async redraw(view) {
    await (await turning({ holds: false }))?.redraw(this, view);
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

  /** What has moved sideways leaves the numbers and the names where they are. */
  hold() {
    const { scroller } = this.sheet.rows.view;
    this.table.classList.toggle("wbs--aside", (this.isOpen ? this.slide : scroller).scrollLeft > 0);
  }

  /** The drawer, the window or the edge has taken room or given it back. */
  resized() {
    const { plan, edge, slide, table, isOpen } = this;
    const room = plan.clientWidth;
    const width = Math.round(Math.min(Math.max(this.width, LEAST), Math.max(room - LEAST, LEAST)));
    plan.style.setProperty("--pane", `${width}px`);
    if (!isOpen) table.style.marginInlineStart = "";
    /** @type {HTMLElement} */ (slide.firstElementChild).style.width = `${table.offsetWidth}px`;
    this.hold();
    edge?.setAttribute("aria-valuenow", String(isOpen ? Math.round((width / room) * 100) : 100));
    this.chart?.resized();
  }
}
