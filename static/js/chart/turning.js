// The chart comes beside the table and goes, which turns one address of a plan into the other. Loaded with the first chart.
import { barOf, idOf } from "./bars.js";
import { Chart, fetchChart } from "./chart.js";

/** @import { Beside } from "../sheet/beside.js" */

/**
 * Unfold the chart, or fold it away.
 * @param {Beside} beside
 * @param {boolean} opens
 * @param {{ isKept?: boolean }} [options]  kept: as a step of the browser's way back
 */
export async function turn(beside, opens, { isKept = true } = {}) {
  if (opens === beside.isOpen) return;
  if (opens) await beside.open();
  else close(beside);
  if (opens !== beside.isOpen) return;
  const face = opens ? "gantt" : "wbs";
  const { dataset } = beside.sheet.root;
  if (isKept) history.pushState(null, "", `${opens ? dataset.ganttPage : dataset.pageUrl}${location.search}`);
  const [title, other] = opens ? [dataset.ganttTitle, dataset.wbsTitle] : [dataset.wbsTitle, dataset.ganttTitle];
  document.title = document.title.replace(other ?? "", title ?? "");
  beside.tab(opens ? "wbs" : "gantt")?.removeAttribute("aria-current");
  beside.tab(face)?.setAttribute("aria-current", "page");
}

/**
 * The chart is drawn beside the table: the one that came with the page, or one that is asked for.
 * @param {Beside} beside
 */
export async function open(beside) {
  if (!document.getElementById("gantt")) {
    const put = await fetchChart(beside.sheet);
    if (!put) return;
    put();
  }
  beside.plan.classList.add("plan--beside");
  beside.resized();
  beside.chart = new Chart(beside.sheet);
  beside.chart.open();
}

/** @param {Beside} beside */
function close(beside) {
  beside.chart?.close();
  beside.chart = null;
  beside.plan.classList.remove("plan--beside");
  beside.resized();
  beside.sheet.rows.stand(null);
  const { cell } = beside.sheet.cursor;
  if (cell) beside.reveal(cell);
}

/**
 * The chart is drawn anew: at another scale, or since its days are other ones.
 * @param {Beside} beside
 * @param {Record<string, string>} [view]
 */
export async function redraw(beside, view) {
  const stay = beside.chart?.stay;
  // The old one stands until the new one is there, and goes on where that is not to be had.
  const put = await fetchChart(beside.sheet, view);
  if (!put) return;
  const back = focused();
  put();
  beside.chart?.close();
  beside.chart = new Chart(beside.sheet);
  beside.chart.open(stay);
  back();
}

/** Who has the focus in the chart or among its switches is drawn anew, and has it again. */
function focused() {
  const element = document.activeElement;
  const all = () => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#gantt-tools :is(a, button)"));
  const at = [...all()].indexOf(/** @type {HTMLElement} */ (element));
  if (at >= 0) return () => all()[at]?.focus();
  const id = element?.closest("#gantt [id^=bar-]") ? idOf(element) : "";
  return () => barOf(id)?.focus({ preventScroll: true });
}
