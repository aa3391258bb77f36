// What a key means, and where it leads.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { comboOf, KEYS, wayOf } from "../../static/js/sheet/keys.js";

const press = (key, held = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe("comboOf", () => {
  test("names what is held beside a key", () => {
    assert.equal(comboOf(press("F2")), "F2");
    assert.equal(comboOf(press("ArrowUp", { altKey: true, shiftKey: true })), "Alt+Shift+ArrowUp");
    assert.equal(comboOf(press(" ", { shiftKey: true })), "Shift+ ");
  });
  test("knows a letter whatever its case, and the other key of a Mac", () => {
    assert.equal(comboOf(press("a", { ctrlKey: true })), "Ctrl+A");
    assert.equal(comboOf(press("A", { metaKey: true })), "Ctrl+A");
  });
  test("asks not how a sign is made on a keyboard", () => {
    assert.equal(comboOf(press("?", { shiftKey: true })), "?");
    assert.equal(comboOf(press("-", { ctrlKey: true, shiftKey: true })), "Ctrl+-");
  });
  test("leaves letters to the cell", () => assert.equal(KEYS[comboOf(press("a"))], undefined));
});

describe("wayOf", () => {
  const size = { page: 12, rows: 300, columns: 10 };
  const way = (key, held = {}) => wayOf(press(key, held), size);
  test("goes by one, by a page, and to the end", () => {
    assert.deepEqual(way("ArrowUp"), { rows: -1 });
    assert.deepEqual(way("ArrowRight"), { columns: 1 });
    assert.deepEqual(way("PageDown"), { rows: 12 });
    assert.equal(way("ArrowDown", { ctrlKey: true }).rows, Number.POSITIVE_INFINITY);
    assert.deepEqual(way("Home"), { columns: -10 });
    assert.deepEqual(way("End", { ctrlKey: true }), { columns: 10, rows: 300 });
  });
  test("is of no other key", () => assert.equal(way("Enter"), undefined));
});
