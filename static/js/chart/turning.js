// The chart comes beside the table and goes, which turns one address of a plan into the other. Loaded with the first chart.
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
  if (!document.getElementById("gantt") && !(await fetchChart(beside.sheet))) return;
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
  const day = beside.chart?.day;
  beside.chart?.close();
  await fetchChart(beside.sheet, view);
  beside.chart = new Chart(beside.sheet);
  beside.chart.open(day);
}
