// What a user did while a piece was on its way is done again, as the browser would have done it. Loaded with the first such piece.

/** @import { Held } from "./later.js" */

/** @param {Held} waited */
export function doAgain({ event, target }) {
  const isPointed = event instanceof MouseEvent;
  const focused = document.activeElement ?? document.body;
  const there = isPointed
    ? target.isConnected
      ? target
      : document.elementFromPoint(event.clientX, event.clientY)
    : focused;
  if (!there?.dispatchEvent(event)) return;
  // What the browser does by itself with an event of its own.
  if (event.type === "mousedown") focus(there);
  else if (event instanceof KeyboardEvent) press(event, there);
  else if (event instanceof ClipboardEvent && event.type === "paste") write(event.clipboardData?.getData("text/plain"));
}

/** @param {Element} place */
function focus(place) {
  const next = place.closest("input, select, textarea, button, a[href], [tabindex]");
  if (next) /** @type {HTMLElement} */ (next).focus();
}

/**
 * @param {KeyboardEvent} event
 * @param {Element} focused
 */
function press({ key, ctrlKey, metaKey, altKey }, focused) {
  if (ctrlKey || metaKey || altKey) return;
  const isField = focused.matches("input, textarea");
  if (isField && key.length === 1) write(key);
  else if (isField && key === "Backspace") document.execCommand("delete");
  else if (isField && key === "Enter") /** @type {HTMLInputElement} */ (focused).form?.requestSubmit();
  else if (focused.matches("button, a[href]") && (key === "Enter" || key === " ")) {
    /** @type {HTMLElement} */ (focused).click();
  }
}

/** @param {string | undefined} text  as if it were typed */
function write(text) {
  if (text) document.execCommand("insertText", false, text);
}
