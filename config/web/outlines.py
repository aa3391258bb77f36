"""Symbols of the sprite as one path each, for rows that a page holds by the hundred.

A reference into the sprite makes the browser copy the symbol behind it, which is four nodes more for each icon, and draw the row
a second time when the copy has come.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Draw = Callable[[Mapping[str, str]], str]

_SVG: Final = "{http://www.w3.org/2000/svg}"


def _circle(of: Mapping[str, str]) -> str:
    x, y, radius = float(of["cx"]), float(of["cy"]), float(of["r"])
    half = f"a{radius:g} {radius:g} 0 1 0 "
    return f"M{x - radius:g} {y:g}{half}{2 * radius:g} 0{half}{-2 * radius:g} 0"


_DRAWN: Final[Mapping[str, Draw]] = {
    # Of a piece that begins where the one before has ended, the first step counts from there.
    "path": lambda of: f"M0 0{of['d']}",
    "line": lambda of: f"M{of['x1']} {of['y1']}L{of['x2']} {of['y2']}",
    "circle": _circle,
}


@cache
def outline(name: str) -> str:
    """The `d` of a path that draws a symbol of circles, lines and paths.

    Raises KeyError for a name that the sprite does not have, or one with other pieces.
    """
    symbol = _symbols()[name]
    return "".join(_DRAWN[piece.tag.removeprefix(_SVG)](piece.attrib) for piece in symbol)


@cache
def _symbols() -> dict[str, ElementTree.Element]:
    path = Path(settings.BASE_DIR) / "static/img/icons.svg"
    sprite = ElementTree.fromstring(path.read_bytes())  # nosec B314  # nosemgrep: xml-without-guard  # our own file
    return {symbol.attrib["id"]: symbol for symbol in sprite}
