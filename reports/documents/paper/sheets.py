"""Sheets of paper in millimetres, and lines of text whose pieces are set to their places with spaces.

WeasyPrint lays out a block in a millisecond and a line of preformatted text in a fifth of one, and a plan of a thousand
tasks has ten thousand cells. So a row of a long table is one line of one block. The typeface has spaces of 224 and of 500
thousandths of its size; together they reach every place nearer than an eye can see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final, NamedTuple

from reports.documents.paper.fonts import BOLD, REGULAR, fitted, width_of

POINT: Final = 25.4 / 72  # mm


@dataclass(frozen=True, slots=True)
class Paper:
    """One size of paper the way it lies, with its margins."""

    name: str
    width: float
    height: float

    @property
    def room(self) -> tuple[float, float]:
        """What is left inside of the margins."""
        return self.width - 2 * SIDE, self.height - TOP - BOTTOM


SIDE: Final = 12
TOP: Final = 15
BOTTOM: Final = 14
A4_PORTRAIT: Final = Paper("a4-portrait", 210, 297)
A4: Final = Paper("a4", 297, 210)
A3: Final = Paper("a3", 420, 297)
PAPERS: Final = (A4_PORTRAIT, A4, A3)


def page_rules() -> str:
    """Named pages, for the style sheet."""
    return "".join(
        f"@page {paper.name} {{ size: {paper.width}mm {paper.height}mm }}\n.on-{paper.name} {{ page: {paper.name} }}\n"
        for paper in PAPERS
    )


class TextPiece(NamedTuple):
    """A text and the room it has on its line, in mm; `tag` is b or i, as in HTML."""

    left: float
    width: float
    text: str
    is_figure: bool = False
    tag: str = ""


_NARROW, _HALF = (" ", 224), ("\u2002", 500)


@lru_cache(maxsize=16_384)
def gap(wanted: int) -> tuple[str, int]:
    """Spaces as wide as `wanted` thousandths of the size, as near as can be, and how wide they are."""
    best = (abs(wanted), 0, 0)
    for narrow in range(min(wanted // _NARROW[1] + 1, 12) + 1):
        half = max(round((wanted - narrow * _NARROW[1]) / _HALF[1]), 0)
        best = min(best, (abs(wanted - narrow * _NARROW[1] - half * _HALF[1]), narrow, half))
    _miss, narrow, half = best
    return _NARROW[0] * narrow + _HALF[0] * half, narrow * _NARROW[1] + half * _HALF[1]


def set_line(pieces: Iterable[TextPiece], size: float) -> str:
    """Pieces from left to right as one line of HTML; each is cut to its room, none runs into the next."""
    em = size * POINT / 1_000
    line: list[str] = []
    at = 0
    for piece in pieces:
        weight = BOLD if piece.tag == "b" else REGULAR
        begin, room = max(int(piece.left / em), at), int((piece.left + piece.width) / em)
        shown = fitted(piece.text, room - begin, weight)
        if not shown:
            continue
        length = width_of(shown, weight)
        spaces, wide = gap((room - length if piece.is_figure else begin) - at)
        text = escape(shown)
        line.append(f"{spaces}<{piece.tag}>{text}</{piece.tag}>" if piece.tag else spaces + text)
        at += wide + length
    return "".join(line)


def length_of(text: str, size: float, weight: int = REGULAR) -> float:
    """How wide a text is, in mm."""
    return width_of(text, weight) / 1_000 * size * POINT
