// The drawer beside a table: a task, or the reasons of its dates. The server draws it.
import { load } from "./answer.js";

/** The drawer as it is now; htmx replaces it. */
export const drawer = () => /** @type {HTMLElement} */ (document.getElementById("task-drawer"));

export const isOpen = () => !drawer().hidden;

/**
 * @param {string} url
 * @returns {Promise<boolean>} whether the server was reached
 */
export const loadDrawer = (url) => load("GET", url, { target: "#task-drawer", swap: "outerHTML" });

/** The reader of a screen goes on in the drawer. */
export const enterDrawer = () => document.getElementById("task-drawer-title")?.focus();

/** The drawer closes; where the focus goes is for who opened it. */
export function emptyDrawer() {
  const empty = document.createElement("aside");
  Object.assign(empty, { className: "drawer", id: "task-drawer", hidden: true });
  drawer().replaceWith(empty);
}
