// Arithmetic of days on the chart.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { daysOf, isoDay, moved, snapped, spell } from "../../static/js/chart/days.js";

const MONDAY = 20549; // 2026-04-06

test("isoDay names a day since 1970", () => {
  assert.equal(isoDay(0), "1970-01-01");
  assert.equal(isoDay(MONDAY), "2026-04-06");
});

test("spell writes a day as the language does, in any time zone", () => {
  assert.equal(spell(MONDAY, "ja"), "4/6(月)");
  assert.equal(spell(MONDAY, "en"), "Mon, 4/6");
});

describe("daysOf", () => {
  const scale = { firstDay: MONDAY, pixels: 24 };
  test("reads the days of a bar back from its picture", () => {
    assert.deepEqual(daysOf({ left: 48, right: 120 }, scale, false), { start: MONDAY + 2, finish: MONDAY + 4 });
  });
  test("gives a bar of an hour its day", () => {
    assert.deepEqual(daysOf({ left: 48, right: 50 }, scale, false), { start: MONDAY + 2, finish: MONDAY + 2 });
  });
  test("finds the day of a milestone in its middle", () => {
    assert.deepEqual(daysOf({ left: 40, right: 54 }, scale, true), { start: MONDAY + 1, finish: MONDAY + 1 });
  });
});

describe("snapped", () => {
  const from = { start: MONDAY, finish: MONDAY + 4 };
  test("goes in whole steps", () => {
    assert.equal(snapped(2.4, { snap: 1, isResize: false, from }), 2);
    assert.equal(snapped(-10, { snap: 7, isResize: false, from }), -7);
  });
  test("leaves a bar that is made shorter its first day", () => {
    assert.equal(snapped(-9, { snap: 1, isResize: true, from }), -4);
    assert.equal(snapped(-9, { snap: 1, isResize: false, from }), -9);
  });
});

describe("moved", () => {
  const from = { start: MONDAY, finish: MONDAY + 4 };
  test("carries both ends", () => assert.deepEqual(moved(from, 3, false), { start: MONDAY + 3, finish: MONDAY + 7 }));
  test("moves the finish alone", () => assert.deepEqual(moved(from, -2, true), { start: MONDAY, finish: MONDAY + 2 }));
  test("ends no bar before it starts", () => {
    assert.deepEqual(moved(from, -9, true), { start: MONDAY, finish: MONDAY });
  });
});
