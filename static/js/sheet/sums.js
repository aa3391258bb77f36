// What the selected cells come to: most of them may not be drawn, so the server says it. Loaded when a selection first rests.
import { announce } from "../answer.js";

/** @import { Cursor } from "./cursor.js" */

/**
 * Say it at the foot, unless something else is selected by then.
 * @param {Cursor} cursor
 */
export async function sum(cursor) {
  const { selection, columns, changes } = cursor;
  const names = selection.columns([...columns.heads.keys()]);
  const picture = () => JSON.stringify([selection.focus, selection.anchor, selection.shape, [...selection.others]]);
  const before = picture();
  const found = await changes.ask({ ...cursor.asked, columns: names.join(",") });
  if (before !== picture()) return;
  const words = found?.textContent?.trim();
  cursor.say(words ?? "");
  announce(words);
}
