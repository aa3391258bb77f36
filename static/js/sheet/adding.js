// A new row: it is typed where it will stand.
import { idOf, nameCell, rowOf } from "./columns.js";
import { showRefusal } from "./editor.js";

/** @import { Sheet } from "../wbs.js" */

/**
 * Open a row below `after`, or at the end of the plan.
 * @param {Sheet} sheet
 */
export async function add(sheet) {
  const { root, rows, columns, cursor, marks, changes } = sheet;
  if (!sheet.canPlan || document.getElementById("wbs-new")) return;
  const after = [...marks.ids].pop() ?? cursor.current?.id;
  const above = (after && rowOf(after)) || (await rows.rowAt(rows.total - 1));
  if (!above) return;
  const row = columns.emptyRow("wbs-new");
  row.setAttribute("aria-level", above.getAttribute("aria-level") ?? "1");
  const cell = nameCell(row);
  cell.className = "cell--edit";
  const input = document.createElement("input");
  const name = root.dataset.newName ?? "";
  Object.assign(input, { className: "input", maxLength: 500, placeholder: name });
  input.setAttribute("aria-label", name);
  cell.append(input);
  above.after(row);

  const leave = () => {
    row.remove();
    cursor.moveTo(above);
    setTimeout(() => rows.drawSeen());
  };
  const put = async () => {
    if (!input.value.trim()) return leave();
    const outcome = await changes.post(root.dataset.addUrl ?? "", { name: input.value, after: idOf(above) });
    if (!outcome || "refusal" in outcome) return showRefusal(cell, input, outcome);
    row.remove();
    return sheet.arrive(outcome.part.dataset.focus);
  };
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") put();
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => {
    if (row.isConnected && !input.value.trim()) row.remove();
  });
  input.focus();
  row.scrollIntoView({ block: "nearest" });
}
