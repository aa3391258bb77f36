// Find and replace, and go to a row or a day: the server looks through the whole plan, and the focus goes to what it has found.
import { announce, ask } from "../answer.js";
import { isMade } from "./changes.js";
import { NAME } from "./columns.js";

/** @import { Sheet } from "../wbs.js" */

/** @param {Sheet} sheet */
export function listenToFinding(sheet) {
  listenToGoing(sheet);
  const { root, cursor, changes, edits, columns, rows } = sheet;
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("wbs-find"));
  if (!form) return;
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("text"));
  const other = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("by"));
  const note = /** @type {HTMLElement} */ (form.querySelector("output"));

  // What was found last, and the cell of the focus then: it may stand for a row or a column that is not shown.
  let last = { task: "", column: "", cell: "" };
  const here = () => `${cursor.id} ${cursor.column}`;
  let going = Promise.resolve();

  /** @param {boolean} isBack */
  function go(isBack) {
    going = going.then(() => seek(isBack));
    return going;
  }

  /** @param {boolean} isBack */
  async function seek(isBack) {
    if (!field.value) return;
    const id = changes.real(cursor.id);
    const from = last.cell === here() ? last : { task: /^\d+$/.test(id) ? id : "", column: cursor.column };
    const where = { behind: from.task, inside: from.column, back: isBack ? "1" : "" };
    const query = new URLSearchParams({ text: field.value, ...where, ...sheet.beside.view });
    const answer = await ask(`${root.dataset.findUrl}?${query}`);
    const found = answer?.page.getElementById("wbs-found");
    note.textContent = found?.textContent?.trim() ?? "";
    announce(note.textContent);
    if (found?.dataset.place === undefined) return;
    const place = Number(found.dataset.place);
    const { task = "", column = "" } = found.dataset;
    await cursor.moveToPlace(place, columns.isShown(column) ? column : NAME, { isQuiet: true });
    rows.scrollTo(place);
    if (cursor.cell) cursor.reveal(cursor.cell);
    last = { task, column, cell: here() };
  }

  /** The name that was found reads otherwise; on to the next one. */
  async function replaceOne() {
    const cell = cursor.row && columns.cell(cursor.row, NAME);
    if (!cell || !other || !field.value) return;
    const before = edits.textOf(cell);
    const at = before.toLowerCase().indexOf(field.value.toLowerCase());
    if (at >= 0) edits.put(cell, before.slice(0, at) + other.value + before.slice(at + field.value.length));
    await go(false);
  }

  async function replaceAll() {
    if (!other || !field.value) return;
    const outcome = await changes.post(root.dataset.replaceUrl ?? "", { text: field.value, by: other.value });
    if (isMade(outcome)) note.textContent = outcome.part.dataset.message ?? "";
  }

  /** The focus goes to what was found, also where that is still being fetched. */
  async function close() {
    /** @type {HTMLFormElement} */ (form).hidden = true;
    cursor.keep({ takes: true });
    await going;
    if (form?.hidden && !sheet.pen.isWriting) cursor.keep({ takes: true });
  }

  /** @type {Record<string, () => unknown>} */
  const deeds = { back: () => go(true), one: replaceOne, all: replaceAll, close };
  sheet.openFind = () => {
    form.hidden = false;
    field.focus();
    field.select();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(false);
  });
  form.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-find]"));
    if (button) deeds[button.dataset.find ?? ""]?.();
  });
  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.shiftKey) go(true);
    else return;
    event.preventDefault();
  });
}

/**
 * The place of a row among those that are shown, or NaN; and what is to be said.
 * @param {Sheet} sheet
 * @param {string} text  a row number, a WBS code or a day
 */
export async function placeOf({ root, beside }, text) {
  const answer = await ask(`${root.dataset.findUrl}?${new URLSearchParams({ text, go: "1", ...beside.view })}`);
  const found = answer?.page.getElementById("wbs-went");
  return { place: Number(found?.dataset.place ?? Number.NaN), said: found?.textContent?.trim() ?? "" };
}

/** @param {Sheet} sheet */
function listenToGoing(sheet) {
  const { cursor, rows } = sheet;
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("wbs-go"));
  if (!form) return;
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("text"));
  const note = /** @type {HTMLElement} */ (form.querySelector("output"));

  async function go() {
    if (!field.value.trim()) return;
    const { place, said } = await placeOf(sheet, field.value);
    note.textContent = said;
    announce(said);
    if (Number.isNaN(place)) return;
    close();
    await cursor.moveToPlace(place, cursor.column);
    rows.scrollTo(place);
  }

  function close() {
    /** @type {HTMLFormElement} */ (form).hidden = true;
    cursor.keep({ takes: true });
  }

  sheet.openGo = () => {
    form.hidden = false;
    note.textContent = "";
    field.focus();
    field.select();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  form.querySelector("[data-go]")?.addEventListener("click", close);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    close();
    event.preventDefault();
  });
}
