// Which columns are shown, in which order, how wide: the list of them, and the edges of the heads.
import { ask } from "../answer.js";

const EDGE = 6; // pixels at the end of a head by which it is drawn wider
const HALF_WIDTH = 7.2; // pixels of a character of half width, padding apart
const PADDING = 24;
const FIXED = new Set(["number", "name"]); // each row begins with them

/** The list of columns, and the heads of the table where there is one. */
export function listenToChoosing() {
  document.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest?.("[data-choose] [data-move]");
    if (button) move(/** @type {HTMLElement} */ (button), /** @type {HTMLElement} */ (button).dataset.move === "up");
  });
  document.addEventListener("keydown", (event) => {
    const item = /** @type {Element} */ (event.target).closest?.("[data-choose] li");
    if (!item || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    move(/** @type {HTMLElement} */ (event.target), event.key === "ArrowUp");
  });
  document.addEventListener("input", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.matches("[data-choose-find]")) find(field);
  });
  const root = document.getElementById("wbs");
  if (root) listenToHeads(root);
}

/**
 * Move a column of the list past its neighbour; the focus stays where it is.
 * @param {HTMLElement} from
 * @param {boolean} isUp
 */
function move(from, isUp) {
  const item = /** @type {HTMLElement} */ (from.closest("li"));
  const other = isUp ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (isUp) other.before(item);
  else other.after(item);
  from.focus();
  item.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLInputElement} field */
function find(field) {
  const words = field.value.trim().toLowerCase();
  const list = field.form?.querySelector("[data-choose]");
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (list?.querySelectorAll("li") ?? [])) {
    item.hidden = !item.textContent?.toLowerCase().includes(words);
  }
}

/**
 * Heads are as wide as they were drawn, and are drawn wider by their edges.
 * @param {HTMLElement} root
 */
function listenToHeads(root) {
  const heads = /** @type {NodeListOf<HTMLTableCellElement>} */ (root.querySelectorAll("thead th"));
  for (const head of heads) if (head.dataset.width) setWidth(head, Number(head.dataset.width));
  listenToOrder(root, [...heads]);
  root.querySelector("thead")?.addEventListener("pointerdown", (event) => {
    const { target, clientX, pointerId } = /** @type {PointerEvent} */ (event);
    const head = /** @type {Element} */ (target).closest("th");
    if (!head || !isAtEdge(head, clientX)) return;
    event.preventDefault();
    head.setPointerCapture(pointerId);
    const before = head.getBoundingClientRect().width - clientX;
    /** @param {PointerEvent} at */
    const draw = (at) => setWidth(head, charactersOf(before + at.clientX));
    head.addEventListener("pointermove", draw);
    head.addEventListener(
      "lostpointercapture",
      () => {
        head.removeEventListener("pointermove", draw);
        const fields = { resized: head.dataset.column ?? "", width: head.dataset.width ?? "" };
        if (root.dataset.columnsUrl) ask(root.dataset.columnsUrl, { fields });
      },
      { once: true },
    );
  });
}

/**
 * @param {Element} head
 * @param {number} x
 */
const isAtEdge = (head, x) => head.getBoundingClientRect().right - x <= EDGE;

/**
 * A head that is dragged in front of another one, or behind the last: the table comes back in that order.
 * @param {HTMLElement} root
 * @param {HTMLTableCellElement[]} heads
 */
function listenToOrder(root, heads) {
  /** @type {HTMLTableCellElement | null} */
  let dragged = null;
  let x = 0;
  const clear = () => {
    for (const head of heads) head.classList.remove("is-before", "is-behind");
  };
  /** @param {DragEvent} event */
  const under = (event) => {
    const head = /** @type {HTMLTableCellElement | null} */ (
      /** @type {Element} */ (event.target).closest?.("thead th")
    );
    if (!dragged || !head || FIXED.has(head.dataset.column ?? "")) return null;
    const { left, width } = head.getBoundingClientRect();
    return { head, isBehind: event.clientX > left + width / 2 };
  };
  for (const head of heads) {
    head.draggable = !FIXED.has(head.dataset.column ?? "");
    head.addEventListener("pointerdown", (event) => {
      x = event.clientX;
    });
    head.addEventListener("dragstart", (event) => {
      // The edge draws the column wider.
      if (isAtEdge(head, x)) return event.preventDefault();
      dragged = head;
      event.dataTransfer?.setData("text/plain", head.dataset.column ?? "");
      return undefined;
    });
    head.addEventListener("dragend", () => {
      dragged = null;
      clear();
    });
  }
  root.querySelector("thead")?.addEventListener("dragover", (event) => {
    const place = under(/** @type {DragEvent} */ (event));
    clear();
    if (!place) return;
    event.preventDefault();
    place.head.classList.add(place.isBehind ? "is-behind" : "is-before");
  });
  root.querySelector("thead")?.addEventListener("drop", async (event) => {
    const place = under(/** @type {DragEvent} */ (event));
    if (!place || !dragged || place.head === dragged || !root.dataset.columnsUrl) return;
    event.preventDefault();
    const before = place.isBehind ? heads[heads.indexOf(place.head) + 1] : place.head;
    const fields = { moved: dragged.dataset.column ?? "", before: before?.dataset.column ?? "" };
    const answer = await ask(root.dataset.columnsUrl, { fields });
    if (answer?.isOk) location.reload();
  });
}

/** @param {number} pixels */
const charactersOf = (pixels) => Math.min(Math.max(Math.round((pixels - PADDING) / HALF_WIDTH), 3), 120);

/**
 * @param {HTMLElement} head
 * @param {number} characters
 */
function setWidth(head, characters) {
  head.dataset.width = String(characters);
  const pixels = `${Math.round(characters * HALF_WIDTH + PADDING)}px`;
  head.style.width = pixels;
  head.style.minWidth = pixels;
  head.style.maxWidth = pixels;
}
