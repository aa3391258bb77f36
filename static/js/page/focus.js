// Where typing begins: in the first field of a form that a page, a dialog or a drawer opens for writing, and after a refusal in
// the first field that has to be put right. A form that a page opens for reading carries no `data-autofocus`.
import { announce } from "../answer.js";

const FIELD = "input:not([type=hidden]), select, textarea";

/**
 * Put the focus where the user goes on. `root` is what has come into the page, or all of it.
 * @param {HTMLElement} root
 */
export function focusFirst(root) {
  const refused = firstOf(root, "[aria-invalid=true]");
  const said = first(root, "[data-errors]");
  // An alert that comes into a page is read by itself, one that a page begins with is not.
  if (said && root === document.body) announce(said.querySelector("h2, p")?.textContent?.trim());
  if (refused || said) (refused ?? said)?.focus();
  else if (root !== document.body || isUntouched()) firstField(root)?.focus();
}

/** Whether a page that was just opened leads nowhere else by itself, and the user has not begun yet. */
const isUntouched = () => !location.hash && document.activeElement === document.body;

/** @param {HTMLElement} root */
function firstField(root) {
  const form = first(root, "[data-autofocus]");
  const field = form && firstOf(form, FIELD);
  if (!(field instanceof HTMLInputElement) || field.type !== "radio") return field;
  // Of choices, the one that is made.
  return firstOf(/** @type {HTMLElement} */ (form), `[name="${field.name}"]:checked`) ?? field;
}

/**
 * The first that can be typed into.
 * @param {HTMLElement} root
 * @param {string} selector
 */
function firstOf(root, selector) {
  const found = /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll(selector)]);
  return found.find((each) => !each.disabled && !each.readOnly && each.checkVisibility()) ?? null;
}

/**
 * @param {HTMLElement} root
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
const first = (root, selector) => (root.matches(selector) ? root : root.querySelector(selector));
