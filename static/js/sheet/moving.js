// Tasks move in their tree: by the tools, by keys, by a row that is dragged; a branch folds; tasks are deleted.
import { toast } from "../answer.js";
import { drawer } from "../drawer.js";
import { isMade } from "./changes.js";
import { idOf, nameCell, ROWS, rowOf } from "./columns.js";

/** @import { Sheet } from "../wbs.js" */

/** @typedef {"indent" | "outdent" | "up" | "down" | "delete" | "edit"} Act */

/**
 * What the tools above the table do with the rows that are marked, or with the one of the cursor.
 * @param {Sheet} sheet
 * @param {Act} what
 */
export async function act(sheet, what) {
  const { root, cursor, marks, changes } = sheet;
  const { current } = cursor;
  const ids = marks.ids.size ? [...marks.ids] : current ? [current.id] : [];
  if (!sheet.canPlan || !ids.length) return;
  if (what === "delete") {
    htmx.ajax("GET", `${root.dataset.deleteUrl}?tasks=${ids.join(",")}`, { target: "#dialog", swap: "innerHTML" });
    return;
  }
  if (what === "edit") {
    location.assign(`${root.dataset.editUrl}?tasks=${ids.join(",")}`);
    return;
  }
  const { column } = cursor;
  const id = current && ids.includes(current.id) ? current.id : ids[0];
  const isShift = what === "up" || what === "down";
  const outcome = isShift
    ? await changes.post(`/tasks/${id}/shift`, { direction: what })
    : await changes.post(root.dataset[`${what}Url`] ?? "", { tasks: ids.join(",") });
  if (isMade(outcome)) cursor.moveTo(rowOf(id), column);
}

/**
 * Open or close a branch, for this user alone.
 * @param {Sheet} sheet
 * @param {Element} row
 */
export async function fold({ root, cursor, changes }, row) {
  const { column } = cursor;
  const id = idOf(row);
  isMade(await changes.post(root.dataset.foldUrl ?? "", { task: id }));
  cursor.moveTo(rowOf(id), column);
}

/**
 * The question before tasks are deleted is a form of its own; here it deletes without leaving the page.
 * @param {Sheet} sheet
 */
export function listenToDeleting(sheet) {
  const { rows, cursor, marks, changes } = sheet;
  document.addEventListener(
    "submit",
    async (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (!form.matches("form[data-delete]")) return;
      event.preventDefault();
      event.stopPropagation();
      const place = cursor.row ? rows.placeOf(cursor.row) : 0;
      const tasks = /** @type {HTMLInputElement} */ (form.elements.namedItem("tasks")).value;
      const button = form.querySelector("button");
      if (button) button.disabled = true;
      const outcome = await changes.post(form.action, { tasks });
      form.closest("dialog")?.close();
      if (!isMade(outcome)) return;
      if (tasks.split(",").includes(drawer().dataset.task ?? "")) sheet.closeDrawer();
      marks.clear();
      toast(outcome.part.dataset.message ?? "");
      await cursor.moveToPlace(place);
      marks.show();
    },
    true,
  );
}

/**
 * A row is dragged by its number: above another one, or under it.
 * @param {Sheet} sheet
 */
export function listenToDragging(sheet) {
  const { table, rows, changes } = sheet;
  /** @type {string | null} */
  let dragged = null;

  const clear = () => {
    for (const row of table.querySelectorAll(".is-above, .is-under")) row.classList.remove("is-above", "is-under");
  };
  const end = () => {
    dragged = null;
    clear();
    table.querySelector(".is-dragged")?.classList.remove("is-dragged");
  };
  /** @param {Event} event */
  const rowUnder = (event) =>
    /** @type {HTMLTableRowElement | null} */ (/** @type {Element} */ (event.target).closest?.(ROWS) ?? null);
  /**
   * @param {DragEvent} event
   * @param {Element} row
   */
  const isUpper = (event, row) => event.clientY < row.getBoundingClientRect().top + rows.view.rowHeight / 2;

  table.addEventListener("dragstart", (event) => {
    const row = rowUnder(event);
    if (!sheet.canPlan || !row || !event.dataTransfer) return;
    dragged = idOf(row);
    row.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", nameCell(row).textContent ?? "");
  });
  rows.view.scroller.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    clear();
    const row = rowUnder(event);
    if (row && idOf(row) !== dragged) row.classList.add(isUpper(event, row) ? "is-above" : "is-under");
  });
  rows.view.scroller.addEventListener("drop", async (event) => {
    if (!dragged) return;
    event.preventDefault();
    const id = dragged;
    const row = rowUnder(event);
    end();
    if (row && idOf(row) === id) return;
    /** @type {Record<string, string>} */
    const fields = row ? { target: idOf(row), as_child: isUpper(event, row) ? "" : "1" } : {};
    if (isMade(await changes.post(`/tasks/${id}/place`, fields))) sheet.arrive(id);
  });
  table.addEventListener("dragend", end);
}
