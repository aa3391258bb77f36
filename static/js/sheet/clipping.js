// Copy, cut and paste of the table, as the browser tells of them. What they do is a script of its own, which comes with the first of them.
import { toast } from "../answer.js";
import { expect } from "../later.js";

/** @import { Sheet } from "../wbs.js" */
/** @import * as Clipboard from "./clipboard.js" */

/** @param {Sheet} sheet */
export function listenToClipboard(sheet) {
  const { table, pen } = sheet;
  const isInside = () => table.contains(document.activeElement);
  const isMeant = () => isInside() && !pen.isWriting;

  /** @param {(clipboard: typeof Clipboard) => unknown} act */
  async function use(act) {
    try {
      expect("clipboard");
      act(await import("./clipboard.js"));
    } catch {
      toast(document.body.dataset.offline ?? "", { late: true });
    }
  }

  for (const name of /** @type {const} */ (["copy", "cut"])) {
    document.addEventListener(name, (event) => {
      if (!isMeant()) return;
      event.preventDefault();
      use((clipboard) => clipboard.copy(sheet, { cuts: name === "cut" && sheet.canPlan }));
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
    use((clipboard) => clipboard.paste(sheet, held));
  });
  sheet.clip = (name) => use((clipboard) => clipboard.byMenu(sheet, name));
}
