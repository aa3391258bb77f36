// Arithmetic of the window on rows.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cut, seen, topFor, touches, within } from "../../static/js/sheet/stretches.js";

describe("cut", () => {
  test("covers all rows, and no more", () => {
    assert.deepEqual(cut(100, 40), [
      { from: 0, count: 40 },
      { from: 40, count: 40 },
      { from: 80, count: 20 },
    ]);
  });
  test("begins a stretch where the first drawn one begins", () => {
    assert.deepEqual(cut(100, 40, 97), [
      { from: 0, count: 17 },
      { from: 17, count: 40 },
      { from: 57, count: 40 },
      { from: 97, count: 3 },
    ]);
  });
  test("has none of an empty plan", () => assert.deepEqual(cut(0, 40), []));
  test("leaves no gap, whatever the size and the start", () => {
    for (let total = 0; total < 50; total += 1) {
      for (let start = 0; start < total; start += 7) {
        const stretches = cut(total, 9, start);
        let next = 0;
        for (const { from, count } of stretches) {
          assert.equal(from, next);
          assert.ok(count > 0 && count <= 9);
          next += count;
        }
        assert.equal(next, total);
      }
    }
  });
});

describe("seen", () => {
  test("counts a row that is seen in part", () => {
    assert.deepEqual(seen({ top: 40, height: 100, rowHeight: 32, total: 1000 }), { first: 1, last: 5 });
  });
  test("ends with the plan", () => {
    assert.deepEqual(seen({ top: 0, height: 1000, rowHeight: 32, total: 3 }), { first: 0, last: 3 });
  });
  test("begins with the plan when a phone scrolls beyond it", () => {
    assert.deepEqual(seen({ top: -50, height: 100, rowHeight: 32, total: 9 }), { first: 0, last: 2 });
  });
});

describe("touches", () => {
  const stretch = { from: 40, count: 40 };
  test("knows its first and its last row", () => {
    assert.ok(touches(stretch, 0, 41));
    assert.ok(touches(stretch, 79, 90));
  });
  test("ends where the next one begins", () => {
    assert.ok(!touches(stretch, 0, 40));
    assert.ok(!touches(stretch, 80, 90));
  });
});

describe("topFor", () => {
  const view = { top: 320, height: 320, rowHeight: 32 };
  test("stays when the row is seen", () => {
    assert.equal(topFor(10, view), 320);
    assert.equal(topFor(19, view), 320);
  });
  test("goes up to a row above, and down to one below", () => {
    assert.equal(topFor(9, view), 288);
    assert.equal(topFor(20, view), 352);
  });
});

test("within finds the nearest place that there is", () => {
  assert.deepEqual(
    [-3, 0, 4, 9].map((place) => within(place, 5)),
    [0, 0, 4, 4],
  );
});
