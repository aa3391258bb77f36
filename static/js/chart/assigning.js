// Who works on a task: A on its bar asks, in a dialog whose answer replaces rows as that of every change does.
import { isMade } from "../sheet/changes.js";
import { barOf } from "./bars.js";

/** @import { Sheet } from "../wbs.js" */

let isListening = false;

/** @param {Sheet} sheet */
export function listenToAssigning(sheet) {
  if (isListening) return;
  isListening = true;
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
      const outcome = await sheet.changes.post(url, { people: people.value, was: was.value });
      submitter.disabled = false;
      if (outcome && "refusal" in outcome) {
        // A toast would lie under the question: what it says is said in it.
        const note = form.closest("dialog")?.querySelector("[data-refusal]");
        if (note) note.textContent = outcome.refusal;
        people.focus();
      } else if (isMade(outcome)) {
        form.closest("dialog")?.close();
        barOf(url.split("/").at(-2) ?? "")?.focus({ preventScroll: true });
      }
    },
    true, // before the page would take it for a form that leaves it
  );
}
