// From a date of the WBS to its reasons: "?" on a cell, or the mark beside the date that is pointed at or focused.
(() => {
  const wbs = window.itdo?.wbs;
  const mark = document.getElementById("wbs-why")?.content.firstElementChild;
  if (!wbs?.openDrawer || !mark) return;
  const { root, table } = wbs;

  const ENDS = new Set(["start", "finish"]);
  const dateCell = (target) => {
    const cell = target?.closest?.("tbody tr[id^='row-'] > td");
    return cell && ENDS.has(cell.dataset.column) && cell.textContent ? cell : null;
  };
  const idOf = (cell) => cell.parentElement.id.slice(4);

  // One mark for the whole table: it stands where the hand is, else where the focus is.
  function offer(cell) {
    if (!cell) return mark.remove();
    if (mark.parentElement === cell) return undefined;
    const end = cell.dataset.column;
    mark.href = `/tasks/${idOf(cell)}/why/?end=${end}`;
    mark.title = end === "start" ? root.dataset.whyStart : root.dataset.whyFinish;
    return cell.prepend(mark);
  }
  table.addEventListener("pointerover", (event) => offer(dateCell(event.target) ?? dateCell(document.activeElement)));
  table.addEventListener("pointerleave", () => offer(dateCell(document.activeElement)));
  table.addEventListener("focusin", (event) => offer(dateCell(event.target)));
  // A press moves the focus onto the mark, which has to stay for the click.
  table.addEventListener("focusout", (event) => { if (!mark.contains(event.relatedTarget)) offer(null); });

  async function open(cell) {
    wbs.focusCell(cell.parentElement, cell.cellIndex, { quiet: true }); // where closing the drawer returns to
    await wbs.openDrawer(idOf(cell), ENDS.has(cell.dataset.column) ? cell.dataset.column : "start");
    document.getElementById("task-drawer-title")?.focus();
  }
  table.addEventListener("click", (event) => {
    if (!mark.contains(event.target) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    open(mark.parentElement);
  }, true);
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tbody tr[id^='row-'] > *");
    if (event.key !== "?" || !cell || event.target.closest("input") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    open(cell);
  });
})();
