// What a bar says, in a tip beside the pointer.
import { titleOf } from "./bars.js";
import { barUnder } from "./gestures.js";

/** @import { Gestures } from "./gestures.js" */

/**
 * @param {HTMLElement} root
 * @param {Gestures} gestures
 * @param {AbortSignal} signal  the chart is folded away
 */
export function listenToPointing(root, gestures, signal) {
  const tip = document.createElement("div");
  tip.className = "gantt__tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true"); // the bar itself is called so
  root.append(tip);

  /** @type {Element | null} */
  let shown = null;
  const hide = () => {
    shown = null;
    // Each frame of a scroll comes here, and styles are worked out anew for an attribute that is set again.
    if (!tip.hidden) tip.hidden = true;
  };
  root.addEventListener("pointerover", (event) => {
    const bar = event.pointerType === "mouse" ? barUnder(event) : null;
    if (bar === shown) return;
    hide();
    if (bar) show(bar, event.clientX);
  });
  root.addEventListener("pointerleave", hide);
  root.addEventListener("pointerdown", hide);
  root.closest(".table-scroll")?.addEventListener("scroll", hide, { passive: true, signal });

  /**
   * @param {Element} bar
   * @param {number} x
   */
  function show(bar, x) {
    shown = bar;
    if (gestures.held) return;
    tip.hidden = false;
    const label = bar.getAttribute("aria-label") ?? "";
    const name = titleOf(bar);
    const end = label.indexOf(name) + name.length;
    const title = document.createElement("b");
    title.textContent = label.slice(0, end);
    const rest = document.createElement("span");
    rest.textContent = label.slice(end).replace(/^[、,\s]+/, "");
    tip.replaceChildren(title, rest);
    const place = bar.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const fitsBelow = place.bottom + height + 16 <= innerHeight;
    tip.style.left = `${Math.min(x + 12, innerWidth - width - 8)}px`;
    tip.style.top = `${fitsBelow ? place.bottom + 8 : place.top - height - 8}px`;
  }
}
