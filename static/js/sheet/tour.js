// What a first visit should know, a sentence at a time, above the table. It comes until a user does not want it any more.
import { ask } from "../answer.js";
import { fill } from "../words.js";

/** @param {() => void} onEnd  where the focus goes on */
export function listenToTour(onEnd) {
  const tour = document.getElementById("wbs-tour");
  const of = matchMedia("(max-width: 767px)").matches ? "[data-narrow]" : ":not([data-narrow])";
  const template = /** @type {HTMLTemplateElement | null | undefined} */ (tour?.querySelector(`template${of}`));
  const sentences = template?.content.querySelectorAll("p");
  if (!tour || !sentences?.length) return;
  const said = /** @type {HTMLElement} */ (tour.querySelector("[role=status]"));
  const next = /** @type {HTMLElement} */ (tour.querySelector("[data-tour=next]"));
  let at = 0;

  function show() {
    said.textContent = sentences?.[at].textContent ?? "";
    const place = /** @type {HTMLElement} */ (tour?.querySelector(".tour__place"));
    place.textContent = fill("{at} / {count}", { at: at + 1, count: sentences?.length ?? 0 });
    next.hidden = at + 1 === sentences?.length;
  }

  function end() {
    const hadFocus = tour?.contains(document.activeElement);
    tour?.remove();
    ask(tour?.dataset.url ?? "", { fields: {} });
    if (hadFocus) onEnd();
  }

  tour.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-tour]"));
    if (button?.dataset.tour === "end") end();
    if (button?.dataset.tour !== "next") return;
    at += 1;
    show();
    // The last sentence has no next one: its button is where keys go on.
    if (next.hidden) /** @type {HTMLElement} */ (tour.querySelector("[data-tour=end]")).focus();
  });
  tour.hidden = false;
  show();
}
