// The one field of the table. It lies unseen in the cell of the focus, so that the first key, or the first of a conversion of
// an input method, lands in the cell; from then on it is seen, until what was typed is committed or given back.

import { lent } from "../later.js";
import { fill } from "../words.js";

/** @import { Columns } from "./columns.js" */
/** @import { Names } from "./names.js" */

/**
 * How it stands: unseen; typed over what was there, so that arrows commit and go on; or in the text, so that arrows walk in it.
 * @typedef {"resting" | "typing" | "editing"} Mode
 */

/** @typedef {"down" | "up" | "right" | "left" | "next" | "previous" | "stay" | ""} Step  where the focus goes then */

/**
 * @typedef {object} Holder
 * @property {(cell: HTMLTableCellElement, text: string, step: Step) => void} commit
 * @property {(cell: HTMLTableCellElement) => void} giveBack
 * @property {(cell: HTMLTableCellElement) => string} textOf  what editing begins with
 * @property {(cell: HTMLTableCellElement | null, text: string) => void} stands  a text stands in the field; null: none does
 */

/** @type {Record<string, Step>} */
const ENDS = { Enter: "down", "Shift+Enter": "up", Tab: "next", "Shift+Tab": "previous" };
/** @type {Record<string, Step>} */
const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

/** What is offered while people are typed comes when it may: keys are the field's own until then. */
const offering = lent("names", async () => await import("./names.js"));

export class Pen {
  /**
   * @param {HTMLElement} root
   * @param {Columns} columns
   * @param {Holder} holder
   */
  constructor(root, columns, holder) {
    this.root = root;
    this.columns = columns;
    this.holder = holder;
    /** @type {Mode} */
    this.mode = "resting";
    /** @type {HTMLTableCellElement | null} */
    this.cell = null;
    this.isMoving = false; // from one cell to another: no one has left it
    // That of an empty plan came with the page.
    this.input = /** @type {HTMLInputElement} */ (root.querySelector(".wbs__pen") ?? document.createElement("input"));
    Object.assign(this.input, { className: "wbs__pen", maxLength: 5000, autocomplete: "off" });
    /** @type {Names | null} */
    this.names = null;
    this.offers = ""; // where the names for this cell come from; empty: there are none
    this.#listen();
  }

  get isWriting() {
    return this.mode !== "resting";
  }

  #listen() {
    const { input } = this;
    for (const name of ["compositionstart", "beforeinput", "input"]) {
      input.addEventListener(name, () => !this.isWriting && this.#show("typing"));
    }
    input.addEventListener("input", () => this.holder.stands(this.cell, input.value));
    input.addEventListener("keydown", (event) => this.#press(event));
    input.addEventListener("blur", () => {
      if (this.isWriting && !this.isMoving && !input.hasAttribute("aria-invalid")) this.commit("");
    });
  }

  /**
   * Lie in a cell, unseen, and take the focus if `takes`.
   * @param {HTMLTableCellElement} cell
   * @param {{ takes: boolean }} options
   */
  rest(cell, { takes }) {
    this.commit("");
    this.#hide();
    this.cell = cell;
    if (this.input.parentElement !== cell) this.#moveTo(cell);
    this.input.setAttribute("aria-label", `${this.columns.word(this.columns.of(cell))} ${this.holder.textOf(cell)}`);
    this.input.tabIndex = 0;
    if (takes) this.input.focus({ preventScroll: true });
  }

  /** @param {HTMLTableCellElement} cell  that it came in, with what was typed meanwhile */
  adopt(cell) {
    this.cell = cell;
    cell.classList.add("is-cursor");
    for (const name of ["form", "name", "required"]) this.input.removeAttribute(name);
    this.#show("typing");
  }

  /** @param {HTMLTableCellElement} cell */
  #moveTo(cell) {
    this.isMoving = true;
    cell.append(this.input);
    this.isMoving = false;
  }

  /** It is in no cell: the one of the focus cannot be typed into. */
  leave() {
    this.commit("");
    this.#hide();
    this.isMoving = true;
    this.input.remove();
    this.isMoving = false;
    this.cell = null;
  }

  /**
   * Show what is there, to change it.
   * @param {{ text?: string }} [options]  text: what was typed before, and refused
   */
  edit({ text } = {}) {
    if (!this.cell || this.isWriting) return;
    this.input.value = text ?? this.holder.textOf(this.cell);
    this.#show("editing");
    this.input.focus({ preventScroll: true });
    this.input.select();
  }

  /** @param {Mode} mode */
  #show(mode) {
    const { cell, input } = this;
    if (!cell) return;
    this.mode = mode;
    cell.classList.add("cell--edit");
    input.classList.add("input");
    const column = this.columns.of(cell);
    input.setAttribute("aria-label", fill(this.root.dataset.editName, { column: this.columns.word(column) }));
    const names = this.columns.namesOf(cell);
    const url = this.root.dataset.peopleUrl;
    this.#offer(names && url ? `${url}?of=${names}` : "");
  }

  /** @param {string} url */
  async #offer(url) {
    this.offers = url;
    if (!url) return;
    if (!this.names) {
      const piece = await offering({ holds: false });
      if (piece) this.names ??= new piece.Names(this.input);
    }
    // The cell may have been left meanwhile.
    if (this.offers === url) this.names?.begin(url);
  }

  #hide() {
    const { cell, input } = this;
    if (this.isWriting) this.holder.stands(null, "");
    this.mode = "resting";
    this.offers = "";
    this.names?.end();
    input.value = "";
    input.className = "wbs__pen";
    for (const name of ["aria-invalid", "aria-describedby", "placeholder"]) input.removeAttribute(name);
    cell?.classList.remove("cell--edit");
    cell?.querySelector(".wbs__error")?.remove();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    // While an input method converts, all keys are its own: its Enter confirms the conversion, its Esc takes it back.
    if (event.isComposing || event.keyCode === 229) return event.stopPropagation();
    if (!this.isWriting) return undefined;
    event.stopPropagation();
    if (this.names?.takes(event)) return event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const step = this.#stepOf(event);
    if (step) this.commit(step);
    else if (event.key === "Escape") this.giveBack();
    else if (event.key === "F2") this.mode = this.mode === "typing" ? "editing" : "typing";
    else return undefined;
    event.preventDefault();
    return undefined;
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {Step | undefined}
   */
  #stepOf(event) {
    const end = ENDS[`${event.shiftKey ? "Shift+" : ""}${event.key}`];
    return end || event.shiftKey || this.mode !== "typing" ? end : ARROWS[event.key];
  }

  /** @param {Step} step */
  commit(step) {
    const { cell } = this;
    if (!cell || !this.isWriting) return;
    const text = this.input.value;
    this.#hide();
    this.holder.commit(cell, text, step);
  }

  giveBack() {
    const { cell } = this;
    if (!cell) return;
    this.#hide();
    this.holder.giveBack(cell);
  }

  /**
   * Say below the field why what was typed was refused.
   * @param {string} words
   */
  complain(words) {
    if (!this.cell) return;
    complain(this.cell, words);
    this.input.setAttribute("aria-invalid", "true");
    this.input.setAttribute("aria-describedby", "wbs-error");
  }
}

/**
 * Say below a cell why it was refused; one at a time.
 * @param {HTMLElement} cell
 * @param {string} words
 */
export function complain(cell, words) {
  document.getElementById("wbs-error")?.remove();
  const box = document.createElement("span");
  Object.assign(box, { className: "wbs__error", id: "wbs-error", textContent: words });
  box.setAttribute("role", "alert");
  cell.append(box);
  box.scrollIntoView({ block: "nearest", inline: "nearest" });
}
