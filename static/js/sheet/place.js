// The place in the address: where the sheet opens, where it was scrolled to, where keys go on.
import { keepInAddress } from "../address.js";
import { isOpen } from "../drawer.js";
import { NUMBER, nameCell, rowOf } from "./columns.js";

/** @import { Sheet } from "../wbs.js" */

const COLUMN = "sheet-column"; // where the column of the focus is kept between the pages of a plan
const REST = 250; // milliseconds without scrolling after which the address is right

/**
 * The address follows what is seen, and the row of the focus: back from another page, keys go on in the same row and column.
 * @param {Sheet} sheet
 */
export function listenToPlace({ cursor, drafts, rows, columns, changes }) {
  let resting = 0;
  let leading = 0;

  async function keep() {
    const { first } = rows.seen();
    const section = rows.sectionOf(first);
    // Rows that are still on their way have no number yet.
    if (section && !section.body) await rows.draw(section);
    const row = rows.drawnRow(rows.seen().first);
    if (row) keepInAddress({ row: columns.cell(row, NUMBER).textContent ?? "" });
  }

  rows.view.scroller.addEventListener(
    "scroll",
    () => {
      clearTimeout(resting);
      resting = setTimeout(keep, REST);
    },
    { passive: true },
  );
  cursor.onMoved = () => {
    const { id, column } = cursor;
    if (drafts.of(id)) return;
    sessionStorage.setItem(COLUMN, column);
    clearTimeout(leading);
    leading = setTimeout(() => keepInAddress({ focus: isOpen() ? "" : changes.real(cursor.id) }), REST);
  };
}

/**
 * Keys go on in this row, if it is seen; a user who has begun elsewhere meanwhile stays there.
 * @param {Sheet} sheet
 * @param {string} id
 * @param {Promise<unknown>} drawn  what is seen is drawn
 */
async function openAt({ cursor, beside, table }, id, drawn) {
  if (!id) return;
  // Where the user had scrolled to, it may be a row of the next section.
  if (!rowOf(id)) await drawn;
  if (table.contains(document.activeElement)) return;
  const isFree = document.activeElement === document.body;
  cursor.moveTo(rowOf(id), sessionStorage.getItem(COLUMN) ?? "", { isQuiet: !isFree });
  if (isFree) beside.chart?.reveal(id, { takes: true });
}

/**
 * The place that the address names; then what else is seen.
 * @param {Sheet} sheet
 */
export async function openPlace(sheet) {
  const { root, rows, beside } = sheet;
  const isBeside = root.dataset.face === "gantt";
  const place = Number(root.dataset.place);
  // Before anything is drawn by what is seen: what came with the page stays.
  if (place) rows.view.scroller.scrollTop = place * rows.rowHeight;
  if (isBeside) await beside.open();
  const drawn = rows.drawSeen();
  sheet.drafts.adopt();
  sheet.wire();
  await openAt(sheet, root.dataset.focused ?? "", drawn);
  if ("goesOn" in root.dataset) {
    // Loaded again, the page does not begin another row.
    keepInAddress({ next: "" });
    sheet.run("append");
  }
  const opened = root.dataset.opened && rowOf(root.dataset.opened);
  if (opened) sheet.cursor.move(nameCell(opened), { isQuiet: true, shape: "rows" });
}
