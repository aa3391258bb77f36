// What is done with many rows and asks first: they are changed all alike or deleted, in a dialog, or become a baseline, on a page.
import { csrf, load, toast } from "../answer.js";
import { drawer } from "../drawer.js";
import { isMade } from "./changes.js";

/** @import { Sheet } from "../wbs.js" */
/** @import { Act } from "./moving.js" */

/**
 * Hundreds of ids are longer than an address may be.
 * @param {string | undefined} url
 * @param {string} tasks
 * @param {Record<string, string>} [more]
 */
function ask(url, tasks, more) {
  load("POST", url ?? "", { target: "#dialog", values: { tasks, opens: "1", ...more } });
}

/**
 * One form for all of them; the sheet is filtered as before when they are changed.
 * @param {Sheet} sheet
 * @param {() => string} tasks
 */
function bulk({ root }, tasks) {
  ask(root.dataset.editUrl, tasks(), { filter: root.dataset.filter ?? "" });
}

/**
 * The form of a baseline, a page of its own, with these rows.
 * @param {Sheet} sheet
 * @param {() => string} tasks
 */
function baseline({ root }, tasks) {
  open(root.dataset.baselineUrl, tasks());
}

/**
 * The form that brings the plan up to a day, with these rows; where none are selected as such, with the whole plan.
 * @param {Sheet} sheet
 * @param {() => string} tasks
 */
function update({ root, cursor }, tasks) {
  open(root.dataset.updateUrl, cursor.selection.isRows ? tasks() : "");
}

/**
 * A page of its own.
 * @param {string | undefined} action
 * @param {string} tasks
 */
function open(action, tasks) {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: csrf(), tasks, opens: "1" })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

/**
 * Rows go at once, as Ctrl+Z brings them back; where more goes than was chosen the user is asked first.
 * @param {Sheet} sheet
 * @param {() => string} tasks
 */
async function remove(sheet, tasks) {
  const url = sheet.root.dataset.deleteUrl ?? "";
  const outcome = await sheet.changes.put({ url: () => url, fields: () => ({ tasks: tasks(), asks: "1" }) });
  if (outcome && "refusal" in outcome && outcome.current === "asks") {
    listen(sheet);
    ask(url, tasks());
  } else if (isMade(outcome)) await goOnWithout(sheet, tasks(), outcome.part.dataset.message);
}

/**
 * @param {Sheet} sheet
 * @param {string} tasks  that are gone
 * @param {string | undefined} message
 */
async function goOnWithout(sheet, tasks, message) {
  if (tasks.split(",").includes(drawer().dataset.task ?? "")) sheet.details.close();
  toast(message ?? "");
  await sheet.cursor.moveToPlace(sheet.cursor.selection.focus?.place ?? 0, sheet.cursor.column);
}

let isListening = false;

/**
 * The question before tasks are deleted is a form of its own; here it deletes without leaving the page.
 * @param {Sheet} sheet
 */
function listen(sheet) {
  if (isListening) return;
  isListening = true;
  document.addEventListener(
    "submit",
    async (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (!form.matches("form[data-delete]")) return;
      event.preventDefault();
      event.stopPropagation();
      const tasks = /** @type {HTMLInputElement} */ (form.elements.namedItem("tasks")).value;
      const button = form.querySelector("button");
      if (button) button.disabled = true;
      const outcome = await sheet.changes.post(form.action, { tasks });
      form.closest("dialog")?.close();
      if (isMade(outcome)) await goOnWithout(sheet, tasks, outcome.part.dataset.message);
    },
    true,
  );
}

/** @type {Partial<Record<Act, (sheet: Sheet, tasks: () => string) => unknown>>} */
export const acts = { baseline, bulk, delete: remove, update };
