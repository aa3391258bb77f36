// Menus, popovers and dialogs: the browser opens and closes them; their place and keys are here.
import { focusFirst } from "./focus.js";

/** @param {Element} box */
const buttonOf = (box) => document.querySelector(`[popovertarget="${box.id}"]`);

/** Menus and popovers lie below their button, and are kept on the screen. */
export function listenToMenus() {
  document.addEventListener("beforetoggle", put, true);
  document.addEventListener("toggle", settle, true);
  document.addEventListener("keydown", walk);
}

/** @param {Event} event */
function put(event) {
  const box = /** @type {HTMLElement} */ (event.target);
  if (!isOpening(event) || !box.matches(":is(.menu, .popover)[popover]")) return;
  const place = buttonOf(box)?.getBoundingClientRect();
  if (!place) return;
  const alignsRight = place.left + place.right > innerWidth;
  Object.assign(box.style, {
    margin: 0,
    inset: "auto",
    top: `${place.bottom + 4}px`,
    ...(alignsRight
      ? { right: `${Math.max(innerWidth - place.right, 8)}px` }
      : { left: `${Math.max(place.left, 8)}px` }),
  });
}

/** @param {Event} event */
function settle(event) {
  const box = /** @type {HTMLElement} */ (event.target);
  if (!isOpening(event) || !box.matches?.("[popover]")) return;
  const place = box.getBoundingClientRect();
  const button = buttonOf(box);
  if (button && place.bottom > innerHeight) {
    box.style.top = `${Math.max(button.getBoundingClientRect().top - place.height - 4, 8)}px`;
  }
  // Keys may be in it already.
  if (box.matches(":focus-within")) return;
  if (box.matches("[role=menu]")) /** @type {HTMLElement | null} */ (box.querySelector("[role^=menuitem]"))?.focus();
  else focusFirst(box);
}

/** @param {Event} event */
const isOpening = (event) => /** @type {ToggleEvent} */ (event).newState === "open";

/** @param {KeyboardEvent} event */
function walk(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const menu = target.closest?.("[role=menu]");
  if (!menu) return;
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role^=menuitem]")]);
  const at = items.indexOf(target);
  /** @type {Record<string, number>} */
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const to = steps[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}

/**
 * A dialog that arrives opens; Esc and method="dialog" close it without us.
 * @param {ParentNode} root
 */
export function openDialogs(root) {
  for (const each of root.querySelectorAll("dialog[data-modal]:not([open])")) {
    const dialog = /** @type {HTMLDialogElement} */ (each);
    dialog.showModal();
    dialog.addEventListener("close", () => dialog.remove(), { once: true });
  }
}
