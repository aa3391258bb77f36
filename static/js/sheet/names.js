// Names to choose from while a cell is typed into: found by a part, by their reading and in half width, chosen by arrows.
import { ask } from "../answer.js";

const PAUSE = 120; // milliseconds without a key after which names are asked for
const MOST_KEPT = 50; // answers that are kept, so that a letter taken back costs nothing
const SPLIT = /[、，,;；\n]/; // between people
let lists = 0;

/**
 * The name that is being typed, and what stands around it.
 * @param {string} text
 * @param {number} caret
 * @returns {{ before: string, piece: string, behind: string }}
 */
export function pieceAt(text, caret) {
  let start = caret;
  while (start > 0 && !SPLIT.test(text[start - 1])) start -= 1;
  let end = caret;
  while (end < text.length && !SPLIT.test(text[end])) end += 1;
  const piece = text.slice(start, end);
  const lead = piece.length - piece.trimStart().length;
  // A share behind the name is no part of it: 藍沢 湊[50%]
  const name = piece.trim().replace(/\s*\[.*$/, "");
  return { before: text.slice(0, start + lead), piece: name, behind: text.slice(start + lead + name.length) };
}

export class Names {
  /** @param {HTMLInputElement} input */
  constructor(input) {
    this.input = input;
    this.url = "";
    /** @type {HTMLUListElement | null} */
    this.box = null;
    /** @type {Map<string, Element[]>} */
    this.known = new Map();
    this.timer = 0;
    input.addEventListener("input", () => this.#wait());
  }

  get isOpen() {
    return this.box !== null;
  }

  /**
   * The field is in a cell of names.
   * @param {string} url  where they come from; empty: it is not
   */
  begin(url) {
    this.end();
    this.url = url;
    if (!url) return;
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.#wait();
  }

  end() {
    clearTimeout(this.timer);
    this.url = "";
    this.#close();
    for (const name of ["role", "aria-autocomplete", "aria-expanded"]) this.input.removeAttribute(name);
  }

  #close() {
    this.box?.remove();
    this.box = null;
    this.input.removeAttribute("aria-controls");
    this.input.removeAttribute("aria-activedescendant");
    if (this.url) this.input.setAttribute("aria-expanded", "false");
  }

  #wait() {
    clearTimeout(this.timer);
    if (this.url) this.timer = setTimeout(() => this.#ask(), PAUSE);
  }

  get #piece() {
    return pieceAt(this.input.value, this.input.selectionEnd ?? this.input.value.length);
  }

  async #ask() {
    const { url } = this;
    const { piece } = this.#piece;
    const asked = `${url}${url.includes("?") ? "&" : "?"}text=${encodeURIComponent(piece)}`;
    let found = this.known.get(asked);
    if (!found) {
      const answer = await ask(asked);
      if (!answer?.isOk) return;
      found = [...answer.page.querySelectorAll("[data-person]")];
      if (this.known.size >= MOST_KEPT) this.known.clear();
      this.known.set(asked, found);
    }
    // Typing has gone on meanwhile, or the cell is left.
    if (this.url === url && this.#piece.piece === piece) this.#show(found, piece);
  }

  /**
   * @param {Element[]} found
   * @param {string} piece
   */
  #show(found, piece) {
    this.#close();
    const isDone = found.length === 1 && found[0].getAttribute("data-person") === piece;
    const cell = this.input.parentElement;
    if (!found.length || isDone || !cell) return;
    lists += 1;
    const box = document.createElement("ul");
    Object.assign(box, { className: "wbs__names", id: `wbs-names-${lists}` });
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", this.input.getAttribute("aria-label") ?? "");
    found.forEach((each, at) => {
      const item = /** @type {HTMLElement} */ (document.importNode(each, true));
      item.id = `${box.id}-${at}`;
      item.setAttribute("aria-selected", "false");
      box.append(item);
    });
    // The field keeps the focus while the hand chooses.
    box.addEventListener("pointerdown", (event) => event.preventDefault());
    box.addEventListener("click", (event) => {
      const item = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-person]"));
      if (item) this.#choose(item);
    });
    (cell.closest("main") ?? document.body).append(box);
    this.box = box;
    this.#lay(cell);
    this.input.setAttribute("aria-controls", box.id);
    this.input.setAttribute("aria-expanded", "true");
  }

  /**
   * Below the cell, or above it where there is no room.
   * @param {Element} cell
   */
  #lay(cell) {
    const { box } = this;
    if (!box) return;
    const { left, top, bottom, width } = cell.getBoundingClientRect();
    const height = box.offsetHeight;
    const isBelow = bottom + height <= innerHeight;
    box.style.minWidth = `${Math.round(width)}px`;
    box.style.left = `${Math.max(Math.min(left, innerWidth - box.offsetWidth - 8), 8)}px`;
    box.style.top = `${isBelow ? bottom : Math.max(top - height, 0)}px`;
  }

  /**
   * Whether the list has taken a key.
   * @param {KeyboardEvent} event
   */
  takes(event) {
    const { box } = this;
    if (!box || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return false;
    const active = /** @type {HTMLElement | null} */ (box.querySelector("[aria-selected='true']"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#walk(event.key === "ArrowDown" ? 1 : -1);
    else if ((event.key === "Enter" || event.key === "Tab") && active) this.#choose(active);
    else if (event.key === "Escape") this.#close();
    else return false;
    return true;
  }

  /** @param {number} by */
  #walk(by) {
    const items = /** @type {HTMLElement[]} */ ([...(this.box?.children ?? [])]);
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const next = items[at < 0 && by < 0 ? items.length - 1 : (at + by + items.length) % items.length];
    for (const item of items) item.setAttribute("aria-selected", String(item === next));
    next.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", next.id);
  }

  /** @param {HTMLElement} item */
  #choose(item) {
    const { before, behind } = this.#piece;
    const name = item.dataset.person ?? "";
    this.input.value = before + name + behind;
    const caret = before.length + name.length;
    this.input.setSelectionRange(caret, caret);
    this.#close();
  }
}
