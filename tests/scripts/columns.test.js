// Which cells may be edited, and what a key does.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mayEdit } from "../../static/js/sheet/columns.js";
import { fill } from "../../static/js/words.js";

const LEAF = { isSummary: false, isMine: false };

describe("mayEdit", () => {
  test("never edits a column without a rule", () => assert.ok(!mayEdit(undefined, LEAF, "plan")));
  test("lets planners edit what has one", () => {
    assert.ok(mayEdit("any", LEAF, "plan"));
    assert.ok(mayEdit("leaf own", LEAF, "plan"));
  });
  test("leaves to the server what summaries add up", () => {
    assert.ok(!mayEdit("leaf", { ...LEAF, isSummary: true }, "plan"));
    assert.ok(mayEdit("any", { ...LEAF, isSummary: true }, "plan"));
  });
  test("lets those who report progress edit their own tasks alone", () => {
    assert.ok(mayEdit("leaf own", { ...LEAF, isMine: true }, "progress"));
    assert.ok(!mayEdit("leaf own", LEAF, "progress"));
    assert.ok(!mayEdit("any", { ...LEAF, isMine: true }, "progress"));
    assert.ok(!mayEdit("leaf own", { ...LEAF, isMine: true, isSummary: true }, "progress"));
  });
  test("lets readers edit nothing", () => {
    for (const right of ["", undefined]) assert.ok(!mayEdit("any", { ...LEAF, isMine: true }, right));
  });
});

test("fill puts values into the gaps of a sentence", () => {
  assert.equal(fill("{count}件を選択", { count: 3 }), "3件を選択");
  assert.equal(fill("{start}–{finish}", { start: "4/6", finish: "4/8" }), "4/6–4/8");
  assert.equal(fill(undefined, {}), "");
});
