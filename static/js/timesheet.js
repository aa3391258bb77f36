// A week of hours: arrows and Enter move, a cell is saved when it is left, and what the server did not take is kept and sent again.
// Without this the page is a form of the whole week.
import { announce, ask, tell } from "./answer.js";
import { isPlain } from "./roving.js";

const AGAIN_MILLISECONDS = 5000;
const form = /** @type {HTMLFormElement} */ (document.getElementById("hours-form"));
const note = /** @type {HTMLFormElement} */ (document.querySelector(".hours-comment"));
const said = /** @type {HTMLInputElement} */ (note.elements.namedItem("comment"));
/** What waits to be sent, by the name of its field: the last value of each. @type {Map<string, Record<string, string>>} */
const waiting = new Map();
let isSending = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;

/** @param {EventTarget | null} target */
const fieldOf = (target) => (target instanceof HTMLInputElement && target.matches(".hours__in") ? target : null);
/** @param {string} name */
const fieldNamed = (name) => /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name));

/**
 * The field beside another one.
 * @param {HTMLInputElement} field
 * @param {number} down
 * @param {number} right
 */
function beside(field, down, right) {
  const cell = /** @type {HTMLTableCellElement} */ (field.closest("td"));
  const row = /** @type {HTMLTableRowElement} */ (cell.closest("tr"));
  if (right) {
    const all = /** @type {HTMLInputElement[]} */ ([...row.querySelectorAll(".hours__in")]);
    return all[all.indexOf(field) + right];
  }
  const rows = [...(row.parentElement?.children ?? [])];
  for (let at = rows.indexOf(row) + down; rows[at]; at += down) {
    const next = rows[at].children[cell.cellIndex]?.querySelector(".hours__in");
    if (next) return /** @type {HTMLInputElement} */ (next);
  }
  return undefined;
}

/** @param {HTMLInputElement | undefined} field */
function go(field) {
  field?.focus();
  field?.select();
}

/**
 * Whether an arrow to the side leaves the field: when all of it is selected, or the caret is at that end.
 * @param {HTMLInputElement} field
 * @param {number} right
 */
function leaves(field, right) {
  const [start, end] = [field.selectionStart ?? 0, field.selectionEnd ?? 0];
  const length = field.value.length;
  return (start === 0 && end === length) || (start === end && start === (right > 0 ? length : 0));
}

/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

