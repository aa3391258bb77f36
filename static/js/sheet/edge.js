// The edge between table and chart under hand and keys. Loaded when either first comes to it.
import { ask } from "../answer.js";

/** @import { Beside } from "./beside.js" */

const FOLDS = 60; // pixels from the end within which the chart is folded away
const STEP = 16; // pixels of an arrow
const PAUSE = 500; // milliseconds after which the place of the edge is kept
const SLIP = 4; // pixels that a hand moves without meaning it

/**
 * @param {Beside} beside
 * @param {HTMLElement} edge
 * @param {number} least  pixels of the table, and of the chart
 */
export function listenToEdge(beside, edge, least) {
  let keeping = 0;

  /** @param {number} width  pixels of the table */
  function move(width) {
    beside.width = Math.min(Math.max(width, least), beside.plan.clientWidth - least);
    beside.resized();
    clearTimeout(keeping);
    keeping = setTimeout(() => {
      const { columnsUrl } = beside.sheet.root.dataset;
      if (columnsUrl) ask(columnsUrl, { fields: { pane: String(Math.round(beside.width)) } });
    }, PAUSE);
  }

  edge.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 4 * STEP : STEP;
    if (event.key === "Enter") beside.turn(!beside.isOpen);
    else if (event.key === "End") beside.turn(false);
    else if (["Home", "ArrowLeft"].includes(event.key) && !beside.isOpen) beside.turn(true);
    else if (event.key === "Home") move(least);
    else if (event.key === "ArrowLeft") move(beside.width - step);
    else if (event.key === "ArrowRight" && beside.isOpen) move(beside.width + step);
    else return;
    event.preventDefault();
  });
  edge.addEventListener("dblclick", () => beside.turn(!beside.isOpen));
  edge.addEventListener("pointerdown", (press) => {
    // A press that has waited for this is over.
    if (press.button || !press.isTrusted) return;
    const { left, right } = beside.plan.getBoundingClientRect();
    edge.setPointerCapture(press.pointerId);
    let isMoved = false;
    /** @param {PointerEvent} event */
    const draw = async (event) => {
      isMoved ||= Math.abs(event.clientX - press.clientX) > SLIP;
      if (!isMoved) return;
      if (!beside.isOpen && event.clientX < right - least) await beside.turn(true);
      if (beside.isOpen) move(event.clientX - left);
    };
    edge.addEventListener("pointermove", draw);
    edge.addEventListener(
      "lostpointercapture",
      (event) => {
        edge.removeEventListener("pointermove", draw);
        if (isMoved && beside.isOpen && event.clientX > right - FOLDS) beside.turn(false);
      },
      { once: true },
    );
  });
}
