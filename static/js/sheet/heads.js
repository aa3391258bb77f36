// The edges of the heads, and their order. Loaded when a hand first comes to them.
import { ask } from "../answer.js";
import { HALF_WIDTH, PADDING, setWidth } from "./columns.js";

const EDGE = 6; // pixels at the end of a head by which it is drawn wider
const FIXED = new Set(["number", "name"]); // each row begins with them

/** @param {number} pixels */
const charactersOf = (pixels) => Math.min(Math.max(Math.round((pixels - PADDING) / HALF_WIDTH), 3), 120);

/**
 * Heads are drawn wider by their edges, and into another order.
 * @param {HTMLElement} root
 */
export function listenToHeads(root) {
  const heads = /** @type {NodeListOf<HTMLTableCellElement>} */ (root.querySelectorAll("thead th"));
  listenToOrder(root, [...heads]);
  listenToSort(root);
  root.querySelector("thead")?.addEventListener("pointerdown", (event) => {
    const { target, clientX, pointerId } = /** @type {PointerEvent} */ (event);
    const head = /** @type {Element} */ (target).closest("th");
    // A press that has waited for this is over.
    if (!head || !event.isTrusted || !isAtEdge(head, clientX)) return;
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
 * The mark in a head sorts by its column; with Shift by this one behind those that are there. The filter and the view of the page stay.
 * @param {HTMLElement} root
 */
function listenToSort(root) {
  root.querySelector("thead")?.addEventListener("click", (event) => {
    const { target, ctrlKey, metaKey, shiftKey } = /** @type {MouseEvent} */ (event);
    const mark = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest(".wbs__sort"));
    if (!mark || ctrlKey || metaKey) return;
    event.preventDefault();
    const address = new URL(location.href);
    address.searchParams.set("sort", (shiftKey ? mark.dataset.more : mark.dataset.sort) ?? "");
    for (const place of ["row", "focus", "task"]) address.searchParams.delete(place);
    location.assign(address);
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
