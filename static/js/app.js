// What every page does by itself: menus, dialogs, toasts, forms, the rail, the search key, and htmx's manners.
import { announce, csrf, load, reason, seeToasts, toast } from "./answer.js";
import { focusFirst } from "./page/focus.js";
import { addCalendars, listenToForms } from "./page/forms.js";
import { listenToMenus, openDialogs } from "./page/menus.js";
import { isPlain, rememberFocus } from "./roving.js";

listenToForms();
listenToMenus();

document.addEventListener("click", (event) => {
  /** @type {Element} */ (event.target).closest("[data-toast-close]")?.closest(".toast")?.remove();
});

// ── keys of every page ──
document.addEventListener("keydown", (event) => {
  const isTyping = /** @type {Element} */ (event.target).closest?.("input, textarea, select, [contenteditable]");
  // A cell or a bar has its own answer to the same key.
  if (isTyping || event.defaultPrevented || !isPlain(event) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") toSearch(event);
  else if (event.key === "?") toHelp(event);
});

/** @param {KeyboardEvent} event */
function toSearch(event) {
  const search = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-search]"));
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
}

/** @param {KeyboardEvent} event */
function toHelp(event) {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("[data-help]"));
  if (!link) return;
  event.preventDefault();
  load("GET", link.pathname, { target: "#dialog" });
}

// ── htmx ──

/**
 * @param {string} name
 * @param {(detail: any) => void} work
 */
function listenToHtmx(name, work) {
  document.addEventListener(`htmx:${name}`, (event) => work(/** @type {CustomEvent} */ (event).detail));
}
listenToHtmx("configRequest", ({ verb, headers }) => {
  if (verb !== "get") headers["X-CSRFToken"] = csrf();
});
// A button that works is disabled and then replaced: who pressed it by a key goes on from its successor.
/** @type {(() => HTMLElement | null) | null} */
let pressed = null;
const hasFocus = () => document.activeElement !== document.body;
listenToHtmx("beforeRequest", () => {
  // What the page asks for meanwhile by itself is not pressed: nothing has the focus then.
  if (hasFocus()) pressed = rememberFocus(document.body, "a[href], button, input:not([type=hidden]), select, textarea");
});
document.addEventListener("pointerdown", () => (pressed = null));
/** @param {{ xhr: XMLHttpRequest }} request  of one that never arrived the status is 0 */
const tellError = ({ xhr }) => toast(reason(xhr.status), { late: true });
listenToHtmx("responseError", tellError);
listenToHtmx("sendError", tellError);
listenToHtmx("load", ({ elt }) => settle(elt));
listenToHtmx("oobAfterSwap", seeToasts);
listenToHtmx("afterRequest", ({ successful, requestConfig }) => {
  const { verb, elt } = requestConfig;
  if (successful && verb === "post" && !("looks" in elt.dataset)) document.dispatchEvent(new Event("plan:posted"));
});

/**
 * What has come into the page gets its manners.
 * @param {HTMLElement} root
 */
function settle(root) {
  openDialogs(root.matches("dialog") && root.parentElement ? root.parentElement : root);
  seeToasts();
  addCalendars(root);
  const news = root !== document.body && root.querySelector("[data-announce]");
  if (news) announce(news.textContent);
  focusFirst(root);
  if (!hasFocus()) pressed?.()?.focus();
}
document.addEventListener("DOMContentLoaded", () => settle(document.body));
