// What stands in the page for stretches of rows: those that are drawn as they are, and between them one empty room for all that
// are not, however many. So a page holds as much for 100,000 rows as for 1,000. Knows no server and no place of a scroller.

/**
 * A stretch that is drawn, or so many rows that are not.
 * @typedef {HTMLElement | number} Piece
 */

export class Ground {
  /** @param {HTMLTableElement} table */
  constructor(table) {
    this.table = table;
    this.rowHeight = 0; // pixels
    this.columns = 1; // that are shown
    /** @type {HTMLElement | null} what stands beside the table: a picture for each of its bodies */
    this.pictures = null;
  }

  /**
   * What is drawn stands in order, with rooms between; what else stood there goes.
   * @param {Piece[]} bodies
   * @param {Piece[]} pictures
   */
  lay(bodies, pictures) {
    const { table } = this;
    // The first row of an empty plan is the page's own.
    const own = table.querySelector("tbody.wbs__first:has(tr)") ?? table.tHead;
    this.#lay(table, own?.nextElementSibling, bodies);
    if (this.pictures) this.#lay(this.pictures, this.pictures.firstElementChild, pictures);
  }

  /**
   * Nothing that stays is moved: it may have the focus.
   * @param {HTMLElement} parent
   * @param {Element | null | undefined} next  the first child that is laid
   * @param {Piece[]} pieces  no two numbers side by side
   */
  #lay(parent, next, pieces) {
    const staying = new Set(pieces);
    for (const piece of pieces) {
      const isRoom = typeof piece === "number";
      let at = /** @type {HTMLElement | null} */ (next ?? null);
      while (at && !staying.has(at) && !(isRoom && isEmpty(at))) at = without(at);
      const isHere = at && (isRoom ? isEmpty(at) : at === piece);
      const element = isHere && at ? at : isRoom ? makeRoom(parent) : piece;
      if (!isHere) parent.insertBefore(element, at);
      if (isRoom) this.#size(element, piece);
      next = element.nextElementSibling;
    }
    while (next) next = without(next);
  }

  /**
   * @param {HTMLElement} room
   * @param {number} count
   */
  #size(room, count) {
    const cell = room.querySelector("td");
    if (cell) cell.colSpan = this.columns;
    (cell ?? room).style.height = `${count * this.rowHeight}px`;
  }
}

/** @param {HTMLElement} element */
const isEmpty = (element) => "waiting" in element.dataset;

/** @param {HTMLElement} parent */
function makeRoom(parent) {
  const room = document.createElement(parent instanceof HTMLTableElement ? "tbody" : "div");
  room.dataset.waiting = "";
  room.setAttribute("aria-hidden", "true");
  if (room instanceof HTMLTableSectionElement) room.insertRow().insertCell();
  return room;
}

/**
 * @param {Element} element
 * @returns {HTMLElement | null} what stands behind it
 */
function without(element) {
  const next = element.nextElementSibling;
  element.remove();
  return /** @type {HTMLElement | null} */ (next);
}
