"""What is wrong with a formula, and where."""

from __future__ import annotations

from enum import StrEnum


class Problem(StrEnum):
    """Kinds of faults; `tasks/fields/words.py` has the sentences."""

    EMPTY = "empty"
    LONG = "long"
    DEEP = "deep"
    UNEXPECTED = "unexpected"
    UNFINISHED = "unfinished"
    COLUMN = "column"
    FUNCTION = "function"
    ARGUMENTS = "arguments"
    KIND = "kind"
    RESULT = "result"
    CIRCLE = "circle"
    MONEY = "money"


class FormulaError(ValueError):
    """A formula that cannot be used: the fault, its place counted from 0, the piece that stands there, and what was expected."""

    def __init__(self, problem: Problem, at: int = 0, piece: str = "", expected: str = "") -> None:
        super().__init__(f"{problem} at {at}: {piece!r}")
        self.problem, self.at, self.piece, self.expected = problem, at, piece, expected
