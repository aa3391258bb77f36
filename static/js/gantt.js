// The Gantt chart: its window, its bars, and what is done to them with mouse, finger and keys.
import { listenToAssigning } from "./chart/assigning.js";
import { Bars, barOf } from "./chart/bars.js";
import { Chart } from "./chart/chart.js";
import { Gestures } from "./chart/gestures.js";
import { listenToKeys } from "./chart/keys.js";
import { listenToPointing } from "./chart/tip.js";
import { listenToWhy } from "./chart/why.js";
import { listenToNews } from "./sheet/news.js";
import { byChart, listenToUndo } from "./sheet/undo.js";

const root = document.getElementById("gantt");
if (root) {
  const chart = new Chart(root);
  const bars = new Bars(chart);
  const gestures = new Gestures(chart, bars);
  chart.onDrawn = (section) => bars.wire(section);
  chart.listen();
  for (const section of chart.rows.sections) bars.wire(section);
  gestures.listen();
  listenToKeys(chart, bars, gestures);
  listenToAssigning(root, bars, gestures);
  listenToWhy(chart, bars, gestures);
  listenToPointing(root, gestures);
  listenToUndo(byChart(chart));
  listenToNews(chart.rows.view.table);
  // The way through the rows without a script.
  /** @type {HTMLElement} */ (document.querySelector(".gantt-pages")).hidden = true;
  chart.open();
  // The task that the address names is where the keys begin, as in the WBS.
  const opened = barOf(Number(new URL(location.href).searchParams.get("task")));
  if (opened) {
    bars.choose(opened);
    bars.reach(opened);
    opened.focus({ preventScroll: true });
  }
}
