// The clipboard: cells go out as text and as a table, and come in through a preview. Loaded when it is first used.
import { announce, csrf, load, parse, reason, tell, toast } from "../answer.js";
import { openDialogs } from "../page/menus.js";
import { fill } from "../words.js";
import { isMade } from "./changes.js";
import { idOf, NAME, rowOf } from "./columns.js";
import { clearCells } from "./filling.js";

/** @import { Sheet } from "../wbs.js" */
/** @import { Draft } from "./drafts.js" */

/** @typedef {{ html: string, text: string }} Held */

const MOST_BYTES = 4_500_000; // of what is sent: the server takes no more
const MOST_ROWS = 5000;
/** Attributes of clipboard HTML that are looks alone. */
const LOOKS = /\s(?:width|height|align|valign|bgcolor|face|size|color|lang|dir|border)=(?:"[^"]*"|'[^']*'|[^\s>"']+)/g;

/** @param {string} text */
const bytesOf = (text) => new Blob([text]).size;

// ── out ──

/**
 * What is selected, as the server writes it: most of it may not be on the page.
 * @param {Sheet} sheet
 * @param {{ cuts: boolean }} options
 */
export async function copy(sheet, { cuts }) {
  const { cursor, root } = sheet;
  const { selection } = cursor;
  const names = sheet.columns.shown;
  const isWhole = selection.shape !== "cells";
  const fields = { ...sheet.beside.view, ...cursor.asked, columns: selection.columns(names).join(",") };
  const url = `${root.dataset.copyUrl}?${new URLSearchParams({ ...fields, head: isWhole ? "1" : "" })}`;
  try {
    const response = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!response.ok)
      throw new Error(parse(await response.text()).querySelector("[data-toast] span")?.textContent ?? "");
    /** @type {Held & { rows: number }} */
    const held = await response.json();
    if (!put(held)) await write(held);
    announce(fill(root.dataset.copied, { count: held.rows }));
    if (cuts) await (selection.isRows ? sheet.run("clear") : clearCells(sheet));
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    toast((name === "Error" && message) || (root.dataset.notCopied ?? ""), { late: true });
  }
}

/**
 * As it is, with the types of its cells. Whether the browser took it: the key may have been too long ago for it.
 * @param {Held} held
 */
function put({ html, text }) {
  let isPut = false;
  /** @param {Event} event */
  const enable = (event) => event.preventDefault();
  /** @param {ClipboardEvent} event */
  const fillIn = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/html", html);
    event.clipboardData?.setData("text/plain", text);
    isPut = Boolean(event.clipboardData);
  };
  document.addEventListener("beforecopy", enable, true);
  document.addEventListener("copy", fillIn, true);
  document.execCommand("copy");
  document.removeEventListener("beforecopy", enable, true);
  document.removeEventListener("copy", fillIn, true);
  return isPut;
}

/**
 * What goes this way is cleaned by the browser under the rules of this page, which knows no styles in attributes.
 * @param {Held} held
 */
async function write({ html, text }) {
  const plain = html.replace(/ style='[^']*'/g, "");
  /** @param {string} content @param {string} type */
  const part = (content, type) => new Blob([content], { type });
  await navigator.clipboard.write([
    new ClipboardItem({ "text/html": part(plain, "text/html"), "text/plain": part(text, "text/plain") }),
  ]);
}

// ── in ──

/**
 * @param {Sheet} sheet
 * @param {Held} held
 */
export async function paste(sheet, held) {
  const { cursor, edits, drafts, columns, root } = sheet;
  const alone = held.text.replace(/\r?\n$/, "");
  const isCell = !/[\t\r\n]/.test(alone) && (held.html.match(/<t[dh][\s>]/gi)?.length ?? 0) < 2;
  const draft = drafts.of(cursor.id);
  if (isCell && cursor.selection.isSingle) {
    const { cell } = cursor;
    if (!cell || !alone.trim()) return;
    if (draft && !draft.isPosted) drafts.commit(draft, cell, alone.trim());
    else if (columns.canEdit(cell)) edits.put(cell, alone.trim());
    else sheet.run("edit");
    return;
  }
  const html = held.html.replace(LOOKS, "");
  const isLarge = bytesOf(html) > MOST_BYTES;
  if (isLarge && bytesOf(held.text) > MOST_BYTES) return void toast(root.dataset.tooLarge ?? "", { late: true });
  announce(root.dataset.pasting);
  // A new row that has its name by now is one more row before the table.
  sheet.pen.commit("");
  // What was typed before is saved first: rows are counted then, and new ones have their ids.
  await sheet.changes.queue.put(async () => {
    const fields = { ...(await placeOf(sheet, draft)), html: isLarge ? "" : html, text: held.text };
    await look(sheet, fields);
    return null;
  });
}

/**
 * How many rows are selected; those that are not drawn count, too.
 * @param {Sheet} sheet
 */
function countOf({ cursor: { selection }, rows }) {
  const { first, last } = selection.span;
  const range = Math.min(Math.floor(last), rows.total - 1) - Math.ceil(first) + 1;
  return Math.max(range, 1) + selection.others.size - selection.except.size;
}

/**
 * Where it goes: from the first selected cell on, or where a new row stands.
 * @param {Sheet} sheet
 * @param {Draft} [draft]  the new row that it was pasted into
 * @returns {Promise<Record<string, string>>}
 */
