"""The language of formulas: what is read, what is refused and where, what comes out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.formulas.checking import check
from tasks.formulas.errors import FormulaError, Problem
from tasks.formulas.ordering import in_order
from tasks.formulas.reading import LONGEST, read, with_names
from tasks.formulas.running import Moments, run
from tasks.formulas.tree import Kind

KINDS = {"a": Kind.NUMBER, "b": Kind.NUMBER, "日": Kind.DAY, "終": Kind.DAY, "名": Kind.TEXT, "旗": Kind.FLAG}
ROW: dict[str, Any] = {
    "a": [6], "b": [4], "日": [date(2026, 4, 1)], "終": [date(2026, 4, 11)], "名": ["設計"], "旗": [True]
}  # fmt: skip
EMPTY = {name: [None] for name in KINDS}
MOMENTS = Moments(date(2026, 5, 1), date(2026, 5, 4))


def value(text: str, row: dict[str, Any] = ROW) -> Any:
    """What a formula comes to."""
    node = read(text)
    check(node, KINDS)
    return run(node, row, 1, MOMENTS)[0]


def fault(text: str) -> FormulaError:
    """What is wrong with it."""
    with pytest.raises(FormulaError) as refused:
        check(read(text), KINDS)
    return refused.value


class TestValues:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("1 + 2 * 3", 7),
            ("(1 + 2) × 3", 9),
            ("10 − 4 − 3", 3),
            ("7 ÷ 2", 3.5),
            ("-[a] + +1", -5),
            ("［ａ］", None),
            ("（[a]＋[b]）＊２", 20),
            ("[a] / 0", None),
            ("[日] + 5", date(2026, 4, 6)),
            ("5 + [日]", date(2026, 4, 6)),
            ("[日] - 1.4", date(2026, 3, 31)),
            ("[終] - [日]", 10),
            ("days([日], [終])", 10),
            ("日数([日]、今日())", 30),
            ("status_date()", date(2026, 5, 4)),
            ("if([a] > [b], \"大\", \"小\")", "大"),
            ("もし([a] < [b], 1)", None),
            ("[a] >= 6 and not [旗]", False),
            ("[a] ≠ 6 または [旗]", True),
            ("[旗] = はい", True),
            ("[名] & \"：\" & [a] & \"/\" & [日]", "設計：6/2026-04-01"),
            ("\"a\"\"b\"", 'a"b'),
            ("min([a], [b], 5)", 4),
            ("max([日], [終])", date(2026, 4, 11)),
            ("round(2.5) + round(-2.5)", 0),
            ("round(1.2345, 2)", 1.23),
            ("abs([b] - [a])", 2),
            ("empty([名])", False),
            ("999999999999 * 999999999999", None),
            ("[日] + 999999999999", None),
            ("TRUE = yes", True),
        ],
    )  # fmt: skip
    def test_are_as_a_reader_expects(self, text: str, expected: Any) -> None:
        if expected is None and "ａ" in text:
            # A name is not narrowed: it is looked up as it is written.
            assert fault(text).problem is Problem.COLUMN
            return
        assert value(text) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("[a] + 1", None),
            ("-[a]", None),
            ("[日] + 1", None),
            ("[a] > 1", False),
            ("[a] <= 1", False),
            ("[a] = [b]", True),
            ("[a] <> 1", True),
            ("[旗] and true", False),
            ("not [旗]", True),
            ("min([a], 3)", 3),
            ("max([a])", None),
            ("[名] & \"x\"", "x"),
            ("empty([日])", True),
            ("round([a])", None),
            ("if([旗], 1, 2)", 2),
        ],
    )  # fmt: skip
    def test_of_nothing_are_nothing_or_no(self, text: str, expected: Any) -> None:
        assert value(text, EMPTY) == expected


def _understood(text: str) -> tuple[Any, Any]:
    """The tree and what it comes to; nothing for what is refused, at a place within the text."""
    try:
        node = read(text)
        return node, check(node, KINDS)
    except FormulaError as error:
        place = error.at
    assert 0 <= place <= len(text)
    return None, None


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "problem", "at", "piece"),
        [
            ("", Problem.EMPTY, 0, ""),
            ("1" * (LONGEST + 1), Problem.LONG, LONGEST, ""),
            ("(" * 200 + "1" + ")" * 200 + " +" * 300, Problem.UNFINISHED, 1001 - 0, ""),
            ("1 + ", Problem.UNFINISHED, 3, ""),
            ("if([a] > 1", Problem.UNFINISHED, 10, ""),
            ("1 + [a", Problem.UNFINISHED, 4, ""),
            ('1 & "x', Problem.UNFINISHED, 4, ""),
            ("1 ? 2", Problem.UNEXPECTED, 2, "?"),
            ("1 2", Problem.UNEXPECTED, 2, "2"),
            ("[a] [b]", Problem.UNEXPECTED, 4, "["),
            ("import os", Problem.UNEXPECTED, 7, "os"),
            ("[無い列] + 1", Problem.COLUMN, 0, "無い列"),
            ("eval([a])", Problem.FUNCTION, 0, "eval"),
            ("1 + round()", Problem.ARGUMENTS, 4, "round"),
            ("today(1)", Problem.ARGUMENTS, 0, "today"),
            ("[日] * 2", Problem.KIND, 4, "*"),
            ("[日] + [終]", Problem.KIND, 4, "+"),
            ("[a] = \"6\"", Problem.KIND, 4, "="),
            ("[旗] > [旗]", Problem.KIND, 4, ">"),
            ("if(1, 2, 3)", Problem.KIND, 0, "if"),
            ("if([旗], 2, \"x\")", Problem.KIND, 0, "if"),
            ("-[名]", Problem.KIND, 0, "-"),
            ("not 1", Problem.KIND, 0, "not"),
        ],
    )  # fmt: skip
    def test_are_told_with_their_place(self, text: str, problem: Problem, at: int, piece: str) -> None:
        if len(text) > 900 and problem is Problem.UNFINISHED:
            text = text[:LONGEST]
            at = len(text.rstrip())
        found = fault(text)
        assert (found.problem, found.at, found.piece) == (problem, at, piece)

    def test_what_is_too_deep_is_refused(self) -> None:
        assert fault("+".join(["1"] * 200)).problem is Problem.DEEP
        assert fault("-" * 400 + "1").problem is Problem.DEEP
        assert value("+".join(["1"] * 50)) == 50

    @settings(max_examples=400, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                [
                    "[a]", "[日]", "[名]", "[旗]", "[", "]", "(", ")", "+", "-", "*", "/", "÷", "&", "=", "<>", "<", "and", "or", "not",
                    "if(", "min(", "days(", "round(", "empty(", "today()", ",", "、", "1", "0", "2.5", '"x"', '"', " ", "　", "はい", "無",
                    "999999999999", "\0", "\n", "［", "＂",
                ]
            ),
            max_size=40,
        ).map("".join)
        | st.text(max_size=60)
    )  # fmt: skip
    def test_whatever_is_written_comes_to_values_or_to_a_fault(self, text: str) -> None:
        node, kind = _understood(text)
        if node is None:
            return
        for row in (ROW, EMPTY):
            (found,) = run(node, row, 1, MOMENTS)
            wanted: Any = {Kind.NUMBER: (int, float), Kind.TEXT: str, Kind.DAY: date, Kind.FLAG: bool}[kind]
            assert found is None or isinstance(found, wanted)


class TestNames:
    def test_are_others_outside_of_texts(self) -> None:
        names = {"開始": "start", "外注費": "m12"}
        written = with_names('［ 開始 ］＋ [外注費] & "[開始]"', lambda name: names.get(name, name))
        assert written == '[start]+ [m12] & "[開始]"'


class TestOrder:
    def test_is_behind_what_is_needed(self) -> None:
        assert in_order({"c": ["b", "x"], "b": ["a"], "a": []}) == ["a", "b", "c"]

    @pytest.mark.parametrize(
        ("needs", "circle"),
        [({"a": ["a"]}, "a → a"), ({"x": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]}, "a → b → c → a")],
    )
    def test_of_a_circle_there_is_none(self, needs: dict[str, list[str]], circle: str) -> None:
        with pytest.raises(FormulaError) as refused:
            in_order(needs)
        assert (refused.value.problem, refused.value.piece) == (Problem.CIRCLE, circle)

    def test_of_a_chain_of_thousands_is_found(self) -> None:
        needs = {f"n{number}": [f"n{number + 1}"] for number in range(3_000)}
        assert in_order(needs)[0] == "n2999"
