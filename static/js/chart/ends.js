// The ends of bars, from which links are drawn: a handle beside either end of the bar that is chosen, has the focus, or lies under
// the mouse.
import { BAR, barOf, boxOf, groupOf, idOf, svg } from "./bars.js";

/** @import { Chart } from "./chart.js" */

/** @typedef {"start" | "finish"} End */

const HIT = 24; // pixels each way that a hand may hit
const TOP = 2.5; // pixels, of a row
const AWAY = 7; // pixels from the bar to the middle of a handle
const RADIUS = 3.5;
const MIDDLE = 14.5; // pixels, of a row

/** @param {Event} event */
export const endUnder = (event) =>
  /** @type {SVGElement | null} */ (/** @type {Element} */ (event.target).closest?.(".gantt-end") ?? null);

/** @param {Chart} chart */
export function listenToEnds({ root, bars }) {
  if (root.dataset.linkUrl === undefined) return;
  let hovered = "";
  // `touch-action` does not reach the inside of a picture, so the chart is kept from scrolling here.
  const holdStill = (/** @type {Event} */ event) => event.preventDefault();

  function show() {
    const focused = document.activeElement?.closest(BAR);
    const wanted = new Set([bars.chosen, barOf(hovered), root.contains(focused ?? null) ? focused : null]);
    for (const old of root.querySelectorAll(".gantt-ends")) {
      const bar = barOf(idOf(old));
      if (wanted.has(bar)) wanted.delete(bar);
      else old.remove();
    }
    for (const bar of wanted) if (bar?.isConnected) draw(bar);
  }

  /** @param {Element} bar */
  function draw(bar) {
    const { left, right } = boxOf(bar);
    const ends = svg("g", { class: "gantt-ends", "aria-hidden": "true" });
    for (const [end, x, side] of /** @type {const} */ ([
      ["start", left, -1],
      ["finish", right, 1],
    ])) {
      const handle = svg("g", { class: "gantt-end", "data-end": end });
      handle.append(
        svg("rect", { class: "gantt-end__hit", x: side < 0 ? x - HIT : x, y: TOP, width: HIT, height: HIT }),
        svg("circle", { class: "gantt-end__dot", cx: x + side * AWAY, cy: MIDDLE, r: RADIUS }),
      );
      handle.addEventListener("touchmove", holdStill, { passive: false });
      ends.append(handle);
    }
    groupOf(bar).append(ends);
  }

  root.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const place = /** @type {Element} */ (event.target).closest(`${BAR}, .gantt-end`);
    const id = place ? idOf(place) : "";
    if (id === hovered) return;
    hovered = id;
    show();
  });
  root.addEventListener("pointerleave", () => {
    hovered = "";
    show();
  });
  root.addEventListener("focusin", show);
  bars.onFollowed = show;
}
