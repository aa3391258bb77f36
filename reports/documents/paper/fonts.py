"""The typeface of paper, and how wide a text is in it: Noto Sans CJK JP, whole, out of two wheels."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FAMILY: Final = "Paper"
REGULAR, BOLD = 400, 700
PACKAGES: Final = {REGULAR: "noto_cjk_sans_jp_regular", BOLD: "noto_cjk_sans_jp_bold"}
ELLIPSIS: Final = "…"
#: What a letter is wide that the typeface does not have, in thousandths of the size.
_UNKNOWN: Final = 1_000


@cache
def font_file(weight: int) -> Path:
    """Where a weight of the typeface is; found without importing what carries it."""
    found = find_spec(PACKAGES[weight])
    if found is None or found.origin is None:
        raise FileNotFoundError(PACKAGES[weight])
    return next(Path(found.origin).parent.glob("*.otf"))


def font_faces() -> str:
    """As a style sheet."""
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; src: url("{font_file(weight).as_uri()}") }}\n'
        for weight in PACKAGES
    )


@cache
def widths(weight: int) -> dict[int, int]:
    """Thousandths of the size, by character."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  # large, and only for what is printed

    font = TTFont(font_file(weight), lazy=True)
    metrics = font["hmtx"]
    return {code: metrics[glyph][0] for code, glyph in font.getBestCmap().items()}


@lru_cache(maxsize=65_536)
def width_of(text: str, weight: int = REGULAR) -> int:
    """In thousandths of the size of the type."""
    known = widths(weight)
    return sum(known.get(ord(letter), _UNKNOWN) for letter in text)


@lru_cache(maxsize=65_536)
def fitted(text: str, most: int, weight: int = REGULAR) -> str:
    """The text on one line, cut with an ellipsis where it is wider than `most` thousandths of the size."""
    text = printable(text)
    if width_of(text, weight) <= most:
        return text
    known = widths(weight)
    room = most - known.get(ord(ELLIPSIS), _UNKNOWN)
    if room < 0:
        return ""
    for place, letter in enumerate(text):
        room -= known.get(ord(letter), _UNKNOWN)
        if room < 0:
            return text[:place].rstrip() + ELLIPSIS
    return text


def printable(text: str) -> str:
    """One line without what no font has a picture of and what turns the direction of a line."""
    return "".join(" " if letter.isspace() else letter for letter in text if _is_printed(letter))


@lru_cache(maxsize=16_384)
def _is_printed(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
