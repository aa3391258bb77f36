"""What was done to a workbook, put together with the plan as it is now, as rows of a paste (`tasks/pasting/services.py`)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from tasks.interchange.merging import LEVEL, Conflict, Merged, merge, said
from tasks.models import Task
from tasks.pasting.layout import NAME, PastedRow
from tasks.pasting.placing import Placing, Standing
from tasks.pasting.services import Asked
from tasks.plan.actions.tree import lines_of
from tasks.plan.outline import OutlineRow, settled, subtree
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.registry import registry
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_of
from tasks.workbooks.contents import numbers_of
from tasks.workbooks.written import LINKS, by_ids, by_numbers, typed, value_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from projects.models import Project
    from tasks.interchange.merging import NewRow
    from tasks.workbooks.edits import Edits

#: What stays of a conflict.
FILE, PLAN = "file", "plan"
_LENGTH: Final = Column(
    name="workbook-length", header="", fields=("duration_minutes", "is_elapsed", "outline_level")
)
#: Where new rows stand beside a task: directly below it, behind all that is below it, before it; or at the end.
_BELOW, _BEHIND, _BEFORE, _LAST = "below", "behind", "before", "last"
Spot = tuple[int, str]
"""A task and a field."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a user has decided of a file: of conflicts, of rows that are gone from it, and of cells that they have mended."""

    conflicts: Mapping[Spot, str] = field(default_factory=dict)
    #: Whether rows that are gone from the file are deleted; None: not decided.
    deletes: bool | None = None
    #: Texts by the row of the file and the place of the column.
    mended: Mapping[tuple[int, int], str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    leaves_out: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """A file against the plan of now."""

    merged: Merged
    asked: Asked
    #: Rows that are gone from the file and can be deleted, by their ids; and those that cannot: rows stand below them that the file never had.
    gone: Sequence[int]
    kept: Sequence[int]
    #: Names of tasks that the page speaks of.
    names: Mapping[int, str]
    numbers: Mapping[int, int]

    def open_conflicts(self, decisions: Decisions) -> list[Conflict]:
        """Those that are not decided."""
        return [each for each in self.merged.conflicts if (each.key, each.field) not in decisions.conflicts]


def weigh(project: Project, edits: Edits, decisions: Decisions) -> Weighed:
    """What becomes of a file: as many queries for one row as for thousands."""
    found = edits.found
    lines = lines_of(project)
    there = {line.task_id for line in lines}
    now, elapsed, names = _now(project, edits, there)
    merged = merge(found, now)
    gone, kept = _gone(lines, [pk for pk in found.gone if pk in there])
    names |= _names(project, [*gone, *kept, *merged.lost])
    ids = numbers_of(project)
    numbers = {pk: number for number, pk in ids.items()}
    rows, tasks, deeper = _rows(edits, decisions, merged, names, numbers, elapsed)
    asked = Asked(
        rows=rows, people=decisions.people, names=decisions.names, leaves_out=decisions.leaves_out,
        gone=frozenset(gone if decisions.deletes else ()), ids=ids,
        placed=_Placer(rows, tasks, deeper, list(found.new)),
    )  # fmt: skip
    return Weighed(merged, asked, gone, kept, names, numbers)


def _now(
    project: Project, edits: Edits, there: Collection[int]
) -> tuple[dict[int, dict[str, str]], set[int], dict[int, str]]:
    """The changed cells as the plan has them, which tasks pass on the clock, and their names."""
    cells = edits.found.cells
    wanted = {name for changes in cells.values() for name in changes if name in registry}
    columns = (*[registry[name] for name in sorted(wanted)], _LENGTH)
    rows = rows_of(project, [pk for pk in cells if pk in there], columns, on=timezone.localdate())
    look = make_look(project)
    ids = numbers_of(project) if LINKS in wanted else {}
    now: dict[int, dict[str, str]] = {}
    for pk, row in rows.items():
        texts = {name: said(value_of(registry[name], row, look)) for name in cells[pk] if name in registry}
        if LINKS in texts:
            texts[LINKS] = by_ids(texts[LINKS], ids)
        now[pk] = texts | {LEVEL: str(row.outline_level)}
    return now, {pk for pk, row in rows.items() if row.is_elapsed}, {pk: row.name for pk, row in rows.items()}


def _gone(lines: Sequence[OutlineRow], gone: Collection[int]) -> tuple[list[int], list[int]]:
    """A summary goes only with all that stands below it."""
    left = set(gone)
    can: list[int] = []
    cannot: list[int] = []
    for at, line in enumerate(lines):
        if line.task_id in left:
            below = {each.task_id for each in lines[at : subtree(lines, at)]}
            (can if below <= left else cannot).append(line.task_id)
    return can, cannot


def _names(project: Project, ids: Sequence[int]) -> dict[int, str]:
    return dict(Task.objects.filter(project=project, pk__in=ids).values_list("pk", "name")) if ids else {}


def _rows(
    edits: Edits, decisions: Decisions, merged: Merged, names: Mapping[int, str], numbers: Mapping[int, int],
    elapsed: Collection[int],
) -> tuple[list[PastedRow], list[int | None], dict[int, int]]:  # fmt: skip
    """Rows to be written with their tasks, and how deep some of these stand then."""
    cells: dict[int, dict[str, str]] = defaultdict(dict)
    for key, taken in merged.taken.items():
        cells[key] |= taken
    for each in merged.conflicts:
        if decisions.conflicts.get((each.key, each.field)) == FILE:
            cells[each.key][each.field] = each.file
    rows: list[PastedRow] = []
    tasks: list[int | None] = []
    deeper: dict[int, int] = {}
    for key, texts in cells.items():
        level = texts.pop(LEVEL, None)
        if level is not None:
            deeper[key] = int(level)
        named = {NAME: names[key], **texts}
        row = _row(edits, decisions, edits.found.at[key], named, numbers, is_elapsed=key in elapsed)
        rows.append(row)
        tasks.append(key)
    for new in edits.found.new:
        rows.append(_row(edits, decisions, new.at, new.cells, numbers))
        tasks.append(None)
    return rows, tasks, deeper


def _row(
    edits: Edits, decisions: Decisions, at: int, texts: Mapping[str, str], numbers: Mapping[int, int],
    *, is_elapsed: bool = False,
) -> PastedRow:  # fmt: skip
    """As if its cells had been typed."""
    cells: dict[str, str] = {}
    places: dict[str, int] = {}
    for name, text in texts.items():
        # A custom field may have been retired since the file was looked at.
        if name not in registry:
            continue
        places[name] = edits.columns.index(name) if name in edits.columns else len(edits.columns)
        mended = decisions.mended.get((at - 1, places[name]))
        if mended is not None:
            cells[name] = mended
        elif name == LINKS:
            cells[name] = by_numbers(text, numbers)
        else:
            cells[name] = typed(registry[name], text, is_elapsed=is_elapsed)
    # A row without anything in it would be passed over.
    return PastedRow(at - 1, None, cells or {NAME: ""}, places)


@dataclass(frozen=True)
class _Placer:
    """Where the rows of a file go: onto their tasks, or new beside their neighbours."""

    rows: Sequence[PastedRow]
    tasks: Sequence[int | None]
    deeper: Mapping[int, int]
    new: Sequence[NewRow]

    def __call__(self, lines: Sequence[OutlineRow]) -> Placing:
        """With the lines of the plan as they are when it is written."""
        at = {line.task_id: (number, line.level) for number, line in enumerate(lines, 1)}
        tasks = [None if pk is None or pk not in at else Standing(pk, *at[pk]) for pk in self.tasks]
        levels = [None if pk is None else self.deeper.get(pk) for pk in self.tasks]
        first = len(self.tasks) - len(self.new)
        for place, row in enumerate(self.new, first):
            levels[place] = max(self._reference(row, at, levels, first) + row.step, 1)
        return MergedPlacing(self.rows, tasks, levels, len(lines), new_rows=self.new, first=first)

    def _reference(
        self, row: NewRow, at: Mapping[int, tuple[int, int]], levels: Sequence[int | None], first: int
    ) -> int:
        if row.above_new is not None:
            return levels[first + row.above_new] or 1
        for key in (row.above, row.below):
            if key is not None and key in at:
                return self.deeper.get(key, at[key][1])
        return 1


@dataclass
class MergedPlacing(Placing):
    """New rows come below the rows that they stand below in the file."""

    new_rows: Sequence[NewRow] = ()
    #: The place of the first of them among all rows.
    first: int = 0

    def arranged(self, lines: Sequence[OutlineRow]) -> list[OutlineRow]:
        """The rows of the plan with the new ones, and at their levels; in one walk. Raises RuleBrokenError where one is too deep."""
        moved = self.moved(lines)
        beside = self._beside({line.task_id: line.level for line in moved})
        found: list[OutlineRow] = []
        open_rows: list[OutlineRow] = []  # behind whose last row some come
        for line in moved:
            while open_rows and open_rows[-1].level >= line.level:
                found += beside[_BEHIND, open_rows.pop().task_id]
            found += beside.get((_BEFORE, line.task_id), ())
            found.append(line)
            found += beside.get((_BELOW, line.task_id), ())
            if (_BEHIND, line.task_id) in beside:
                open_rows.append(line)
        while open_rows:
            found += beside[_BEHIND, open_rows.pop().task_id]
        found += beside.get((_LAST, 0), ())
        return self.checked(settled(found), lines)

    def _beside(self, levels: Mapping[int, int]) -> dict[tuple[str, int], list[OutlineRow]]:
        """New rows by where they stand, and beside which task.

        A row that stands deeper than the one above it comes directly below it; another one behind all that is below that, and
        with it what follows it in the file.
        """
        found: dict[tuple[str, int], list[OutlineRow]] = defaultdict(list)
        spots: list[tuple[str, int]] = []
        for number, row in enumerate(self.new_rows):
            level = self.levels[self.first + number] or 1
            if row.above_new is not None:
                spot = spots[row.above_new]
            elif row.above is not None and row.above in levels:
                spot = (_BELOW, row.above)
            elif row.below is not None and row.below in levels:
                spot = (_BEFORE, row.below)
            else:
                spot = (_LAST, 0)
            if spot[0] == _BELOW and level <= levels[spot[1]]:
                spot = (_BEHIND, spot[1])
            spots.append(spot)
            if self.first + number in self.made:
                found[spot].append(OutlineRow(self.made[self.first + number], level))
        return dict(found)
