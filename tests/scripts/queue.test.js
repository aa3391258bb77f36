// Changes in their order, and again while the server cannot be reached.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Queue } from "../../static/js/sheet/queue.js";

const moment = () => new Promise((go) => setImmediate(go));

describe("Queue", () => {
  test("sends one change at a time, in their order", async () => {
    const queue = new Queue(() => {});
    const seen = [];
    const change = (name) => async () => {
      seen.push(`${name} out`);
      await moment();
      seen.push(`${name} back`);
      return { name };
    };
    const outcomes = await Promise.all([queue.put(change("a")), queue.put(change("b"))]);
    assert.deepEqual(seen, ["a out", "a back", "b out", "b back"]);
    assert.deepEqual(
      outcomes.map(({ name }) => name),
      ["a", "b"],
    );
    assert.ok(queue.isEmpty);
  });
  test("sends again what was lost, later and later, and nothing else before it", async () => {
    const waits = [];
    const states = [];
    const queue = new Queue(
      ({ count, isLost }) => states.push(`${count}${isLost ? " lost" : ""}`),
      async (seconds) => waits.push(seconds),
    );
    let times = 0;
    const lost = queue.put(async () => {
      times += 1;
      return { isLost: times < 7, times };
    });
    const next = queue.put(async () => ({ times }));
    assert.equal((await lost).times, 7);
    assert.equal((await next).times, 7);
    assert.deepEqual(waits, [1, 2, 3, 5, 5, 5]);
    assert.equal(states[0], "1");
    assert.ok(states.includes("2 lost"));
    assert.equal(states.at(-1), "0");
  });
  test("waits as long as the server asks for", async () => {
    const waits = [];
    const queue = new Queue(
      () => {},
      async (seconds) => waits.push(seconds),
    );
    let times = 0;
    await queue.put(async () => ({ isLost: ++times < 2, wait: 30 }));
    assert.deepEqual(waits, [30]);
  });
  test("goes on after one that was given up", async () => {
    const queue = new Queue(() => {});
    const outcomes = await Promise.all([queue.put(async () => null), queue.put(async () => ({ ok: true }))]);
    assert.deepEqual(outcomes, [null, { ok: true }]);
  });
});
