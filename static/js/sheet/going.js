// Where keys go on after a cell: Enter goes down and to a new row, Tab to the next cell that can be typed into, arrows beside.

/** @import { Sheet } from "../wbs.js" */
/** @import { Step } from "./pen.js" */

/**
 * Go on after a cell.
 * @param {Sheet} sheet
 * @param {Step} step
 */
export async function go(sheet, step) {
  const { cursor, canPlan, details } = sheet;
  if (step === "next" || step === "previous") return goBeside(sheet, step);
  const column = sheet.returns ?? cursor.column;
  sheet.returns = null;
  if (step === "left" || step === "right") return goSideways(sheet, step === "left" ? -1 : 1);
  if (column !== cursor.column) cursor.moveTo(cursor.row, column);
  if (step === "down" && isLast(sheet)) return void (canPlan && sheet.run("append"));
  await cursor.step(step === "up" ? -1 : 1);
  return details.follow();
}

/**
 * Whether the row of the focus is the last one, new rows included.
 * @param {Sheet} sheet
 */
function isLast({ cursor: { row }, rows }) {
  const last = rows.sections.at(-1);
  const body = rows.total ? last?.body : row?.parentElement;
  return Boolean(row && body && body.lastElementChild === row);
}

/**
 * @param {Sheet} sheet
 * @param {number} by
 */
function goSideways({ columns, cursor }, by) {
  const names = columns.shown;
  const name = names[names.indexOf(cursor.column) + by];
  if (name !== undefined) cursor.moveTo(cursor.row, name);
  else cursor.keep({ takes: true });
}

/**
 * Tab goes on typing in the next cell of the row that can be typed into.
 * @param {Sheet} sheet
 * @param {"next" | "previous"} step
 */
function goBeside(sheet, step) {
  const { cursor, columns } = sheet;
  sheet.returns ??= cursor.column;
  const side = step === "next" ? "nextElementSibling" : "previousElementSibling";
  const from = cursor.row && columns.cell(cursor.row, cursor.column);
  for (let cell = from?.[side]; cell; cell = cell[side]) {
    const next = /** @type {HTMLTableCellElement} */ (cell);
    if (!columns.canEdit(next) || !columns.isShown(columns.of(next))) continue;
    cursor.move(next);
    return void sheet.run("edit");
  }
  return cursor.keep({ takes: true });
}
