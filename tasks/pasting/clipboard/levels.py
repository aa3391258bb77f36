"""How deep the rows of a pasted table stand: by spaces before names, by numbers, by codes, by columns that stand like stairs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.pasting.clipboard.table import Table

#: How wide the spaces are that names are set in with, in characters of half width.
_WIDTHS: Final = {" ": 1, "\u00a0": 1, "\u3000": 2, "\t": 4}
_CODE: Final = re.compile(r"\d{1,6}(?:[.．-]\d{1,6}){0,20}[.．]?")
_FIGURE: Final = re.compile(r"\D{0,12}(\d{1,2})")
#: More columns than any outline is spread over.
MOST_STAIRS: Final = 10


def indent_of(name: str) -> tuple[int, str]:
    """How far a name is set in, and the name."""
    bare = name.lstrip("".join(_WIDTHS))
    return sum(_WIDTHS[sign] for sign in name[: len(name) - len(bare)]), bare.rstrip()


def by_indents(widths: Sequence[int]) -> list[int]:
    """Levels from 1 on: what is set in further than the row above is one deeper, however wide the step is.

    What stands further out than the first row was above it: the first one is deeper then.
    """
    open_widths: list[int] = []
    least = widths[0] if widths else 0
    for width in widths:
        if width < least:
            open_widths.insert(0, width)
            least = width
    found = []
    for width in widths:
        while open_widths and open_widths[-1] >= width:
            open_widths.pop()
        open_widths.append(width)
        found.append(len(open_widths))
    return found


def of_code(text: str) -> int | None:
    """The level that a code says: 1.2.3 is the third, 1.0 the first. Nothing where it is no code."""
    clean = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
    if not _CODE.fullmatch(clean):
        return None
    parts = clean.rstrip(".").replace("-", ".").split(".")
    while len(parts) > 1 and not parts[-1].strip("0"):
        parts.pop()
    return len(parts)


def of_figure(text: str) -> int | None:
    """The level that a cell names: 2, レベル2, L2. Nothing where it names none."""
    found = _FIGURE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(found[1]) if found and int(found[1]) else None


class Stair(NamedTuple):
    """A row of an outline that was spread over columns."""

    level: int
    name: str
    #: The row of the table that it comes from; what stands beside the stairs belongs to its last one.
    source: int
    is_last: bool


def stairs_of(rows: Table, columns: Sequence[int]) -> list[Stair]:
    """One row for each name in these columns. A name that is repeated below its group, as in a merged cell, begins no new one."""
    above: list[str] = [""] * len(columns)
    found: list[Stair] = []
    for source, row in enumerate(rows):
        names = [row[column].strip() for column in columns]
        filled = [at for at, name in enumerate(names) if name]
        new = [at for at in filled if at == filled[-1] or names[at] != above[at]]
        for at in new:
            above[at:] = [names[at], *[""] * (len(columns) - at - 1)]
            found.append(Stair(at + 1, names[at], source, at == filled[-1]))
    return found


def stand_like_stairs(rows: Table, width: int) -> int:
    """Over how many columns from the left an outline is spread, each row with one name; 0 where it is not."""
    best = 0
    for count in range(2, min(width, MOST_STAIRS) + 1):
        deepest, is_stair, used = 0, True, set()
        for row in rows:
            filled = [at for at in range(count) if row[at].strip()]
            if len(filled) != 1 or filled[0] > deepest:
                is_stair = False
                break
            used.add(filled[0])
            deepest = filled[0] + 1
        if is_stair and len(used) == count:
            best = count
    return best
