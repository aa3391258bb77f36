// Copy, cut and paste of the table, as the browser tells of them. What they do is a script of its own, which comes with the first of them.
import { lent } from "../later.js";

/** @import { Sheet } from "../wbs.js" */

const clipboard = lent("clipboard", async () => await import("./clipboard.js"));

/** @param {Sheet} sheet */
export function listenToClipboard(sheet) {
  const { table, pen } = sheet;
  const isInside = () => table.contains(document.activeElement);
  const isMeant = () => isInside() && !pen.isWriting;

  for (const name of /** @type {const} */ (["copy", "cut"])) {
    document.addEventListener(name, (event) => {
      if (!isMeant()) return;
      event.preventDefault();
      clipboard().then((piece) => piece?.copy(sheet, { cuts: name === "cut" && sheet.canPlan }));
    });
  }
  document.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!isInside() || !data) return;
    // It is gone when the event is over.
    const held = { html: data.getData("text/html"), text: data.getData("text/plain") };
    // A text goes into what is typed; a table in a new row is rows.
    if (pen.isWriting && !(sheet.drafts.of(sheet.cursor.id) && /[\t\n]/.test(held.text.trim()))) return;
    event.preventDefault();
    if (!sheet.canPlan) return;
    clipboard().then((piece) => piece?.paste(sheet, held));
  });
  sheet.clip = async (name) => (await clipboard())?.byMenu(sheet, name);
}
