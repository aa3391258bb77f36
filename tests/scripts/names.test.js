// The name that is being typed among several.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pieceAt } from "../../static/js/sheet/names.js";

test("the name at the caret is the one that is being typed", () => {
  assert.deepEqual(pieceAt("藍", 1), { before: "", piece: "藍", behind: "" });
  assert.deepEqual(pieceAt("藍沢 湊[50%]、あか", 12), { before: "藍沢 湊[50%]、", piece: "あか", behind: "" });
  assert.deepEqual(pieceAt("藍; 山", 1), { before: "", piece: "藍", behind: "; 山" });
  assert.deepEqual(pieceAt("藍; 山", 4), { before: "藍; ", piece: "山", behind: "" });
});

test("a share is no part of a name, and stays", () => {
  assert.deepEqual(pieceAt("藍沢[50%]", 2), { before: "", piece: "藍沢", behind: "[50%]" });
});

test("nothing is typed yet", () => {
  assert.deepEqual(pieceAt("", 0), { before: "", piece: "", behind: "" });
  assert.deepEqual(pieceAt("藍沢、", 3), { before: "藍沢、", piece: "", behind: "" });
});
