// From a bar or a date of the chart to the reasons of its dates, in the drawer beside it: "?", the button above, or the date.
import { toast } from "../answer.js";
import { drawer, emptyDrawer, enterDrawer, loadDrawer } from "../drawer.js";
import { isPlain } from "../roving.js";
import { BAR, barOf, boxOf, idOf } from "./bars.js";

/** @import { Bars } from "./bars.js" */
/** @import { Chart } from "./chart.js" */
/** @import { Gestures } from "./gestures.js" */

/**
 * @param {Chart} chart
 * @param {Bars} bars
 * @param {Gestures} gestures
 */
export function listenToWhy(chart, bars, gestures) {
  const { root } = chart;
  const button = document.getElementById("gantt-why");
  if (!button) return;

  /** @type {HTMLElement | SVGElement | null} what is focused again when the drawer closes */
  let back = null;

  /**
   * @param {string} url
   * @param {HTMLElement | SVGElement} from
   */
  async function open(url, from) {
    back = from;
    await loadDrawer(url);
    resized();
    enterDrawer();
  }
  /** @param {string} id */
  const urlOf = (id) => `${(button.dataset.url ?? "").replace("/0/", `/${id}/`)}?end=start`;

  function close() {
    emptyDrawer();
    resized();
    // A row may have been drawn anew meanwhile.
    const next = back?.isConnected ? back : document.querySelector(`${BAR}[tabindex="0"]`);
    /** @type {HTMLElement | null} */ (next)?.focus({ preventScroll: true });
  }
  // The chart has more or less room now; the bar that was asked about stays in sight.
  function resized() {
    chart.rows.drawSeen();
    if (!back?.matches(BAR) || !back.isConnected) return;
    const box = boxOf(back);
    if (box.left > root.scrollLeft + chart.room - 40) root.scrollLeft = box.left - 80;
  }

  root.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const from = /** @type {HTMLElement | SVGElement | null} */ (target.closest(`${BAR}, tbody a`));
    if (event.key !== "?" || !from || gestures.held || !isPlain(event)) return;
    event.preventDefault();
    const id = from.matches(BAR) ? idOf(from) : from.closest("tr")?.id.slice("row-".length);
    if (id) open(urlOf(id), from);
  });
  button.addEventListener("click", () => {
    const bar = bars.chosen;
    if (bar) open(urlOf(idOf(bar)), bar);
    else toast(button.dataset.sayChoose ?? "");
  });
  root.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLAnchorElement | null} */ (target.closest("tbody td > a"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link.getAttribute("href") ?? "", link);
  });

  // Inside the drawer: a task of the chain is shown in the chart, everything else is a link.
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLAnchorElement | null} */ (target.closest?.("#task-drawer a") ?? null);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.hasAttribute("data-close")) {
      event.preventDefault();
      close();
    } else if (link.dataset.task) {
      event.preventDefault();
      reveal(link.dataset.task);
    }
  });
  // In the chart Esc first lets go of a bar that is carried.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || drawer().hidden || gestures.held) return;
      if (/** @type {Element} */ (event.target).closest?.("#task-drawer, #gantt")) close();
    },
    true,
  );

  /** @param {string} id */
  function reveal(id) {
    const bar = barOf(id);
    if (bar) {
      back = bar;
      bars.show(bar);
      bar.focus({ preventScroll: true });
      return;
    }
    // It lies outside of what is drawn, or in a closed branch: the page opens there.
    const url = new URL(location.href);
    url.searchParams.set("task", id);
    for (const name of ["row", "date"]) url.searchParams.delete(name);
    location.assign(url);
  }
}
