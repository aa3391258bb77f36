// Of many things alike one takes the Tab key; arrows move between them.

/**
 * Let `next` take the Tab key within `root`, and no other that `selector` finds.
 * @param {ParentNode} root
 * @param {string} selector
 * @param {HTMLElement | SVGElement} next
 */
export function rove(root, selector, next) {
  for (const other of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(`${selector}[tabindex="0"]`))) {
    other.tabIndex = -1;
  }
  next.tabIndex = 0;
}

/**
 * What has the focus within `root` may be replaced: remember its place, and find who stands there now.
 * The place is the n-th of its kind in the nearest element with an id, or the last where there are fewer now.
 * @param {Element} root
 * @param {string} selector  what can be focused
 * @returns {() => HTMLElement | null}
 */
export function rememberFocus(root, selector) {
  const old = /** @type {HTMLElement | null} */ (document.activeElement?.closest(selector) ?? null);
  const id = root.contains(old) && old?.closest("[id]")?.id;
  if (!id) return () => null;
  const alike = () =>
    /** @type {HTMLElement[]} */ ([...(document.getElementById(id)?.querySelectorAll(selector) ?? [])]);
  const place = alike().indexOf(/** @type {HTMLElement} */ (old));
  return () => alike()[place] ?? alike().at(-1) ?? null;
}

/**
 * Whether a key comes alone, and not as part of a shortcut of the browser.
 * @param {KeyboardEvent | MouseEvent} event
 */
export const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;
