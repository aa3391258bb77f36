// What comes back from the server, and what it has to say: toasts, the live region, the way to the sign-in.

/**
 * An answer that a script has fetched.
 * @typedef {object} Answer
 * @property {number} status  0: the server was not reached
 * @property {boolean} isOk
 * @property {boolean} isElsewhere  it came from another address than the one that was asked
 * @property {number} wait  seconds after which the server may be asked again; 0: at once
 * @property {DocumentFragment} page
 */

const TOAST_MILLISECONDS = 5000;

/** The token of forms, as the cookie has it; empty where there is none. */
export const csrf = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? "";

/**
 * A piece of HTML as nodes. A template, not a parser of documents: a document for every answer is left behind
 * while the user scrolls.
 * @param {string} html
 */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** The source of what was asked for last for each place. @type {Map<string | Element, Element>} */
const loading = new Map();

/**
 * A piece of the page by htmx, which itself tells where the server is not reached; then nothing is put into its place.
 * Of what is on its way to one place the last that was asked for is put there.
 * @param {"GET" | "POST"} verb
 * @param {string} url
 * @param {{ target: string | Element, swap?: string, values?: Record<string, string> }} options
 * @returns {Promise<boolean>} whether it is in its place
 */
export async function load(verb, url, options) {
  const { target } = options;
  // Each has a source of its own: of two requests of one element htmx lets the second wait, and calls it done at once.
  const source = document.createElement("template");
  source.addEventListener("htmx:beforeOnLoad", (event) => {
    if (loading.get(target) !== source) event.preventDefault();
  });
  document.body.append(source);
  loading.set(target, source);
  try {
    await htmx.ajax(verb, url, { ...options, source });
    return loading.get(target) === source;
  } catch {
    return false;
  } finally {
    source.remove();
  }
}

/**
 * Ask the server; `fields` make it a change.
 * @param {string} url
 * @param {{ fields?: Record<string, string>, signal?: AbortSignal }} [options]
 * @returns {Promise<Answer | null>} null: given up, or the session has ended and the page leaves
 */
export async function ask(url, { fields, signal } = {}) {
  /** @type {RequestInit} */
  const options = { signal: signal ?? null, headers: { "HX-Request": "true" } };
  if (fields) {
    options.method = "POST";
    options.body = new URLSearchParams(fields);
    options.headers = { "HX-Request": "true", "X-CSRFToken": csrf() };
  }
  try {
    const response = await fetch(url, options);
    const words = await response.text(); // within: it may be given up in the middle of its body, too
    if (leaves(response)) return null;
    // Buttons that name what can be taken back follow.
    if (fields && response.ok) document.dispatchEvent(new Event("plan:posted"));
    return {
      status: response.status,
      isOk: response.ok,
      isElsewhere: response.redirected,
      wait: Number(response.headers.get("Retry-After") ?? 0),
      page: parse(words),
    };
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") return null;
    return { status: 0, isOk: false, isElsewhere: false, wait: 0, page: document.createDocumentFragment() };
  }
}

/**
 * The session has ended: to the sign-in, which leads back to this page. htmx does that by itself.
 * @param {Response} response
 */
function leaves(response) {
  const elsewhere = response.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  return Boolean(elsewhere);
}

/**
 * Why a request was refused, in the words of the page.
 * @param {number} status
 */
export function reason(status) {
  const { forbidden, gone, failed, offline } = document.body.dataset;
  const words = { 0: offline, 403: forbidden, 404: gone };
  return words[/** @type {0 | 403 | 404} */ (status)] ?? failed ?? "";
}

/**
 * A piece that was to be drawn could not be had: say why, and look `again` when the server allows it. What is no longer
 * there, or elsewhere, is a matter of the whole page.
 * @param {Answer} answer
 * @param {() => void} again
 */
export function miss(answer, again) {
  if (answer.isElsewhere || answer.status === 404) location.reload();
  else if (!tell(answer.page, { once: true })) toast(answer.status ? reason(500) : reason(0), { late: true });
  // Scrolled faster than the server lets anyone: what is empty is drawn when it may be.
  if (answer.status === 429 && answer.wait) setTimeout(again, answer.wait * 1000);
}

/**
 * Show the toasts of an answer; how many it had.
 * @param {DocumentFragment} page
 * @param {{ once?: boolean }} [options]  once: the same words are not shown twice
 */
export function tell(page, { once = false } = {}) {
  const told = [...page.querySelectorAll("#toasts > *")];
  const words = new Set(once ? [...toasts().children].map((box) => box.textContent?.trim()) : []);
  toasts().append(...told.filter((box) => !words.has(box.textContent?.trim())));
  seeToasts();
  return told.length;
}

/**
 * Say something at the edge of the screen.
 * @param {string} text
 * @param {{ late?: boolean }} [options]  late: it went wrong
 */
export function toast(text, { late = false } = {}) {
  const box = document.createElement("div");
  box.className = late ? "toast toast--danger" : "toast";
  if (late) box.setAttribute("role", "alert");
  box.append(symbol(late ? 1 : 0));
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  toasts().append(box);
  expire(box);
}

/**
 * One of the symbols that scripts put into the page: done, refused, calendar.
 * @param {0 | 1 | 2} number
 */
export function symbol(number) {
  const symbols = /** @type {HTMLTemplateElement} */ (document.getElementById("toast-icons")).content;
  return symbols.children[number].cloneNode(true);
}

/** Toasts that the server has put into the page: they go by themselves from now on. */
export function seeToasts() {
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-toast]"))) {
    delete box.dataset.toast;
    expire(box);
  }
}

/** @param {Element} box */
function expire(box) {
  if (!box.querySelector("form, a, .button")) setTimeout(() => box.remove(), TOAST_MILLISECONDS);
}

const toasts = () => /** @type {HTMLElement} */ (document.getElementById("toasts"));

/**
 * Say something to those who listen to the page.
 * @param {string | null | undefined} text
 */
export function announce(text) {
  const live = /** @type {HTMLElement} */ (document.getElementById("live"));
  live.textContent = "";
  requestAnimationFrame(() => {
    live.textContent = text ?? "";
  });
}