form.addEventListener("keydown", (event) => {
  const field = fieldOf(event.target);
  if (!field || !isPlain(event) || event.isComposing) return;
  if (event.key === "Escape") {
    field.value = field.defaultValue;
    field.select();
  } else if (event.key === "F2" && !field.name.startsWith("left-")) {
    event.preventDefault();
    said.focus();
  } else if (STEPS[event.key]) {
    const [down, right] = STEPS[event.key];
    if (right && !leaves(field, right)) return;
    event.preventDefault();
    const next = beside(field, event.shiftKey && event.key === "Enter" ? -1 : down, right);
    if (next) go(next);
    else save(field);
  }
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("focusin", (event) => {
  const field = fieldOf(event.target);
  if (!field) return;
  field.select();
  if (!field.name.startsWith("left-")) choose(field);
});
form.addEventListener("focusout", (event) => {
  const field = fieldOf(event.target);
  if (field) save(field);
});

// ── the comment of the day that was chosen ──

/** @param {HTMLInputElement} field */
function choose(field) {
  const [row, day] = field.name.split("-");
  /** @type {HTMLSelectElement} */ (note.elements.namedItem("row")).value = row;
  /** @type {HTMLSelectElement} */ (note.elements.namedItem("day")).value = day;
  said.value = field.dataset.comment ?? "";
}
const chosen = () => {
  const data = new FormData(note);
  return `${data.get("row")}-${data.get("day")}`;
};
note.addEventListener("change", (event) => {
  if (event.target !== said) said.value = fieldNamed(chosen())?.dataset.comment ?? "";
});
note.addEventListener("submit", (event) => {
  event.preventDefault();
  const name = chosen();
  const [row, day] = name.split("-");
  send(name, { row, day, comment: said.value });
  go(fieldNamed(name) ?? undefined);
});
said.addEventListener("keydown", (event) => {
  if (event.key === "Escape") go(fieldNamed(chosen()) ?? undefined);
});

// ── saving ──

/** @param {HTMLInputElement} field */
function save(field) {
  if (field.value.trim() === field.defaultValue.trim() && !field.hasAttribute("aria-invalid")) return;
  // What it shows from now on is what was sent: leaving it once more sends nothing.
  field.defaultValue = field.value;
  const [row, day] = field.name.split("-");
  if (row === "left") send(field.name, { row: day, hours: field.value });
  else send(field.name, { row, day, hours: field.value, seen: field.dataset.was ?? "" });
}

/**
 * @param {string} name
 * @param {Record<string, string>} fields
 */
function send(name, fields) {
  waiting.set(name, { ...waiting.get(name), ...fields });
  mark(name, true);
  drain();
}

/**
 * @param {string} name
 * @param {boolean} waits
 */
function mark(name, waits) {
  const field = fieldNamed(name);
  field?.toggleAttribute("data-waits", waits);
}

/** One after the other: two cells of a day must not each be judged without the other. */
async function drain() {
  if (isSending) return;
  isSending = true;
  clearTimeout(again);
  again = undefined;
  for (const [name, fields] of waiting) {
    const url = name.startsWith("left-") ? form.dataset.remaining : form.dataset.cell;
    const answer = await ask(url ?? "", { fields });
    // The session has ended: the page leaves for the sign-in.
    if (!answer) return;
    if (answer.status === 0 || answer.status >= 500 || answer.status === 429) {
      announce(form.dataset.waits);
      const field = fieldNamed(name);
      if (field) field.title = form.dataset.waits ?? "";
      again = setTimeout(drain, Math.max(answer.wait * 1000, AGAIN_MILLISECONDS));
      break;
    }
    // Typed once more meanwhile: that is sent next.
    if (waiting.get(name) === fields) waiting.delete(name);
    tell(answer.page);
    if (answer.isOk) draw(name, answer.page);
    else refuse(name, answer.page);
  }
  isSending = false;
  if (waiting.size && !again) drain();
}
addEventListener("online", drain);
addEventListener("beforeunload", (event) => {
  if (waiting.size) event.preventDefault();
});
// Handing in waits until all is saved: what the server does not have yet would stay outside.
document.addEventListener(
  "submit",
  (event) => {
    const other = /** @type {HTMLFormElement} */ (event.target);
    const field = fieldOf(document.activeElement);
    if (other === form || other === note || other.method !== "post") return;
    if (field) save(field);
    if (!waiting.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    announce(form.dataset.waits);
    const wait = setInterval(() => {
      if (waiting.size) return;
      clearInterval(wait);
      if (!form.querySelector("[aria-invalid]")) other.requestSubmit();
    }, 50);
  },
  true,
);

/**
 * Put what follows from a saved cell into its places; who types in it goes on.
 * @param {string} name
 * @param {DocumentFragment} page
 */
function draw(name, page) {
  const [, day] = name.split("-");
  for (const cell of [...page.children]) {
    const old = cell.id && document.getElementById(cell.id);
    if (!old) continue;
    const [field, fresh] = [old.querySelector("input"), cell.querySelector("input")];
    const isTyped = field && field === document.activeElement && field.value !== field.defaultValue;
    if (field && fresh && (isTyped || waiting.has(field.name))) {
      field.dataset.was = fresh.dataset.was ?? "";
      continue;
    }
    const hadFocus = field && field === document.activeElement;
    old.replaceWith(cell);
    if (hadFocus) go(fresh ?? undefined);
  }
  if (day) announce(form.dataset.saved);
}

/**
 * Say at the cell why it was not taken; what was typed stays.
 * @param {string} name
 * @param {DocumentFragment} page
 */
function refuse(name, page) {
  const field = fieldNamed(name);
  const words = /** @type {HTMLElement | null} */ (page.querySelector("[data-refused]"));
  mark(name, false);
  if (!field) return;
  field.parentElement?.querySelector(".hours__error")?.remove();
  field.setAttribute("aria-invalid", "true");
  const box = document.createElement("span");
  box.className = "field__error hours__error";
  box.id = `${name}-error`;
  box.setAttribute("role", "alert");
  box.textContent = words?.textContent ?? document.body.dataset.failed ?? "";
  field.setAttribute("aria-describedby", box.id);
  field.after(box);
  if (words?.dataset.now) field.dataset.was = words.dataset.now;
}
