// What others have changed since the user's last visit: its rows and cells are marked while the button is pressed.
import { announce, reason, toast } from "../answer.js";

/**
 * @typedef {{ said: string, columns: string[] }} News
 */

const BUTTON = "[data-news-url]";
const ROW = "is-news";

/** @param {HTMLTableElement} table  whose rows have the ids of tasks, and cells the names of columns */
export function listenToNews(table) {
  /** @type {Record<string, News>} */
  let news = {};
  const seen = new MutationObserver(mark);

  function mark() {
    for (const row of table.querySelectorAll("tr[id^=row-]")) {
      const own = news[row.id.slice("row-".length)];
      if (own) show(/** @type {HTMLTableRowElement} */ (row), own);
    }
  }
  function clear() {
    news = {};
    seen.disconnect();
    for (const each of table.querySelectorAll(`.${ROW}`)) each.classList.remove(ROW);
    for (const each of table.querySelectorAll("[data-news]")) {
      each.removeAttribute("data-news");
      each.removeAttribute("title");
    }
  }

  document.addEventListener("click", async (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (/** @type {Element} */ (event.target).closest(BUTTON));
    if (!button) return;
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isOn));
    clear();
    if (!isOn) return;
    const found = await fetched(button.dataset.newsUrl ?? "");
    if (!found) {
      button.setAttribute("aria-pressed", "false");
      return;
    }
    news = found;
    mark();
    // Rows that are drawn later are marked, too.
    seen.observe(table, { childList: true, subtree: true });
    announce(button.getAttribute("aria-label"));
  });
}

/**
 * @param {string} url
 * @returns {Promise<Record<string, News> | null>}
 */
async function fetched(url) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (answer.ok) return (await answer.json()).tasks;
    toast(reason(answer.status), { late: true });
  } catch {
    toast(reason(0), { late: true });
  }
  return null;
}

/**
 * @param {HTMLTableRowElement} row
 * @param {News} own
 */
function show(row, own) {
  if (row.classList.contains(ROW)) return;
  row.classList.add(ROW);
  const cells = [...row.cells].filter(({ dataset: { column } }) => column && own.columns.includes(column));
  for (const cell of cells.length ? cells : [row.cells[0]]) {
    cell.dataset.news = "";
    cell.title = own.said;
  }
}
