"""The arithmetic of an order. Pure: values in, places out; a place is counted from 0 in the order of the plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGITS: Final = re.compile(r"(\d+)")


def natural(text: str) -> tuple[str | tuple[int, str], ...]:
    """A text by which 「作業2」 stands before 「作業10」, as in the file lists of an office. Expects folded letters (`folded`)."""
    # Pieces that are no digits and those that are take turns, so that like is compared with like.
    return tuple(_number(piece) if at % 2 else piece for at, piece in enumerate(_DIGITS.split(text)))


def _number(digits: str) -> tuple[int, str]:
    """By this, digits are compared as numbers, however many there are."""
    clean = digits.lstrip("0")
    return len(clean), clean


def sorted_places(columns: Sequence[tuple[Sequence[Any], bool]], count: int) -> list[int]:
    """Places of `count` rows in order: by the first of some columns of values (and whether downwards), then by the next.

    Rows that are alike keep the order of the plan, both ways; those without a value (None) stand last, both ways.
    """
    places = list(range(count))
    for values, is_down in reversed(columns):
        filled = [place for place in places if values[place] is not None]
        filled.sort(key=values.__getitem__, reverse=is_down)
        places = filled + [place for place in places if values[place] is None]
    return places


def in_tree(places: Sequence[int], levels: Sequence[int]) -> list[int]:
    """The same rows with each below its own summary: those of one summary in the order given. `levels` are those of the plan, from 1."""
    children: list[list[int]] = [[] for _each in range(len(levels) + 1)]
    parents = _parents(levels)
    for place in places:
        children[parents[place]].append(place)
    found: list[int] = []
    waiting = children[-1][::-1]
    while waiting:
        place = waiting.pop()
        found.append(place)
        waiting += reversed(children[place])
    return found


def _parents(levels: Sequence[int]) -> list[int]:
    """Of each place that of its summary; -1 for the outermost."""
    found = []
    open_rows: list[int] = []
    for place, level in enumerate(levels):
        while open_rows and levels[open_rows[-1]] >= level:
            open_rows.pop()
        found.append(open_rows[-1] if open_rows else -1)
        open_rows.append(place)
    return found
