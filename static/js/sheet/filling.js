// Many cells are written as one change: emptied, filled down, filled on as a series with the handle at the selection's corner.
import { toast } from "../answer.js";
import { lent } from "../later.js";
import { idOf, ROWS } from "./columns.js";

/** @import { Sheet } from "../wbs.js" */

const series = lent("series", async () => await import("./series.js"));

/** @typedef {[task: number, column: string, text: string, was: string | null]} Written */

/**
 * Write cells as one change; where one is refused, none is written.
 * @param {Sheet} sheet
 * @param {{ id: string, column: string, text: string }[]} cells
 */
async function write({ root, changes, edits, columns }, cells) {
  /** @param {{ id: string, column: string, text: string }} cell @returns {Written} */
  const written = ({ id, column, text }) => {
    const row = /** @type {HTMLTableRowElement | null} */ (document.getElementById(`row-${id}`));
    const was = row ? edits.textOf(columns.cell(row, column)) : null;
    return [Number(changes.real(id)), column, text, was];
  };
  const outcome = await changes.put({
    url: () => root.dataset.cellsUrl ?? "",
    fields: () => ({ cells: JSON.stringify(cells.map(written)) }),
  });
  if (outcome && "refusal" in outcome) toast(outcome.refusal, { late: true });
}

/**
 * The selected columns that can be written at all, and the tasks of the selected rows.
 * @param {Sheet} sheet
 */
async function selected({ cursor, columns }) {
  const names = cursor.selection.columns([...columns.heads.keys()]).filter((name) => columns.isEditable(name));
  return { names, ids: await cursor.ids() };
}

/**
 * Every selected cell that can be emptied is.
 * @param {Sheet} sheet
 */
export async function clearCells(sheet) {
  const { names, ids } = await selected(sheet);
  const cells = ids.flatMap((id) => names.map((column) => ({ id, column, text: "" })));
  if (cells.length) await write(sheet, cells);
}

/**
 * The first selected row is written into all below it; a row alone takes what stands above it.
 * @param {Sheet} sheet
 */
export async function fillDown(sheet) {
  const { cursor } = sheet;
  const { names, ids } = await selected(sheet);
  const above = ids.length === 1 ? cursor.row?.previousElementSibling : document.getElementById(`row-${ids[0]}`);
  if (!above?.matches(ROWS) || !names.length) return;
  const texts = textsOf(sheet, [/** @type {HTMLTableRowElement} */ (above)], names);
  const below = ids.length === 1 ? ids : ids.slice(1);
  await write(
    sheet,
    below.flatMap((id) => names.map((column) => ({ id, column, text: texts[column][0] }))),
  );
}

/**
 * @param {Sheet} sheet
 * @param {HTMLTableRowElement[]} rows
 * @param {string[]} names  of columns
 */
function textsOf({ edits, columns }, rows, names) {
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => edits.textOf(columns.cell(row, name)))]));
}

/**
 * The last cell of the range, if it is drawn.
 * @param {Sheet} sheet
 */
function cornerOf({ cursor, rows, columns }) {
  const row = rows.drawnRow(cursor.selection.span.last);
  const name = cursor.selection.columns([...columns.heads.keys()]).at(-1);
  return row && name ? columns.cell(row, name) : null;
}

/**
 * The handle at the corner of the selection: what it is drawn over is filled with what comes next.
 * @param {Sheet} sheet
 */
export function listenToFilling(sheet) {
  const { table, cursor, columns } = sheet;
  const handle = document.createElement("span");
  handle.className = "wbs__fill";
  handle.title = sheet.root.dataset.fill ?? "";
  /** @type {HTMLTableRowElement[]} */
  let source = [];
  /** @type {HTMLTableRowElement[]} */
  let target = [];

  cursor.onShown = () => {
    const corner = cursor.selection.isRows || !sheet.canPlan || source.length ? null : cornerOf(sheet);
    if (!corner || !columns.isEditable(columns.of(corner))) handle.remove();
    else if (handle.parentElement !== corner) corner.append(handle);
  };

  /** @param {HTMLTableRowElement[]} rows */
  const show = (rows) => {
    for (const row of target) row.classList.remove("is-filled");
    target = rows;
    for (const row of target) row.classList.add("is-filled");
  };

  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    event.stopPropagation();
    // A press that has waited for a script is over.
    if (!event.isTrusted) return;
    source = cursor.drawnRows();
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (!source.length) return;
    const under = /** @type {HTMLTableRowElement} */ (
      document.elementFromPoint(event.clientX, event.clientY)?.closest(ROWS)
    );
    const rows = /** @type {HTMLTableRowElement[]} */ ([...table.querySelectorAll(ROWS)]);
    const [from, to] = [rows.indexOf(source[source.length - 1]), rows.indexOf(under)];
    show(to > from ? rows.slice(from + 1, to + 1) : []);
  });
  handle.addEventListener("pointerup", async () => {
    const [rows, filled] = [source, target];
    source = [];
    show([]);
    if (!filled.length) return;
    const { names } = await selected(sheet);
    const piece = await series();
    if (!piece) return;
    const texts = textsOf(sheet, rows, names);
    const cells = names.flatMap((column) =>
      piece.next(texts[column], filled.length).map((text, at) => ({ id: idOf(filled[at]), column, text })),
    );
    cursor.moveTo(filled[filled.length - 1], names[names.length - 1], { extend: true });
    await write(sheet, cells);
  });
}
