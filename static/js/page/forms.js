// Forms: the token travels in the cookie, so that a cached page never holds an old one; a button is busy while it works.
import { csrf, symbol } from "../answer.js";

/** Forms of the page, and those that come later. */
export function listenToForms() {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.method !== "post" || new URL(form.action).origin !== location.origin) return;
    const token = tokenOf(form);
    token.value = csrf() || token.value;
    if (form.hasAttribute("data-fold")) fold(event, form);
    // After the browser has read the form: a second click finds a busy button.
    else if (!event.defaultPrevented) setTimeout(() => setBusy(event.submitter, true));
  });
  // Coming back shows the page as it was left.
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-busy]")) setBusy(button, false);
  });
  // A text checks its box; what is not checked is not sent.
  document.addEventListener("input", (event) => {
    const box = boxOf(/** @type {HTMLInputElement} */ (event.target));
    if (box) box.checked = true;
  });
  document.addEventListener("formdata", (event) => {
    for (const each of /** @type {HTMLFormElement} */ (event.target).querySelectorAll("[data-checks]")) {
      const field = /** @type {HTMLInputElement} */ (each);
      if (!boxOf(field)?.checked) event.formData.delete(field.name);
    }
  });
  document.addEventListener("change", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.matches("[data-submit-on-change]")) field.form?.requestSubmit();
    imply(field);
  });
}

/**
 * The box that a text checks.
 * @param {HTMLInputElement} field
 */
function boxOf(field) {
  const name = field.dataset.checks;
  return /** @type {HTMLInputElement | null} */ ((name && field.form?.elements.namedItem(name)) || null);
}

/** @param {HTMLFormElement} form */
function tokenOf(form) {
  const there = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("csrfmiddlewaretoken"));
  if (there) return there;
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "csrfmiddlewaretoken" });
  form.append(field);
  return field;
}

/**
 * @param {Element | null} element
 * @param {boolean} isBusy
 */
function setBusy(element, isBusy) {
  const button = /** @type {HTMLButtonElement | null} */ (element);
  if (!button) return;
  button.disabled = isBusy;
  button.toggleAttribute("data-busy", isBusy);
}

/**
 * A choice that implies another one closes its box, and gives it back as it was.
 * @param {HTMLInputElement} field
 */
function imply(field) {
  for (const each of field.form?.querySelectorAll("[data-implied-by]") ?? []) {
    const box = /** @type {HTMLInputElement} */ (each);
    const [name, value] = (box.dataset.impliedBy ?? "").split("=");
    const isImplied = field.value === value;
    if (name !== field.name || box.disabled === isImplied) continue;
    if (isImplied) box.dataset.was = String(box.checked);
    box.checked = isImplied || box.dataset.was !== "false";
    box.disabled = isImplied;
  }
}

/**
 * The rail folds at once; the server hears of it and remembers.
 * @param {SubmitEvent} event
 * @param {HTMLFormElement} form
 */
function fold(event, form) {
  event.preventDefault();
  const folded = document.querySelector(".app")?.classList.toggle("app--folded") ?? false;
  form.querySelector("button")?.setAttribute("aria-expanded", String(!folded));
  const body = new URLSearchParams({ folded: folded ? "1" : "" });
  fetch(form.action, { method: "POST", headers: { "X-CSRFToken": csrf() }, body });
}

/**
 * A day that is typed as text gets the browser's own calendar beside it.
 * @param {ParentNode} root
 */
export function addCalendars(root) {
  for (const each of root.querySelectorAll(":not(.day) > [data-day]"))
    addCalendar(/** @type {HTMLInputElement} */ (each));
}

/** @param {HTMLInputElement} field */
function addCalendar(field) {
  const button = document.createElement("button");
  const picker = document.createElement("input");
  const title = document.body.dataset.calendar ?? "";
  Object.assign(button, { type: "button", className: "button button--icon", title, disabled: field.disabled });
  button.setAttribute("aria-label", title);
  button.append(symbol(2));
  Object.assign(picker, { type: "date", tabIndex: -1 });
  picker.setAttribute("aria-hidden", "true");
  button.addEventListener("click", () => {
    picker.value = field.value.replaceAll("/", "-");
    picker.showPicker();
  });
  picker.addEventListener("change", () => {
    field.value = picker.value.replaceAll("-", "/");
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
  const box = document.createElement("span");
  box.className = "day";
  field.replaceWith(box);
  box.append(field, button, picker);
}
