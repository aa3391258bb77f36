// What is selected, whatever is drawn.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Selection } from "../../static/js/sheet/selection.js";

const COLUMNS = ["number", "name", "start", "finish", "work"];
const spot = (place, column = "name") => ({ id: `t${place}`, column, place });
const rows = (selection, total = 10) =>
  [...Array(total).keys()].filter((place) => selection.hasRow(`t${place}`, place));

function from(place, column = "name", shape = "cells") {
  const selection = new Selection();
  selection.at(spot(place, column), shape);
  return selection;
}

describe("Selection", () => {
  test("has nothing before it begins", () => {
    const selection = new Selection();
    assert.deepEqual(rows(selection), []);
    assert.deepEqual(selection.columns(COLUMNS), []);
  });
  test("is the cell that has the focus", () => {
    const selection = from(3, "start");
    assert.ok(selection.isSingle);
    assert.deepEqual(rows(selection), [3]);
    assert.deepEqual(selection.columns(COLUMNS), ["start"]);
  });
  test("spans from where it began, in any direction", () => {
    const selection = from(5, "finish");
    selection.extend(spot(2, "name"));
    assert.deepEqual(rows(selection), [2, 3, 4, 5]);
    assert.deepEqual(selection.columns(COLUMNS), ["name", "start", "finish"]);
    selection.extend(spot(7, "work"));
    assert.deepEqual(rows(selection), [5, 6, 7]);
    assert.deepEqual(selection.columns(COLUMNS), ["finish", "work"]);
  });
  test("takes whole rows, columns, all", () => {
    const selection = from(3, "start");
    selection.extend(spot(4, "start"));
    selection.become("rows");
    assert.deepEqual(rows(selection), [3, 4]);
    assert.deepEqual(selection.columns(COLUMNS), COLUMNS);
    selection.become("columns");
    assert.equal(rows(selection).length, 10);
    assert.deepEqual(selection.columns(COLUMNS), ["start"]);
    selection.become("all");
    assert.equal(rows(selection).length, 10);
    assert.deepEqual(selection.columns(COLUMNS), COLUMNS);
  });
  test("takes rows one by one, and leaves them out again", () => {
    const selection = from(2, "number", "rows");
    selection.toggle(spot(5));
    selection.toggle(spot(8));
    assert.deepEqual(rows(selection), [2, 5, 8]);
    selection.toggle(spot(5));
    assert.deepEqual(rows(selection), [2, 8]);
    selection.toggle(spot(2));
    assert.deepEqual(rows(selection), [8]);
    selection.toggle(spot(2));
    assert.deepEqual(rows(selection), [2, 8]);
  });
  test("makes rows of a cell when a row is added", () => {
    const selection = from(2, "start");
    selection.toggle(spot(5));
    assert.deepEqual(rows(selection), [5]);
    assert.ok(selection.isRows);
  });
  test("follows rows that others have moved", () => {
    const selection = from(2);
    selection.extend(spot(4));
    const places = { t2: 6, t4: 8 };
    selection.follow((id) => places[id]);
    assert.deepEqual(selection.span, { first: 6, last: 8 });
    assert.equal(selection.focus.place, 8);
  });
  test("keeps the place of rows that are not drawn", () => {
    const selection = from(2);
    selection.extend(spot(900));
    selection.follow((id) => (id === "t2" ? 2 : undefined));
    assert.deepEqual(selection.span, { first: 2, last: 900 });
  });
  test("leaves the focus when it collapses", () => {
    const selection = from(2, "name", "rows");
    selection.extend(spot(6, "start"));
    selection.collapse();
    assert.ok(selection.isSingle);
    assert.deepEqual(selection.focus, spot(6, "start"));
  });
  test("knows a new row by its task's id once it has one", () => {
    const selection = from(9);
    selection.rename("t9", "77");
    assert.equal(selection.focus.id, "77");
    assert.equal(selection.anchor.id, "77");
  });
});
