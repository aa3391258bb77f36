// Tasks are deleted, by keys, by the tools, and by the form that asks before. Loaded when it is first asked for.
import { load, toast } from "../answer.js";
import { drawer } from "../drawer.js";
import { isMade } from "./changes.js";

/** @import { Sheet } from "../wbs.js" */

/**
 * Rows go at once, as Ctrl+Z brings them back; where more goes than was chosen the user is asked first.
 * @param {Sheet} sheet
 * @param {() => string} tasks
 */
export async function remove(sheet, tasks) {
  const { root, changes } = sheet;
  const url = root.dataset.deleteUrl ?? "";
  const outcome = await changes.put({ url: () => url, fields: () => ({ tasks: tasks(), asks: "1" }) });
  if (outcome && "refusal" in outcome && outcome.current === "asks") {
    load("GET", `${url}?tasks=${tasks()}`, { target: "#dialog", swap: "innerHTML" });
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

/**
 * The question before tasks are deleted is a form of its own; here it deletes without leaving the page.
 * @param {Sheet} sheet
 */
export function listenToDeleting(sheet) {
  const { changes } = sheet;
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
      const outcome = await changes.post(form.action, { tasks });
      form.closest("dialog")?.close();
      if (isMade(outcome)) await goOnWithout(sheet, tasks, outcome.part.dataset.message);
    },
    true,
  );
}
