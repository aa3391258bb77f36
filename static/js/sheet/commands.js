// What can be done in the table, each by its name: keys, buttons and menus ask for it alike.
import { keepInAddress } from "../address.js";
import { announce, load, toast } from "../answer.js";
import { isOpen } from "../drawer.js";
import { lent } from "../later.js";
import { act } from "./moving.js";

/** @import { Sheet } from "../wbs.js" */
/** @import { Act } from "./moving.js" */

/**
 * @typedef {Act | "edit" | "details" | "clear" | "empty" | "insert" | "append" | "rows" | "columns" | "all"
 *   | "leave" | "why" | "keys" | "fill" | "menu" | "find" | "go" | "showAll" | "filter" | "several"
 *   | "copy" | "cut" | "paste"} Command
 */

/** Many cells at once. */
const filling = lent("filling", async () => await import("./filling.js"));

/** @param {Sheet} sheet */
function edit({ pen, cursor, root, edits }) {
  if (pen.cell && pen.cell === cursor.cell) return pen.edit();
  // A finger asks for the field; a key in a cell that is computed hears why nothing is typed there.
  if (cursor.cell && cursor.columns.canEdit(cursor.cell)) {
    pen.rest(cursor.cell, { takes: true });
    return pen.edit({ text: edits.textOf(cursor.cell) });
  }
  toast(root.dataset.fixed ?? "", { late: true });
  return announce(root.dataset.fixed);
}

/** @param {Sheet} sheet */
async function insert(sheet) {
  const { cursor, drafts, root, changes } = sheet;
  const { row } = cursor;
  if (!sheet.canPlan || !row) return;
  const ids = await cursor.ids();
  if (ids.length < 2) return drafts.open(row, "before");
  // Several rows at once are made at once: they are named when it is their turn.
  const fields = () => ({ name: root.dataset.newTask ?? "", before: changes.real(ids[0]), rows: String(ids.length) });
  const outcome = await changes.put({ url: () => root.dataset.addUrl ?? "", fields });
  if (outcome && "part" in outcome) sheet.arrive(outcome.part.dataset.focus);
  else if (outcome) toast(outcome.refusal, { late: true });
}

/** @param {Sheet} sheet */
async function append({ cursor, rows, drafts, canPlan }) {
  if (!canPlan) return;
  const row = cursor.row ?? (await rows.rowAt(rows.total - 1));
  if (row) drafts.open(row, "after");
}

/**
 * The cells that are selected are emptied; rows that are selected are deleted.
 * @param {Sheet} sheet
 */
async function clear(sheet) {
  const { cursor, edits } = sheet;
  if (cursor.selection.isRows) return act(sheet, "delete");
  const { cell } = cursor;
  if (!cell) return undefined;
  if (!cursor.selection.isSingle) return (await filling())?.clearCells(sheet);
  if (!cursor.columns.canEdit(cell)) return edit(sheet);
  edits.put(cell, "");
  return undefined;
}

/** @param {Sheet} sheet */
function empty(sheet) {
  edit(sheet);
  if (sheet.pen.isWriting) sheet.pen.input.value = "";
}

/** @param {Sheet} sheet */
function leave(sheet) {
  const { cursor, drafts, edits } = sheet;
  const draft = drafts.of(cursor.id);
  if (draft && !draft.isPosted) return drafts.giveUp(draft);
  if (cursor.cell && edits.of(cursor.cell)?.refusal) return edits.giveUp(cursor.cell);
  if (!cursor.selection.isSingle) return cursor.moveTo(cursor.row, cursor.column);
  if (isOpen()) sheet.details.close();
  return undefined;
}

/** @type {Partial<Record<Command, (sheet: Sheet) => unknown>>} */
const COMMANDS = {
  edit,
  insert,
  append,
  clear,
  empty,
  fill: async (sheet) => (await filling())?.fillDown(sheet),
  leave,
  details: (sheet) => sheet.details.open(sheet.changes.real(sheet.cursor.id)),
  why: (sheet) => sheet.openWhy(),
  keys: () => {
    const help = /** @type {HTMLAnchorElement | null} */ (document.querySelector("[data-help]"));
    if (help) load("GET", help.pathname, { target: "#dialog" });
  },
  menu: (sheet) => sheet.openMenu(),
  find: (sheet) => sheet.openFind(),
  go: (sheet) => sheet.openGo(),
  several: (sheet) => {
    sheet.takesSeveral = !sheet.takesSeveral;
    document.querySelector("[data-act='several']")?.setAttribute("aria-pressed", String(sheet.takesSeveral));
    if (sheet.takesSeveral) sheet.cursor.become("rows");
    else sheet.cursor.moveTo(sheet.cursor.row, sheet.cursor.column, { isQuiet: true });
  },
  showAll: ({ changes, root }) => {
    Object.assign(root.dataset, { filter: "", filtered: "" });
    keepInAddress({ filter: "" });
    return changes.post(root.dataset.foldUrl ?? "", { all: "1", sift: "1" });
  },
  filter: (sheet) => sheet.openFilter(),
  copy: (sheet) => sheet.clip("copy"),
  cut: (sheet) => sheet.clip("cut"),
  paste: (sheet) => sheet.clip("paste"),
  rows: ({ cursor }) => cursor.become("rows"),
  columns: ({ cursor }) => cursor.become("columns"),
  all: ({ cursor }) => cursor.become("all"),
};

/**
 * @param {Sheet} sheet
 * @param {Command} name
 */
export function run(sheet, name) {
  const command = COMMANDS[name];
  return command ? command(sheet) : act(sheet, /** @type {Act} */ (name));
}

/**
 * The buttons above the table.
 * @param {Sheet} sheet
 */
export function listenToTools(sheet) {
  for (const tools of document.querySelectorAll("#wbs-tools, #wbs-begin")) {
    tools.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-act]"));
      if (!button) return;
      event.preventDefault();
      sheet.run(/** @type {Command} */ (button.dataset.act));
    });
  }
  document.getElementById("wbs-add")?.addEventListener("click", (event) => {
    event.preventDefault();
    sheet.run("append");
  });
  if (!sheet.canPlan) return;
  /** @type {HTMLElement} */ (document.getElementById("wbs-tools")).hidden = false;
  sheet.table.classList.add("wbs--edits");
}
