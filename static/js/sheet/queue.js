// Changes wait for each other: they are sent in the order in which they were made, one at a time, and again while the server
// cannot be reached. The user goes on meanwhile. Knows no page.

/** @typedef {{ isLost?: boolean, wait?: number }} Answered  lost: it has to be sent again; after so many seconds */

/**
 * @template {Answered} T
 * @typedef {object} Waiting
 * @property {() => Promise<T | null>} send
 * @property {(outcome: T | null) => void} done
 */

const WAITS = [1, 2, 3, 5]; // seconds before a change is sent again; the last one from then on

/** @template {Answered} T */
export class Queue {
  /**
   * @param {(state: { count: number, isLost: boolean }) => void} onState  changes that are on their way
   * @param {(seconds: number) => Promise<void>} [sleep]
   */
  constructor(onState, sleep = (seconds) => new Promise((wake) => setTimeout(wake, seconds * 1000))) {
    this.onState = onState;
    this.sleep = sleep;
    /** @type {Waiting<T>[]} */
    this.waiting = [];
  }

  get isEmpty() {
    return this.waiting.length === 0;
  }

  /**
   * Send it when all that was put in before is answered.
   * @param {() => Promise<T | null>} send
   * @returns {Promise<T | null>} null: given up
   */
  put(send) {
    return new Promise((done) => {
      this.waiting.push({ send, done });
      this.#tell(false);
      if (this.waiting.length === 1) this.#work();
    });
  }

  async #work() {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      const outcome = await this.#insist(next.send);
      this.waiting.shift();
      this.#tell(false);
      next.done(outcome);
    }
  }

  /** @param {() => Promise<T | null>} send */
  async #insist(send) {
    for (let times = 0; ; times += 1) {
      const outcome = await send();
      if (!outcome?.isLost) return outcome;
      this.#tell(true);
      await this.sleep(outcome.wait || (WAITS[times] ?? WAITS[WAITS.length - 1]));
    }
  }

  /** @param {boolean} isLost */
  #tell(isLost) {
    this.onState({ count: this.waiting.length, isLost });
  }
}
