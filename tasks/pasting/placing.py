"""Where pasted rows go: onto rows of the plan from a cell downwards, and behind its last one; or as new rows between others."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.editing.refused import RowGoneError
from tasks.models import MAX_OUTLINE_LEVEL, Task
from tasks.pasting.clipboard.levels import by_indents
from tasks.plan.outline import OutlineRow, settled, subtree
from tasks.sheet.rows import within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projects.models import Project
    from tasks.pasting.layout import PastedRow
    from tasks.sheet.visible import VisibleRows


@dataclass(frozen=True)
class Anchor:
    """The cell that was pasted into: on a task, or in a new row before or behind one; without a task at the end of the plan."""

    task_id: int | None = None
    #: "" is the task itself.
    side: str = ""
    level: int | None = None


NO_ANCHOR: Final = Anchor()


class Standing(NamedTuple):
    """A row of the plan that is pasted onto."""

    task_id: int
    number: int
    level: int


@dataclass
class Placing:
    """Each pasted row with the task that it goes onto, or none; and how deep it stands then."""

    rows: Sequence[PastedRow]
    tasks: list[Standing | None]
    levels: list[int | None]
    #: In front of which of the plan's rows new ones come, counted from 0.
    index: int
    #: Ids of the tasks that were made, by the place of their row.
    made: dict[int, int] = field(default_factory=dict)

    @cached_property
    def new(self) -> list[int]:
        """Which of the rows become tasks."""
        return [at for at, task in enumerate(self.tasks) if task is None and not self.rows[at].is_blank]

    def ids(self) -> list[int | None]:
        """The task of each row, once new ones are made; a blank row has none."""
        return [task.task_id if task else self.made.get(at) for at, task in enumerate(self.tasks)]

    @property
    def shifted(self) -> dict[int, int]:
        """Tasks that stand at another level then, with the new one."""
        return {
            task.task_id: level
            for task, level in zip(self.tasks, self.levels, strict=True)
            if task is not None and level is not None and level != task.level
        }

    def arranged(self, lines: Sequence[OutlineRow]) -> list[OutlineRow]:
        """The rows of the plan with the new ones, and at their levels. Raises RuleBrokenError where one is too deep."""
        moved = self.moved(lines)
        new = [OutlineRow(self.made[at], self.levels[at] or 1) for at in self.new]
        return self.checked(settled([*moved[: self.index], *new, *moved[self.index :]]), lines)

    def moved(self, lines: Sequence[OutlineRow]) -> list[OutlineRow]:
        """The rows of the plan at their levels."""
        return _shifted(lines, self.shifted)

    def checked(self, found: list[OutlineRow], lines: Sequence[OutlineRow]) -> list[OutlineRow]:
        """An order of rows, none of which is deeper than one may be, or than one was. Raises RuleBrokenError."""
        if max((line.level for line in found), default=1) > max(
            MAX_OUTLINE_LEVEL, max((line.level for line in lines), default=1)
        ):
            raise RuleBrokenError(
                _("WBS は %(levels)d 階層までです。階層の列か、名前の前の空白を直してください。")
                % {"levels": MAX_OUTLINE_LEVEL}
            )
        return found


def _shifted(lines: Sequence[OutlineRow], levels: Mapping[int, int]) -> list[OutlineRow]:
    """What stands under a row that moves in or out moves along, unless it has a level of its own."""
    if not levels:
        return list(lines)
    found: list[OutlineRow] = []
    open_rows: list[tuple[int, int]] = []  # levels as they were, and by how much each has moved
    for line in lines:
        while open_rows and open_rows[-1][0] >= line.level:
            open_rows.pop()
        along = open_rows[-1][1] if open_rows else 0
        level = levels.get(line.task_id, line.level + along)
        open_rows.append((line.level, level - line.level))
        found.append(OutlineRow(line.task_id, max(level, 1)))
    return found


def place(
    project: Project, visible: VisibleRows, rows: Sequence[PastedRow], anchor: Anchor, lines: Sequence[OutlineRow],
    *, inserts: bool,
) -> Placing:  # fmt: skip
    """Where each of the rows goes. Raises RowGoneError where the row of the anchor is no longer there. One query."""
    at = next((at for at, line in enumerate(lines) if line.task_id == anchor.task_id), None)
    if anchor.task_id is not None and at is None:
        raise RowGoneError
    index, base = _beside(lines, at, anchor, inserts=inserts)
    standing: list[Standing] = []
    if at is not None and not anchor.side and not inserts:
        standing = _standing(project, visible, at + 1, len(rows))
        index = len(lines)
    tasks: list[Standing | None] = [*standing, *[None] * (len(rows) - len(standing))]
    levels = _levels(rows, standing, base)
    return Placing(rows, tasks, levels, index)


def _levels(rows: Sequence[PastedRow], standing: Sequence[Standing], base: int) -> list[int | None]:
    """How deep each row stands then; None: as it does. The first that says a level stands where it is pasted."""
    told = [
        (row.level, task.level) for row, task in zip(rows, standing, strict=False) if row.level is not None
    ]
    said, own = ([pair[side] for pair in told] for side in (0, 1))
    # A spreadsheet knows steps and no levels: what has the shape of the rows that it goes onto leaves them where they are.
    is_same = by_indents(said) == by_indents(own)
    first, base = (
        (said[-1], own[-1])
        if told and is_same
        else (next((r.level for r in rows if r.level is not None), None), base)
    )
    levels: list[int | None] = []
    for at, row in enumerate(rows):
        is_there = at < len(standing)
        if row.level is None or first is None:
            levels.append(None if is_there else base)
        else:
            levels.append(None if is_there and is_same else max(base + row.level - first, 1))
    return levels


def _beside(lines: Sequence[OutlineRow], at: int | None, anchor: Anchor, *, inserts: bool) -> tuple[int, int]:
    """Where new rows come, and the level of the first."""
    if at is None:
        return len(lines), anchor.level or 1
    own = lines[at].level
    level = anchor.level or own
    if anchor.side == "after":
        return (at + 1 if level > own else subtree(lines, at)), level
    return (at if anchor.side or inserts else len(lines)), level


def _standing(project: Project, visible: VisibleRows, row: int, count: int) -> list[Standing]:
    """The rows that are seen from this one on, so many at most."""
    stretches = visible.rows_from(row, count)
    tasks = Task.objects.filter(within(stretches), project=project, deleted_at__isnull=True)
    found = tasks.order_by("row_number").values_list("id", "row_number", "outline_level")
    rows = [Standing(pk, number or 0, level) for pk, number, level in found]
    return rows if visible.order is None else sorted(rows, key=lambda row: visible.position_of(row.number))
