// Tasks move in their tree: by the tools and by keys; a branch folds.
import { lent } from "../later.js";
import { isMade } from "./changes.js";
import { idOf, rowOf } from "./columns.js";

/** @import { Sheet } from "../wbs.js" */

/** @typedef {"indent" | "outdent" | "up" | "down" | "delete" | "link" | "unlink" | "bulk" | "baseline" | "update"} Act */

/** @type {Partial<Record<Act, number>>} */
const LEVELS = { indent: 1, outdent: -1 };
const asking = lent("asking", async () => await import("./asking.js"));

/**
 * Something is done with all rows that are selected; new ones that are not made yet change their level at once.
 * @param {Sheet} sheet
 * @param {Act} what
 */
export async function act(sheet, what) {
  const { root, cursor, changes, drafts } = sheet;
  if (!sheet.canPlan) return;
  const by = LEVELS[what];
  const draft = drafts.of(cursor.id);
  if (draft && !draft.isPosted) {
    if (by) drafts.shift(draft, by);
    else if (what === "delete") drafts.giveUp(draft);
    return;
  }
  const ids = (await cursor.ids()).filter((id) => drafts.of(id)?.isPosted !== false);
  if (!ids.length) return;
  const tasks = () => ids.map((id) => changes.real(id)).join(",");
  if (/^(delete|bulk|baseline|update)$/.test(what)) return void (await asking())?.acts[what]?.(sheet, tasks);
  const isShift = what === "up" || what === "down";
  if (by) for (const id of ids) showLevel(id, by);
  const outcome = await changes.put({
    url: () => root.dataset[isShift ? "shiftUrl" : `${what}Url`] ?? "",
    fields: () => ({ tasks: tasks(), ...(isShift ? { direction: what } : {}) }),
  });
  if (!isMade(outcome) && by) sheet.rows.refresh();
}

/**
 * A row stands deeper at once; what follows from it comes with the answer.
 * @param {string} id
 * @param {number} by
 */
function showLevel(id, by) {
  const tree = /** @type {HTMLElement | null | undefined} */ (rowOf(id)?.querySelector(".tree"));
  if (tree) tree.dataset.level = String(Math.min(Math.max(Number(tree.dataset.level) + by, 1), 10));
}

/**
 * Open or close a branch, for this user alone.
 * @param {Sheet} sheet
 * @param {Element} row
 */
export async function fold({ root, changes }, row) {
  isMade(await changes.post(root.dataset.foldUrl ?? "", { task: idOf(row) }));
}
