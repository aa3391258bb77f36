"""Three states of one table: as it went out, as a file brings it back, as the plan has it now; and what becomes of them.

What the file alone has changed is taken, what the plan alone has changed stays, and what both have changed differently is a conflict that a
user decides. Values are texts, compared as they are: who makes them sees to it that one value has one text (`said`). Pure.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: A field of a row that is no cell: how deep it stands, counted from 1.
LEVEL: Final = "#level"


def said(value: Any) -> str:
    """A date, number or text as one text, the same whichever program has written it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, int | float):
        return f"{value:.15g}"  # as many digits as Excel keeps
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


class Row(NamedTuple):
    """A row as it went out."""

    key: int
    level: int
    cells: Mapping[str, str]


class FileRow(NamedTuple):
    """A row as the file has it now; without a key it has come there. A cell that is not named says nothing."""

    at: int
    key: int | None
    #: None where the file does not say another one.
    level: int | None
    cells: Mapping[str, str]


class Change(NamedTuple):
    """What the file had in a cell, and what it has now."""

    then: str
    now: str


class NewRow(NamedTuple):
    """A row that came, by its neighbours."""

    at: int
    cells: Mapping[str, str]
    #: The row above it: a key, or the place of another new row among the new ones; both None at the top.
    above: int | None = None
    above_new: int | None = None
    #: The next row below it that has a key.
    below: int | None = None
    #: How much deeper it stands than the row above, less than 0 less deep; of one at the top than the row below.
    step: int = 0


@dataclass(frozen=True, slots=True)
class Differences:
    """What was done to a file."""

    cells: Mapping[int, Mapping[str, Change]] = field(default_factory=dict)
    new: Sequence[NewRow] = ()
    #: Rows that are there no more.
    gone: Sequence[int] = ()
    #: In which row of the file each changed row stands.
    at: Mapping[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.cells or self.new or self.gone)


class UnknownKeyError(ValueError):
    """A row has a key that the file never had; `at` is its row."""

    def __init__(self, at: int) -> None:
        super().__init__(f"row {at} has a key of its own")
        self.at = at


def differences(base: Sequence[Row], rows: Sequence[FileRow]) -> Differences:
    """What was done to a file. Of two rows with one key the one that differs least is the row, the other a copy, which is new.

    Where rows stand in another order (sorted, or moved) is no difference. Raises UnknownKeyError.
    """
    known = {row.key: row for row in base}
    own = _originals(known, rows)
    cells: dict[int, dict[str, Change]] = {}
    at: dict[int, int] = {}
    for key, row in own.items():
        changed = _changed(known[key], row)
        if changed:
            cells[key], at[key] = changed, row.at
    is_own = {row.at for row in own.values()}
    levels = {row.at: row.level or known[row.key].level for row in own.values() if row.key is not None}
    gone = [row.key for row in base if row.key not in own]
    return Differences(cells, _new(rows, is_own, levels), gone, at)


def _originals(known: Mapping[int, Row], rows: Sequence[FileRow]) -> dict[int, FileRow]:
    own: dict[int, FileRow] = {}
    for row in rows:
        if row.key is None:
            continue
        if row.key not in known:
            raise UnknownKeyError(row.at)
        other = own.get(row.key)
        if other is None or len(_changed(known[row.key], row)) < len(_changed(known[row.key], other)):
            own[row.key] = row
    return own


def _changed(base: Row, row: FileRow) -> dict[str, Change]:
    found = {
        name: Change(base.cells[name], now)
        for name, now in row.cells.items()
        if name in base.cells and base.cells[name] != now
    }
    if row.level is not None and row.level != base.level:
        found[LEVEL] = Change(str(base.level), str(row.level))
    return found


def _new(rows: Sequence[FileRow], is_own: set[int], levels: dict[int, int]) -> list[NewRow]:
    """Rows without a key and copies, each by the row above it; where it says no level, it stands as its neighbours do."""
    below: list[FileRow | None] = [None] * len(rows)
    following: FileRow | None = None
    for place in range(len(rows) - 1, -1, -1):
        below[place] = following
        if rows[place].at in is_own:
            following = rows[place]
    found: list[NewRow] = []
    above: FileRow | None = None
    for row, next_row in zip(rows, below, strict=True):
        if row.at not in is_own:
            over, under = (None if each is None else levels[each.at] for each in (above, next_row))
            levels[row.at] = _level_of_new(row.level, over, under)
            reference = under if over is None else over
            step = levels[row.at] - (reference or 1)
            is_behind_new = above is not None and above.at not in is_own
            key_above = None if above is None or is_behind_new else above.key
            key_below = None if next_row is None else next_row.key
            before = len(found) - 1 if is_behind_new else None
            found.append(NewRow(row.at, row.cells, key_above, before, key_below, step))
        above = row
    return found


def _level_of_new(said_level: int | None, above: int | None, below: int | None) -> int:
    if above is None:
        return below or 1
    # Between a summary and its first child it is a child too: else it would take the children.
    least = above + 1 if below is not None and below > above else 1
    level = above if said_level is None else min(said_level, above + 1)
    return max(level, least)


class Conflict(NamedTuple):
    """A cell that both have changed, differently."""

    key: int
    field: str
    then: str
    file: str
    plan: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of what was done to a file."""

    #: By key and field what the plan is to have.
    taken: Mapping[int, Mapping[str, str]]
    conflicts: Sequence[Conflict]
    #: Rows that the file has changed and the plan no longer has.
    lost: Sequence[int]


def merge(found: Differences, plan: Mapping[int, Mapping[str, str]]) -> Merged:
    """`plan` has of each changed row that is still there the fields as they are now."""
    taken: dict[int, dict[str, str]] = {}
    conflicts: list[Conflict] = []
    lost: list[int] = []
    for key, cells in found.cells.items():
        if key not in plan:
            lost.append(key)
            continue
        for name, change in cells.items():
            now = plan[key].get(name, change.then)
            if now == change.then:
                taken.setdefault(key, {})[name] = change.now
            elif now != change.now:
                conflicts.append(Conflict(key, name, change.then, change.now, now))
    return Merged(taken, conflicts, lost)
