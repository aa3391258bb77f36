// The heat map: arrows move between cells, Enter opens what is behind one, Esc closes it. Without this the cells are links.
(() => {
  const CELL = "a.heat__cell";
  const drill = () => document.getElementById("drill");
  let opened = null;

  // ── one cell is in the order of Tab; arrows move it ──
  const cells = () => [...document.querySelectorAll(`[data-heat] ${CELL}`)];
  function rove(root) {
    for (const cell of root.querySelectorAll(CELL)) cell.tabIndex = -1;
    const all = cells();
    if (all.length && !all.some((cell) => cell.tabIndex === 0)) all[0].tabIndex = 0;
  }
  function focus(cell) {
    if (!cell) return;
    document.querySelectorAll(`[data-heat] ${CELL}[tabindex="0"]`).forEach((other) => { other.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus();
    // Sticky head and first column must not lie over it.
    const box = cell.closest(".table-scroll");
    const [place, frame] = [cell.getBoundingClientRect(), box.getBoundingClientRect()];
    const left = frame.left + box.querySelector("thead th").offsetWidth;
    const top = frame.top + box.querySelector("thead").offsetHeight;
    box.scrollBy(place.left < left ? place.left - left : 0, place.top < top ? place.top - top : 0);
  }
  function beside(cell, key) {
    const [column, row] = [cell.closest("td").cellIndex, cell.closest("tr")];
    const rows = [...cell.closest("table").querySelectorAll("tbody tr")].filter((each) => each.querySelector(CELL));
    const at = rows.indexOf(row);
    const inRow = (each, place) => each?.cells[place]?.querySelector(CELL);
    switch (key) {
      case "ArrowLeft": return inRow(row, column - 1);
      case "ArrowRight": return inRow(row, column + 1);
      case "ArrowUp": return inRow(rows[at - 1], column);
      case "ArrowDown": return inRow(rows[at + 1], column);
      case "Home": return inRow(row, 1);
      case "End": return inRow(row, row.cells.length - 1);
      case "PageUp": return inRow(rows[Math.max(at - 10, 0)], column);
      case "PageDown": return inRow(rows[Math.min(at + 10, rows.length - 1)], column);
      default: return undefined;
    }
  }
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(`[data-heat] ${CELL}`);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = beside(cell, event.key);
    if (next === undefined && !["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    focus(next);
  });
  document.addEventListener("focusin", (event) => {
    const cell = event.target.closest?.(`[data-heat] ${CELL}`);
    if (cell && cell.tabIndex !== 0) focus(cell);
  });

  // ── what is behind a cell ──
  function close() {
    opened?.removeAttribute("aria-expanded");
    opened = null;
  }
  async function open(cell) {
    if (drill().matches(":popover-open")) drill().hidePopover();
    await htmx.ajax("GET", cell.href, { source: drill(), target: drill(), swap: "innerHTML" });
    if (!drill().querySelector("#drill-title")) return;
    opened = cell;
    cell.setAttribute("aria-expanded", "true");
    drill().showPopover();
    place(cell);
    drill().querySelector("a, button")?.focus();
  }
  // What replaces a popover's inside takes the focus that went with it.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === drill() && drill().matches(":popover-open")) drill().querySelector("a, button")?.focus();
  });
  // Browsers without anchors get it below the cell, or above where there is no room.
  function place(cell) {
    if (CSS.supports("anchor-name: --drill") || innerWidth < 768) return;
    const [box, own] = [cell.getBoundingClientRect(), drill().getBoundingClientRect()];
    const top = box.bottom + own.height + 8 < innerHeight ? box.bottom + 4 : Math.max(box.top - own.height - 4, 8);
    Object.assign(drill().style, { top: `${top}px`, left: `${Math.min(box.left, innerWidth - own.width - 8)}px` });
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-drill-close]")) return drill().hidePopover();
    const cell = event.target.closest(`[data-heat] ${CELL}`);
    if (!cell || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(cell);
  });
  document.addEventListener("toggle", (event) => {
    if (event.target !== drill() || event.newState === "open") return;
    const cell = opened;
    close();
    if (cell?.isConnected && (document.activeElement === document.body || drill().contains(document.activeElement))) cell.focus();
  }, true);

  document.addEventListener("htmx:load", (event) => rove(event.detail.elt));
  document.addEventListener("DOMContentLoaded", () => rove(document));
})();
