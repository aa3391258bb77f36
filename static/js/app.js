// What every page does by itself: menus, dialogs, toasts, forms, the rail, the search key, and htmx's manners.
import { announce, csrf, reason, seeToasts, toast } from "./answer.js";
import { addCalendars, listenToForms } from "./page/forms.js";
import { listenToMenus, openDialogs } from "./page/menus.js";
import { isPlain } from "./roving.js";

listenToForms();
listenToMenus();

document.addEventListener("click", (event) => {
  /** @type {Element} */ (event.target).closest("[data-toast-close]")?.closest(".toast")?.remove();
});

// ── the search key ──
document.addEventListener("keydown", (event) => {
  const isTyping = /** @type {Element} */ (event.target).closest?.("input, textarea, select, [contenteditable]");
  const search = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-search]"));
  if (event.key !== "/" || isTyping || !isPlain(event) || !search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

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
listenToHtmx("responseError", ({ xhr }) => toast(reason(xhr.status), { late: true }));
listenToHtmx("sendError", () => toast(reason(0), { late: true }));
listenToHtmx("load", ({ elt }) => settle(elt));
listenToHtmx("oobAfterSwap", seeToasts);

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
  // A refused form says so first.
  const errors = root.querySelector("[data-errors]") ?? (root.matches("[data-errors]") ? root : null);
  /** @type {HTMLElement | null} */ (errors)?.focus();
}
document.addEventListener("DOMContentLoaded", () => settle(document.body));
