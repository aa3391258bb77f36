// What is loaded when it is first used. It is as checked as what comes with the page: its links wait in the head, with the hash
// that each file must have, and become preloads before it is imported. And what the user does while it is on its way waits for
// it: the keys that follow Ctrl+D are meant for what Ctrl+D leaves behind, and a slow connection is no reason to mix them up.
import { reason, toast } from "./answer.js";

const LATEST = 8000; // milliseconds after which the user is told that it does not come
const HELD = "keydown copy cut paste pointerdown mousedown pointerup mouseup click dblclick contextmenu".split(" ");
// The browser's own: a page that waits can be left, and of some it makes events of the clipboard, which are held.
const OF_BROWSER = /^(F5|F11|F12|Ctrl\+[lrtw])$/i;
const OF_CLIPBOARD = /^Ctrl\+[cvx]$/i;

/** @typedef {{ event: Event, target: Element }} Held */

/** @type {Held[]} */
const held = [];
let isClipping = false; // a key has asked for the clipboard: without one it is a script that does
let awaited = 0; // pieces for which users wait
let isGiving = false;

/**
 * A piece that is lent: asked for, it is loaded, the first time with `load`, and what `load` came to is given. Null: it could not
 * be had, which is said; the next time it is tried again.
 * @template T
 * @param {string} names  of its files, apart by spaces
 * @param {() => Promise<T>} load  imports it, and sets it up
 * @returns {(how?: { holds?: boolean }) => Promise<T | null>}  holds: what the user does meanwhile waits, as it follows what was asked for
 */
export function lent(names, load) {
  let isHere = false;
  /** @type {Promise<T> | null} */
  let coming = null;
  async function bring() {
    for (const name of names.split(" ")) expect(name);
    try {
      const piece = await load();
      isHere = true;
      return piece;
    } catch (error) {
      coming = null;
      throw error;
    }
  }
  return async ({ holds = true } = {}) => {
    coming ??= bring();
    if (isHere) return coming;
    // A hand that passes by has asked for nothing: there is nothing to be said to it, and the time of what follows begins later.
    return holds ? waitingFor(inTime(coming)) : coming.catch(() => null);
  };
}

/**
 * @template T
 * @param {Promise<T>} coming
 */
async function inTime(coming) {
  try {
    return await Promise.race([coming, late()]);
  } catch {
    toast(reason(0), { late: true });
    return null;
  }
}

/** @returns {Promise<never>} */
const late = () => new Promise((_resolve, reject) => setTimeout(reject, LATEST));

/** @param {string} name  of a file */
function expect(name) {
  for (const link of /** @type {NodeListOf<HTMLLinkElement>} */ (
    document.querySelectorAll(`link[rel=later][data-with~="${name}"]`)
  )) {
    link.rel = "modulepreload";
  }
}

/**
 * A piece comes when the hand or the focus first comes to what it is for; a hand that only passes by holds nothing up.
 * @param {EventTarget} place
 * @param {string} selector
 * @param {(how: { holds: boolean }) => Promise<unknown>} piece
 */
export function lendAt(place, selector, piece) {
  const over = new AbortController();
  for (const name of ["pointerover", "pointerdown", "focusin", "click"]) {
    place.addEventListener(
      name,
      async (event) => {
        const { target } = event;
        if (!(target instanceof Element && target.closest(selector))) return;
        const coming = piece({ holds: name !== "pointerover" });
        // It is for this that the piece comes.
        if (name === "click" && awaited) hold(event);
        if ((await coming) !== null) over.abort();
      },
      { capture: true, signal: over.signal },
    );
  }
}

// ── what waits ──

/**
 * @template T
 * @param {Promise<T>} loading
 */
async function waitingFor(loading) {
  if (!awaited && !isGiving) for (const name of HELD) addEventListener(name, hold, true);
  awaited += 1;
  expect("again");
  try {
    return await loading;
  } finally {
    // What it was asked for is done before what followed.
    setTimeout(() => {
      awaited -= 1;
      giveBack();
    });
  }
}

/** @param {Event} event */
function hold(event) {
  if (!event.isTrusted || !(event.target instanceof Element)) return;
  if (event instanceof KeyboardEvent) {
    const { key, ctrlKey, metaKey, isComposing, keyCode } = event;
    const combo = `${ctrlKey || metaKey ? "Ctrl+" : ""}${key}`;
    isClipping = OF_CLIPBOARD.test(combo);
    // An input method has begun: its keys cannot be taken from it.
    if (isClipping || isComposing || keyCode === 229 || OF_BROWSER.test(combo)) return;
  } else if (event instanceof ClipboardEvent && !isClipping) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held.push({ event: copyOf(event), target: event.target });
}

/** @param {Event} event */
function copyOf(event) {
  const Kind = /** @type {typeof Event} */ (event.constructor);
  if (!(event instanceof ClipboardEvent)) return new Kind(event.type, event);
  // What it brings is gone when it is over.
  const clipboardData = new DataTransfer();
  for (const type of ["text/html", "text/plain"]) {
    clipboardData.setData(type, event.clipboardData?.getData(type) ?? "");
  }
  return new ClipboardEvent(event.type, { bubbles: true, cancelable: true, clipboardData });
}

/** What has waited is done in its order; what comes meanwhile waits behind it. */
async function giveBack() {
  if (isGiving || awaited) return;
  isGiving = true;
  try {
    while (held.length && !awaited) {
      const { doAgain } = await import("./again.js");
      doAgain(/** @type {Held} */ (held.shift()));
      await new Promise((resolve) => setTimeout(resolve));
    }
  } catch {
    held.length = 0;
    toast(reason(0), { late: true });
  }
  isGiving = false;
  if (!awaited) for (const name of HELD) removeEventListener(name, hold, true);
}
