// What a bar says, in a tip beside the pointer; and the whole of a name that was cut.
import { titleOf } from "./bars.js";
import { barUnder } from "./gestures.js";

/** @import { Gestures } from "./gestures.js" */

/**
 * @param {HTMLElement} root
 * @param {Gestures} gestures
 */
export function listenToPointing(root, gestures) {
  const tip = document.createElement("div");
  tip.className = "gantt__tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true"); // the bar itself is called so
  root.append(tip);

  /** @type {Element | null} */
  let shown = null;
  const hide = () => {
    shown = null;
    tip.hidden = true;
  };
  root.addEventListener("pointerover", (event) => {
    const name = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("a.cut"));
    if (name && name.scrollWidth > name.clientWidth) name.title = name.textContent ?? "";
    const bar = event.pointerType === "mouse" ? barUnder(event) : null;
    if (bar === shown) return;
    hide();
    if (bar) show(bar, event.clientX);
  });
  root.addEventListener("pointerleave", hide);
  root.addEventListener("pointerdown", hide);
  root.addEventListener("scroll", hide, { passive: true });

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
