// Taking back and doing again: the buttons above a plan, the list of steps, Ctrl+Z. What a step was the server knows.
import { announce, load, toast } from "../answer.js";

/** @import { Changes } from "./changes.js" */

/**
 * How a page posts a change and shows what came of it; what was said, or why it was refused. Null: the session has ended.
 * @typedef {(url: string, fields: Record<string, string>) => Promise<Turned | null>} Post
 * @typedef {{ said: string } | { refusal: string, current: string | undefined }} Turned
 * @typedef {"undo" | "redo"} Turn
 */

const BAR = "#undo-bar";
const KEEPS = "undo-keeps-others"; // this tab goes on beside what others have changed
const REST = 250; // milliseconds after a change until the buttons are named anew
// The field that lies unseen in the cell of the focus is typed into only once it is seen.
const TYPED = "input:not(.wbs__pen), .input, textarea, select, [contenteditable]";
const CLASH = "clash"; // what a refusal shows where another user has changed it since

/**
 * The table of the WBS.
 * @param {Changes} changes
 * @returns {Post}
 */
export function bySheet(changes) {
  return async (url, fields) => {
    const outcome = await changes.post(url, fields);
    return outcome && "part" in outcome ? { said: outcome.part.dataset.message ?? "" } : outcome;
  };
}

/** @param {Post} post */
export function listenToUndo(post) {
  if (!document.querySelector(BAR)) return;
  let resting = 0;
  const refresh = () => {
    clearTimeout(resting);
    resting = setTimeout(nameAnew, REST);
  };

  /**
   * @param {string} url
   * @param {Record<string, string>} fields
   */
  async function turn(url, fields) {
    const turned = await post(url, sessionStorage.getItem(KEEPS) ? { clash: "rest", ...fields } : fields);
    if (!turned) return;
    if ("said" in turned) {
      toast(turned.said);
      announce(turned.said);
    } else if (turned.current === CLASH) askAbout(url, fields);
    else toast(turned.refusal, { late: true });
    refresh();
  }

  document.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest(`${BAR} button`);
    if (!(button instanceof HTMLButtonElement)) return;
    if (button.dataset.url) turn(button.dataset.url, {});
    else if (button.dataset.stepsList !== undefined) load("GET", stepsUrl(), { target: "#dialog" });
  });
  document.addEventListener(
    "submit",
    (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (!form.matches("form[data-steps]")) return;
      event.preventDefault();
      event.stopPropagation();
      const fields = Object.fromEntries(new FormData(form, event.submitter).entries());
      if (fields.remember) sessionStorage.setItem(KEEPS, "1");
      const { through, clash } = /** @type {Record<string, string>} */ (fields);
      form.closest("dialog")?.close();
      turn(new URL(form.action).pathname, { ...(through ? { through } : {}), ...(clash ? { clash } : {}) });
    },
    true, // before the page would take it for a form that leaves it
  );
  document.addEventListener("keydown", (event) => {
    const which = turnOf(event);
    const isTyping = /** @type {Element} */ (event.target).closest?.(TYPED);
    if (!which || isTyping || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    // Also where the buttons are not named yet: what there is the server knows.
    turn(/** @type {HTMLElement} */ (document.querySelector(BAR)).dataset[which] ?? "", {});
  });
  document.addEventListener("plan:posted", refresh);
}

/**
 * What a key turns, if it does.
 * @param {KeyboardEvent} event
 * @returns {Turn | null}
 */
export function turnOf(event) {
  if ((!event.ctrlKey && !event.metaKey) || event.altKey) return null;
  if (event.key.toLowerCase() === "z") return event.shiftKey ? "redo" : "undo";
  return event.key.toLowerCase() === "y" && !event.shiftKey ? "redo" : null;
}

const stepsUrl = () => /** @type {HTMLElement} */ (document.querySelector(BAR)).dataset.stepsUrl ?? "";

/** The buttons say what is next. */
const nameAnew = () => load("GET", stepsUrl(), { target: BAR, swap: "outerHTML" });

/**
 * Another user has changed it since: what stays is named, and the user is asked.
 * @param {string} url
 * @param {Record<string, string>} fields
 */
function askAbout(url, fields) {
  load("POST", url, { target: "#dialog", values: { ...fields, asks: "1" } });
}
