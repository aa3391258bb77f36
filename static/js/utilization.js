// The heat map: arrows move between cells, Enter opens what is behind one, Esc closes it. Without this the cells are links.
import { load } from "./answer.js";
import { isPlain, rove } from "./roving.js";

const CELL = "a.heat__cell";
const HEAT_CELL = `[data-heat] ${CELL}`;
const PAGE = 10; // rows that PageDown goes on
const drill = () => /** @type {HTMLElement} */ (document.getElementById("drill"));
/** @type {HTMLAnchorElement | null} */
let opened = null;

// ── one cell is in the order of Tab; arrows move it ──

/** @param {ParentNode} root */
function settle(root) {
  for (const cell of root.querySelectorAll(CELL)) /** @type {HTMLElement} */ (cell).tabIndex = -1;
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(HEAT_CELL)]);
  if (all.length && !all.some((cell) => cell.tabIndex === 0)) all[0].tabIndex = 0;
}

/** @param {HTMLElement | null | undefined} cell */
function focus(cell) {
  const box = cell?.closest(".table-scroll");
  if (!cell || !box) return;
  rove(document, HEAT_CELL, cell);
  cell.focus();
  // Sticky head and first column must not lie over it.
  const [place, frame] = [cell.getBoundingClientRect(), box.getBoundingClientRect()];
  const head = /** @type {HTMLElement} */ (box.querySelector("thead"));
  const left = frame.left + /** @type {HTMLElement} */ (head.querySelector("th")).offsetWidth;
  const top = frame.top + head.offsetHeight;
  box.scrollBy(place.left < left ? place.left - left : 0, place.top < top ? place.top - top : 0);
}

/**
 * The cell that a key leads to; undefined: it leads nowhere.
 * @param {HTMLElement} cell
 * @param {string} key
 */
function beside(cell, key) {
  const here = /** @type {HTMLTableCellElement} */ (cell.closest("td"));
  const row = /** @type {HTMLTableRowElement} */ (cell.closest("tr"));
  const column = here.cellIndex;
  const rows = /** @type {HTMLTableRowElement[]} */ (
    [...(cell.closest("table")?.querySelectorAll("tbody tr") ?? [])].filter((each) => each.querySelector(CELL))
  );
  const at = rows.indexOf(row);
  /**
   * @param {HTMLTableRowElement | undefined} each
   * @param {number} place
   * @returns {HTMLElement | null | undefined}
   */
  const inRow = (each, place) => each?.cells[place]?.querySelector(CELL);
  switch (key) {
    case "ArrowLeft":
      return inRow(row, column - 1);
    case "ArrowRight":
      return inRow(row, column + 1);
    case "ArrowUp":
      return inRow(rows[at - 1], column);
    case "ArrowDown":
      return inRow(rows[at + 1], column);
    case "Home":
      return /** @type {HTMLElement | null} */ (row.querySelector(CELL));
    case "End":
      return inRow(row, row.cells.length - 1);
    case "PageUp":
      return inRow(rows[Math.max(at - PAGE, 0)], column);
    case "PageDown":
      return inRow(rows[Math.min(at + PAGE, rows.length - 1)], column);
    default:
      return undefined;
  }
}

/** @param {Event} event */
const cellOf = (event) =>
  /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest?.(HEAT_CELL) ?? null);

document.addEventListener("keydown", (event) => {
  const cell = cellOf(event);
  if (!cell || !isPlain(event)) return;
  const next = beside(cell, event.key);
  if (next === undefined && !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  focus(next);
});
document.addEventListener("focusin", (event) => {
  const cell = cellOf(event);
  if (cell && cell.tabIndex !== 0) focus(cell);
});

// ── what is behind a cell ──

const isShown = () => drill().matches(":popover-open");
const enter = () => /** @type {HTMLElement | null} */ (drill().querySelector("a, button"))?.focus();

/** @param {HTMLAnchorElement} cell */
async function open(cell) {
  if (isShown()) drill().hidePopover();
  const isLoaded = await load("GET", cell.href, { target: drill(), swap: "innerHTML" });
  if (!isLoaded || !drill().querySelector("#drill-title")) return;
  opened = cell;
  cell.setAttribute("aria-expanded", "true");
  drill().showPopover();
  place(cell);
  enter();
}
// What replaces a popover's inside takes the focus that went with it.
document.addEventListener("htmx:afterSwap", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.target === drill() && isShown()) enter();
});

/**
 * Browsers without anchors get it below the cell, or above where there is no room.
 * @param {Element} cell
 */
function place(cell) {
  if (CSS.supports("anchor-name: --drill") || innerWidth < 768) return;
  const [box, own] = [cell.getBoundingClientRect(), drill().getBoundingClientRect()];
  const fitsBelow = box.bottom + own.height + 8 < innerHeight;
  const top = fitsBelow ? box.bottom + 4 : Math.max(box.top - own.height - 4, 8);
  Object.assign(drill().style, { top: `${top}px`, left: `${Math.min(box.left, innerWidth - own.width - 8)}px` });
}
document.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest("[data-drill-close]")) {
    drill().hidePopover();
    return;
  }
  const cell = cellOf(event);
  if (!cell || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(cell);
});
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target !== drill() || /** @type {ToggleEvent} */ (event).newState === "open") return;
    const cell = opened;
    opened?.removeAttribute("aria-expanded");
    opened = null;
    const isLeft = document.activeElement === document.body || drill().contains(document.activeElement);
    if (cell?.isConnected && isLeft) cell.focus();
  },
  true,
);

document.addEventListener("htmx:load", (event) => settle(/** @type {CustomEvent} */ (event).detail.elt));
document.addEventListener("DOMContentLoaded", () => settle(document));
