// Who works on a task: A on its bar, or the button above, asks; the answer replaces rows as that of a move does.
import { toast } from "../answer.js";
import { isPlain } from "../roving.js";
import { barOf, idOf, isSummary } from "./bars.js";
import { barUnder } from "./gestures.js";

/** @import { Bars } from "./bars.js" */
/** @import { Gestures } from "./gestures.js" */

/**
 * @param {HTMLElement} root
 * @param {Bars} bars
 * @param {Gestures} gestures
 */
export function listenToAssigning(root, bars, gestures) {
  const button = document.getElementById("gantt-assign");
  if (!button) return;

  /** @param {Element | null} bar */
  function question(bar) {
    if (!bar || isSummary(bar)) toast(button?.dataset.sayChoose ?? "");
    else htmx.ajax("GET", (button?.dataset.url ?? "").replace("/0/", `/${idOf(bar)}/`), { target: "#dialog" });
  }
  button.addEventListener("click", () => question(bars.chosen));
  root.addEventListener("keydown", (event) => {
    const bar = barUnder(event);
    if (!bar || gestures.held || event.key.toLowerCase() !== "a" || !isPlain(event)) return;
    event.preventDefault();
    question(bar);
  });

  document.addEventListener(
    "submit",
    async (event) => {
      const form = /** @type {HTMLFormElement | null} */ (
        /** @type {Element} */ (event.target).closest("form[data-assign]")
      );
      if (!form) return;
      event.preventDefault();
      const submitter = /** @type {HTMLButtonElement} */ (event.submitter);
      submitter.disabled = true;
      const people = /** @type {HTMLInputElement} */ (form.elements.namedItem("people"));
      const was = /** @type {HTMLInputElement} */ (form.elements.namedItem("was"));
      const url = new URL(form.action).pathname;
      const answered = await gestures.post(url, { people: people.value, was: was.value });
      submitter.disabled = false;
      if (!answered) {
        refuse(form, people);
        return;
      }
      form.closest("dialog")?.close();
      gestures.swap(answered);
      barOf(url.split("/").at(-2) ?? "")?.focus({ preventScroll: true });
    },
    true, // before the page would take it for a form that leaves it
  );
}

/**
 * A toast would lie under the question: what it says is said in it.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} people
 */
function refuse(form, people) {
  const last = document.querySelector("#toasts > :last-child");
  const note = form.closest("dialog")?.querySelector("[data-refusal]");
  if (note) note.textContent = last?.querySelector("span")?.textContent ?? "";
  last?.remove();
  people.focus();
}