async function placeOf(sheet, draft = sheet.drafts.of(sheet.cursor.id)) {
  const { cursor, changes, rows } = sheet;
  const { selection } = cursor;
  const names = sheet.columns.shown;
  const selected = selection.columns(names);
  const first = selection.isRows || selection.shape === "columns" ? NAME : (selected[0] ?? NAME);
  const from = selection.shape === "columns" ? (selected[0] ?? NAME) : first;
  const columns = names.slice(names.indexOf(from)).join(",");
  if (draft) {
    const [beside, side] = draft.isPosted ? [draft.id, "after"] : [draft.beside, draft.side];
    return { task: changes.real(beside), side, level: String(draft.level), columns };
  }
  const isAll = selection.shape === "all" || selection.shape === "columns";
  const ends = [selection.anchor, selection.tip].sort((one, other) => (one?.place ?? 0) - (other?.place ?? 0));
  const top = isAll ? await rows.rowAt(0) : null;
  const id = top ? idOf(top) : changes.real(ends[0]?.id ?? "");
  const width = selection.isRows ? 1 : selected.length;
  const count = selection.isRows ? 1 : Math.min(Math.max(Math.floor(countOf(sheet)), 1), MOST_ROWS);
  return { task: id, columns, rows: String(count), width: String(width) };
}

/**
 * Ask what it would do, and show it.
 * @param {Sheet} sheet
 * @param {Record<string, string> | FormData} fields
 */
async function look(sheet, fields) {
  const body = fields instanceof FormData ? fields : new FormData();
  if (!(fields instanceof FormData)) for (const [name, value] of Object.entries(fields)) body.set(name, value);
  // Rows go onto those that are seen.
  for (const [name, value] of Object.entries(sheet.beside.view)) body.set(name, value);
  const page = await post(sheet.root.dataset.pasteUrl ?? "", body);
  const dialog = page?.querySelector("dialog");
  if (!dialog) return;
  const there = document.querySelector("dialog.paste[open]");
  if (there) {
    there.replaceChildren(...dialog.childNodes);
    listen(sheet, /** @type {HTMLDialogElement} */ (there));
  } else {
    const place = /** @type {HTMLElement} */ (document.getElementById("dialog"));
    place.replaceChildren(dialog);
    openDialogs(place);
    dialog.addEventListener("close", () => sheet.cursor.keep({ takes: true }));
    listen(sheet, dialog);
  }
}

/**
 * @param {string} url
 * @param {FormData} body
 */
async function post(url, body) {
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { "HX-Request": "true", "X-CSRFToken": csrf() },
    });
    const elsewhere = response.headers.get("HX-Redirect");
    if (elsewhere) location.assign(elsewhere);
    const page = parse(await response.text());
    if (!page.querySelector("dialog") && !tell(page)) toast(reason(response.status), { late: true });
    return page;
  } catch {
    toast(reason(0), { late: true });
    return null;
  }
}

/**
 * The preview under the hands: its fields ask again, its button applies, the focus lies on what comes next.
 * @param {Sheet} sheet
 * @param {HTMLDialogElement} dialog
 */
function listen(sheet, dialog) {
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const again = () => look(sheet, new FormData(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const apply = /** @type {HTMLButtonElement} */ (form.querySelector("[data-paste=apply]"));
    const isMended = /** @type {Element} */ (document.activeElement).matches("input:not([type=checkbox])");
    if (event.submitter === apply && !isMended) make(sheet, dialog, form);
    else again();
  });
  form.addEventListener("change", (event) => {
    if (/** @type {Element} */ (event.target).matches("[data-again]")) again();
  });
  form.querySelector("[data-paste=leave]")?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  const next = form.querySelector("[aria-invalid=true]") ?? form.querySelector("[data-paste=apply]:enabled");
  /** @type {HTMLElement} */ (next ?? form.querySelector("[data-paste=leave]")).focus();
  announce(form.querySelector("#paste-told")?.textContent?.replace(/\s+/g, " ").trim());
}

/**
 * Make the change; what is refused comes back with the reason, looked at anew.
 * @param {Sheet} sheet
 * @param {HTMLDialogElement} dialog
 * @param {HTMLFormElement} form
 */
async function make(sheet, dialog, form) {
  const fields = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
  const url = form.dataset.apply ?? "";
  dialog.close();
  sheet.drafts.leave(sheet.cursor.id);
  const outcome = await sheet.changes.put({ url: () => url, fields: () => fields });
  if (isMade(outcome)) {
    const row = outcome.part.dataset.focus && rowOf(outcome.part.dataset.focus);
    if (row) sheet.cursor.moveTo(row, sheet.cursor.column);
  } else if (outcome) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    await look(sheet, body);
  }
}

// ── by the menu ──

/**
 * Without a key the browser is asked for the clipboard; where it gives none, a field takes the table.
 * @param {Sheet} sheet
 * @param {"copy" | "cut" | "paste"} name
 */
export async function byMenu(sheet, name) {
  if (name !== "paste") return copy(sheet, { cuts: name === "cut" && sheet.canPlan });
  const held = await read();
  if (held) return paste(sheet, held);
  const place = new URLSearchParams({ ...(await placeOf(sheet)), ...sheet.beside.view });
  return load("GET", `${sheet.root.dataset.pasteUrl}?${place}`, { target: "#dialog" });
}

/** @returns {Promise<Held | null>} */
async function read() {
  try {
    const items = await navigator.clipboard.read();
    /** @param {string} type */
    const part = async (type) => (await items.find((item) => item.types.includes(type))?.getType(type))?.text() ?? "";
    return { html: await part("text/html"), text: await part("text/plain") };
  } catch {
    return null;
  }
}
