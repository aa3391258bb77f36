// Which tasks are selected, and what their cells come to: most of them may not be drawn, so the server says it. Loaded when a
// selection first rests, or reaches beyond what is drawn.
import { announce, ask, toast } from "../answer.js";
import { refusalOf } from "./changes.js";

/** @import { Cursor } from "./cursor.js" */

/**
 * Say it at the foot, unless something else is selected by then.
 * @param {Cursor} cursor
 */
export async function sum(cursor) {
  const { selection, columns } = cursor;
  const names = selection.columns([...columns.heads.keys()]);
  const picture = () => JSON.stringify([selection.focus, selection.anchor, selection.shape, [...selection.others]]);
  const before = picture();
  const found = await askFor(cursor, { columns: names.join(",") });
  if (before !== picture()) return;
  const words = found?.textContent?.trim();
  cursor.say(words ?? "");
  announce(words);
}

/**
 * The tasks that are selected, from top to bottom.
 * @param {Cursor} cursor
 */
export async function ids(cursor) {
  const found = await askFor(cursor);
  if (found?.dataset.many) toast(found.dataset.many, { late: true });
  return found?.dataset.tasks?.split(",").filter(Boolean) ?? [];
}

/**
 * @param {Cursor} cursor
 * @param {Record<string, string>} [more]
 */
async function askFor({ changes, asked }, more) {
  const query = new URLSearchParams({ ...asked, ...more, ...changes.watcher.beside() });
  const answer = await ask(`${changes.root.dataset.selectionUrl}?${query}`);
  const found = answer?.page.getElementById("wbs-selection") ?? null;
  if (answer && !found) toast(refusalOf(answer).refusal, { late: true });
  return found;
}
