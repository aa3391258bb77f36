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

  /** @param {boolean} isBack */
  async function go(isBack) {
    if (!field.value) return;
    const id = changes.real(cursor.id);
    const behind = /^\d+$/.test(id) ? id : "";
    const query = new URLSearchParams({ text: field.value, behind, back: isBack ? "1" : "" });
    const answer = await ask(`${root.dataset.findUrl}?${query}`);
    const found = answer?.page.getElementById("wbs-found");
    note.textContent = found?.textContent?.trim() ?? "";
    announce(note.textContent);
    if (found?.dataset.place === undefined) return;
    const place = Number(found.dataset.place);
    await cursor.moveToPlace(place, NAME, { isQuiet: true });
    rows.scrollTo(place);
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

  function close() {
    /** @type {HTMLFormElement} */ (form).hidden = true;
    cursor.keep({ takes: true });
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
 * @param {HTMLElement} root
 * @param {string} text  a row number, a WBS code or a day
 */
export async function placeOf(root, text) {
  const answer = await ask(`${root.dataset.findUrl}?${new URLSearchParams({ text, go: "1" })}`);
  const found = answer?.page.getElementById("wbs-went");
  return { place: Number(found?.dataset.place ?? Number.NaN), said: found?.textContent?.trim() ?? "" };
}

/** @param {Sheet} sheet */
function listenToGoing(sheet) {
  const { root, cursor, rows } = sheet;
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("wbs-go"));
  if (!form) return;
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("text"));
  const note = /** @type {HTMLElement} */ (form.querySelector("output"));

  async function go() {
    if (!field.value.trim()) return;
    const { place, said } = await placeOf(root, field.value);
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
