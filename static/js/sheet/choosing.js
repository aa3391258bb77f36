// The list of columns: which are shown, and in which order. Loaded when it is there.

/** Its buttons, keys and field. */
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
