// The foot says whether what was typed is saved: on its way, lost on the way and sent again, or saved, and when.
import { announce } from "../answer.js";
import { fill } from "../words.js";

export class Saved {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.words = root.dataset;
    this.isSaid = false; // that all is saved, and when
    this.note = document.getElementById("wbs-saved") ?? document.createElement("span");
  }

  /** @param {string | undefined} message  what was done */
  say(message) {
    if (!message) return;
    this.isSaid = true;
    announce(message);
    const clock = new Date().toLocaleTimeString(document.documentElement.lang, {
      hour: "numeric",
      minute: "2-digit",
      hourCycle: "h23",
    });
    this.note.textContent = `${this.words.saved} ${clock}`;
  }

  /** @param {{ count: number, isLost: boolean }} state */
  show({ count, isLost }) {
    if (count || isLost) this.note.textContent = fill(isLost ? this.words.lost : this.words.saving, { count });
    else if (!this.isSaid) this.note.textContent = "";
    if (count) this.isSaid = false;
    this.note.classList.toggle("is-late", isLost);
  }
}
