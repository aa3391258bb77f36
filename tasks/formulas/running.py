"""Computing a formula for many rows at once: each node over whole columns, since a loop that does one thing takes a tenth of one that asks which.

Nothing is None. What is computed of nothing is nothing; a comparison with nothing does not hold (`=` and `<>` compare it, too), `and`, `or`,
`not` and `if` take it for no, `min` and `max` pass over it, in a text it is an empty one. So are a division by zero, what is too
large to be told (beyond 10^15), and days before or behind the calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tasks.formulas.checking import function_of

if TYPE_CHECKING:
    from tasks.formulas.tree import Node

#: Beyond it a number has lost its last places.
LARGEST: Final = 10**15
LONGEST_TEXT: Final = 1_000
Values = Sequence[Any]
_ORDER: Final = {"<": lt, ">": gt, "<=": le, ">=": ge}


class Moments(NamedTuple):
    """The days that formulas ask for."""

    today: date
    status_date: date


def run(node: Node, columns: Mapping[str, Values], count: int, moments: Moments) -> list[Any]:
    """The values of a checked formula for `count` rows; `columns` have a value a row."""
    match node.what:
        case "number" | "text" | "flag":
            return [node.value] * count
        case "column":
            return list(columns[node.value])
    parts = [run(part, columns, count, moments) for part in node.parts]
    if node.what == "call":
        return _call(function_of(node), parts, count, moments)
    return _operator(node, parts)


def _operator(node: Node, parts: list[list[Any]]) -> list[Any]:
    first, second = parts[0], parts[-1]
    match node.what:
        case "not":
            return [not value for value in first]
        case "and":
            return [bool(a and b) for a, b in zip(first, second, strict=True)]
        case "or":
            return [bool(a or b) for a, b in zip(first, second, strict=True)]
        case "&":
            return [(text_of(a) + text_of(b))[:LONGEST_TEXT] for a, b in zip(first, second, strict=True)]
        case "sign":
            return [None if value is None else node.value * value for value in first]
        case "+" | "-" | "*" | "/":
            return _arithmetic(_ARITHMETIC[node.what], first, second)
        case "=":
            return [eq(a, b) for a, b in zip(first, second, strict=True)]
        case "<>":
            return [ne(a, b) for a, b in zip(first, second, strict=True)]
    compare = _ORDER[node.what]
    return [a is not None and b is not None and compare(a, b) for a, b in zip(first, second, strict=True)]


def _plus(a: Any, b: Any) -> Any:
    if isinstance(a, date):
        return a + timedelta(days=round(b))
    return b + timedelta(days=round(a)) if isinstance(b, date) else a + b


def _minus(a: Any, b: Any) -> Any:
    if not isinstance(a, date):
        return a - b
    return (a - b).days if isinstance(b, date) else a - timedelta(days=round(b))


def _times(a: Any, b: Any) -> Any:
    return a * b


def _over(a: Any, b: Any) -> Any:
    return a / b if b else None


_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _over,
}


def _arithmetic(act: Callable[[Any, Any], Any], first: Values, second: Values) -> list[Any]:
    found: list[Any] = []
    for a, b in zip(first, second, strict=True):
        if a is None or b is None:
            found.append(None)
            continue
        try:
            value = act(a, b)
        except OverflowError:
            value = None
        found.append(value if isinstance(value, date) else _told(value))
    return found


def _told(value: Any) -> Any:
    return value if value is not None and -LARGEST < value < LARGEST else None


def _call(name: str, parts: list[list[Any]], count: int, moments: Moments) -> list[Any]:
    match name:
        case "today":
            return [moments.today] * count
        case "status_date":
            return [moments.status_date] * count
        case "if":
            others = parts[2] if len(parts) == 3 else [None] * count
            return [a if holds else b for holds, a, b in zip(*parts[:2], others, strict=True)]
        case "min" | "max":
            pick = min if name == "min" else max
            return [_picked(pick, values) for values in zip(*parts, strict=True)]
        case "days":
            return _arithmetic(_minus, parts[1], parts[0])
        case "empty":
            return [value is None or value == "" for value in parts[0]]
        case "abs":
            return [None if value is None else abs(value) for value in parts[0]]
    places = parts[1] if len(parts) == 2 else [0] * count
    return [_rounded(value, place) for value, place in zip(parts[0], places, strict=True)]


def _picked(pick: Callable[[Iterable[Any]], Any], values: Values) -> Any:
    there = [value for value in values if value is not None]
    return pick(there) if there else None


def _rounded(value: Any, places: Any) -> Any:
    """Half away from zero, as offices round; to ten places at most."""
    if value is None or places is None:
        return None
    scale = 10 ** min(max(round(places), -12), 10)
    shifted = abs(value) * scale
    whole = int(shifted + 0.5)
    found = (whole if value >= 0 else -whole) / scale
    return int(found) if found == int(found) else found


def text_of(value: Any) -> str:
    """A value within a text: 2026-04-01, 1.5; nothing is nothing."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)
