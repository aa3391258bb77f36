"""Many cells in one change: one unit of work, the dates computed once, one revision, whatever number of cells.

What cannot be read or is refused is collected, cell by cell. Either nothing is written then, or all the rest: a refusal
that only the new dates or the days of people bring to light takes its cells out, and the rest is written once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.errors import NotAllowedError, Refusal, RuleBrokenError
from projects.in_hand import in_hand
from projects.permissions import Right, require
from tasks.allocation.rules import DoubleLoadError
from tasks.editing.refused import Cell, CellChangedError, CellsRefusedError, RefusedCell, RowGoneError
from tasks.models import Constraint
from tasks.plan.actions.constraints import constrain_by
from tasks.plan.actions.days import finish_on
from tasks.plan.actions.fields import set_fields
from tasks.plan.clocks import first_of
from tasks.plan.refusals import DatesRefusedError, PlanRefusedError
from tasks.plan.unit import changing_plan
from tasks.scheduling.constraint_types import WITHOUT_DATE
from tasks.sheet.columns.registry import registry
from tasks.sheet.look import make_look
from tasks.sheet.parsing import UnreadableError
from tasks.sheet.reading import Reader
from tasks.sheet.rows import rows_of

if TYPE_CHECKING:
    from projects.models import AuditEntry, Project, User
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange
    from tasks.plan.unit import PlanUnit
    from tasks.sheet.columns.column import Column, Row

#: More cells than a sheet of a thousand rows and fifty columns has.
MOST_CELLS: Final = 50_000
#: So often the rest is tried again without what new dates have refused.
MOST_ROUNDS: Final = 12
#: Which cells a refusal means that names only the task: those that its dates and people hang on.
_OF_DATES: Final = ("start", "finish", "duration", "predecessors", "assignees", "work")

Key = tuple[int, str]
"""A task and a column."""


class CellsWritten(NamedTuple):
    """What came of many cells."""

    change: PlanChange
    #: How many read otherwise now.
    written: int
    refused: Sequence[RefusedCell]


def write_cells(
    *, project: Project, cells: Iterable[Cell], actor: User | System, applies_rest: bool = False
) -> CellsWritten:
    """Put what was typed into cells of one plan. Of a cell that is named twice the last text counts.

    Raises CellsRefusedError where a cell is refused, unless `applies_rest`; NotAllowedError where a right is missing.
    """
    with in_hand(project):
        writer = Writer(project, cells, actor)
        for _round in range(MOST_ROUNDS):
            try:
                return writer.write(applies_rest=applies_rest)
            except (DatesRefusedError, PlanRefusedError, DoubleLoadError) as error:
                writer.take_out(error)
                if not applies_rest:
                    raise writer.refusal() from error
        raise writer.refusal()


class Writer:
    """The cells of one request."""

    def __init__(self, project: Project, cells: Iterable[Cell], actor: User | System) -> None:
        self.project, self.actor = project, actor
        self.cells: dict[Key, Cell] = {(cell.task_id, cell.column): cell for cell in cells}
        self.columns: tuple[Column, ...] = tuple(
            registry[name] for name in dict.fromkeys(cell.column for cell in self.cells.values())
        )
        #: What the dates have refused in an earlier round.
        self.out: dict[Key, RefusedCell] = {}
        self.refused: dict[Key, RefusedCell] = {}
        self.rows: Mapping[int, Row] = {}

    def write(self, *, applies_rest: bool) -> CellsWritten:
        """One round, in one unit of work."""
        needs = {edit.needs for column in self.columns if (edit := column.edit)}
        for column in self.columns:
            if column.edit is None:
                raise ValueError(f"nothing is typed into {column.name!r}")
            if column.right:
                require(self.actor, column.right, self.project)
        self.refused = dict(self.out)
        right = Right.REPORT_PROGRESS if needs == {Right.REPORT_PROGRESS} else Right.EDIT_PLAN
        with changing_plan(self.project, actor=self.actor, needs=right) as plan:
            count = self.put_into(plan)
            if self.refused and not applies_rest:
                raise self.refusal()
        return CellsWritten(plan.change, count, tuple(self.refused.values()))

    def put_into(self, plan: PlanUnit) -> int:
        """Read and write all cells in an open unit of work; how many read otherwise now. What is refused is in `refused`."""
        return sum(self._put(plan, task, values) for task, values in self._read(plan))

    def refusal(self) -> CellsRefusedError:
        """All that was refused so far."""
        return CellsRefusedError(tuple(self.refused.values()), len(self.cells))

    # -- reading ---------------------------------------------------------------------------------------------

    def _read(self, plan: PlanUnit) -> Iterable[tuple[Task, dict[str, Any]]]:
        """Each task with the values of those of its cells that are to read otherwise, in the order of the rows."""
        by_task: dict[int, list[Cell]] = {}
        for key, cell in self.cells.items():
            if key not in self.out:
                by_task.setdefault(cell.task_id, []).append(cell)
        tasks = plan.hold(list(by_task))
        # The lock is held: the cells stay as they are between this look and the writing.
        self.rows = rows_of(self.project, list(tasks), self.columns, on=timezone.localdate())
        for pk in by_task.keys() - tasks.keys():
            for cell in by_task[pk]:
                self._refuse(cell, RowGoneError())
        look, reader = make_look(self.project), Reader(self.project, plan.rows)
        for pk, task in tasks.items():
            values: dict[str, Any] = {}
            for cell in by_task[pk]:
                current = registry[cell.column].text_of(self.rows[pk], look)
                try:
                    values |= values_of(cell, current, task, reader)
                except Refusal as error:
                    self._refuse(cell, error)
            if values:
                yield task, self._said_along(task, values)

    def _said_along(self, task: Task, values: dict[str, Any]) -> dict[str, Any]:
        """Duration and work make each other give way: what was sent of them as it stands is meant to stay."""
        stands = {"duration": (task.duration_minutes, task.is_elapsed), "work": task.work_minutes}
        if stands.keys() & values.keys():
            kept = {name for name in stands if (task.pk, name) in self.cells} - values.keys()
            values |= {name: stands[name] for name in kept if (task.pk, name) not in self.refused}
        return values

    def _refuse(self, cell: Cell, error: Refusal | NotAllowedError) -> None:
        row = self.rows.get(cell.task_id)
        number, name = (row.row_number, row.name) if row else (None, "")
        self.refused[cell.task_id, cell.column] = RefusedCell(cell, error, number, name)

    # -- writing ---------------------------------------------------------------------------------------------

    def _put(self, plan: PlanUnit, task: Task, values: dict[str, Any]) -> int:
        """Write a row, without what is refused of it; how many cells were written."""
        while values:
            try:
                with plan.attempt(task):
                    self._write(plan, task, values)
            except (Refusal, NotAllowedError) as error:
                field = getattr(error, "field", None)
                for name in [field] if field in values else list(values):
                    del values[name]
                    self._refuse(self.cells[task.pk, name], error)
            else:
                break
        return len(values)

    def _write(self, plan: PlanUnit, task: Task, values: Mapping[str, Any]) -> None:
        """Have the actions of the columns write them."""
        put_values(plan, task, values)

    def take_out(self, error: DatesRefusedError | PlanRefusedError | DoubleLoadError) -> None:
        """Refuse the cells that an error at the end of a round means; raises it again where they cannot be told."""
        meant = (
            [(pk, error) for pk in error.task_ids] if isinstance(error, PlanRefusedError) else error.refusals
        )
        found = {key: each for pk, each in meant for key in self._named(pk, each)}
        found = found or {key: each for pk, each in meant for key in self._near(pk)}
        if not found:
            raise error
        for key, each in found.items():
            self._refuse(self.cells[key], each)
        self.out = dict(self.refused)

    @cached_property
    def _of_task(self) -> dict[int, list[Key]]:
        """The cells of each task: a thousand that are refused do not look through all."""
        found: dict[int, list[Key]] = {}
        for key in self.cells:
            found.setdefault(key[0], []).append(key)
        return found

    def _named(self, task_id: int, error: RuleBrokenError) -> list[Key]:
        """The cells of a task that a refusal names; that of a plan mostly means links."""
        name = "predecessors" if isinstance(error, PlanRefusedError) else error.field
        key = (task_id, name or "")
        return [key] if key in self.cells and key not in self.refused else []

    def _near(self, task_id: int) -> list[Key]:
        """Those that its dates hang on, or all."""
        there = [key for key in self._of_task.get(task_id, ()) if key not in self.refused]
        return [key for key in there if key[1] in _OF_DATES] or there


def values_of(cell: Cell, current: str, task: Task, reader: Reader) -> dict[str, Any]:
    """The value of a cell by its column; nothing where it reads so already. Raises CellChangedError and what `read_cell` raises."""
    if cell.was is not None and cell.was.strip() != current:
        raise CellChangedError(column=cell.column, current=current, typed=cell.text)
    if cell.text.strip() == current:
        return {}
    return {cell.column: read_cell(cell.column, cell.text, task, reader)}


def read_cell(column: str, text: str, task: Task, reader: Reader) -> Any:
    """The value that a text means in a cell. Raises RuleBrokenError with an example."""
    edit = registry[column].edit
    if edit is None:
        raise ValueError(f"nothing is typed into {column!r}")
    try:
        return edit.read(text, task, reader)
    except UnreadableError as error:
        raise RuleBrokenError(
            _("「%(text)s」は読めません。%(hint)s") % {"text": error.piece, "hint": edit.hint}, field=column
        ) from error


def put_values(plan: PlanUnit, task: Task, values: Mapping[str, Any]) -> None:
    """Write values of several columns into one task, so that what was said stays: people before work and time.

    Where duration and finish are both given, the finish decides, as in the form of a task.
    """
    left = dict(values)
    edits = {name: edit for name in left if (edit := registry[name].edit)}
    fields = {edit.sets: left.pop(name) for name, edit in edits.items() if edit.sets and not edit.turn}
    if fields:
        set_fields(plan, task, fields)
    if "finish" in left and left.get("duration", (0, False))[0]:
        del left["duration"]
    if left.get("constraint_on") and left.get("constraint", Constraint.ASAP) not in WITHOUT_DATE:
        # Neither could be written without the other.
        constrain_by(plan, task, left.pop("constraint"), left.pop("constraint_on"))
    for name in sorted(left, key=lambda each: edits[each].turn):
        minutes, is_elapsed = left.get("duration", (0, False))
        if name == "work" and minutes:
            continue
        if name == "duration" and minutes and "work" in left:
            both = {"duration_minutes": minutes, "is_elapsed": is_elapsed, "work_minutes": left["work"]}
            set_fields(plan, task, both, keeps_units="assignees" in left)
        elif name == "finish" and "start" in left:
            start = first_of(task, left["start"], plan.rows.clock_of(task))
            finish_on(plan, task, left["finish"], start=start)
        else:
            edits[name].put(plan, task, left[name])


# -- words -----------------------------------------------------------------------------------------------------


def gave_way(step: Sequence[AuditEntry], cells: Iterable[Cell]) -> str:
    """In how many tasks something else than what was typed is another now: duration, work or shares."""
    typed: dict[int, set[str]] = {}
    for cell in cells:
        typed.setdefault(cell.task_id, set()).add(cell.column)
    count = len(
        {entry.target_id for entry in step if _gave_way(entry, typed.get(entry.target_id or 0, set()))}
    )
    if not count:
        return ""
    return ngettext(
        "%(count)d件のタスクで、入力していない期間、工数、割当も変わりました。",
        "%(count)d件のタスクで、入力していない期間、工数、割当も変わりました。",
        count,
    ) % {"count": count}


def _gave_way(entry: AuditEntry, typed: set[str]) -> bool:
    after = entry.after if isinstance(entry.after, dict) else {}
    match entry.action:
        case "assignment.changed":
            return "assignees" not in typed
        case "task.edited" | "task.resized":
            is_longer = "duration_minutes" in after and not typed & {"duration", "finish"}
            return is_longer or ("work_minutes" in after and "work" not in typed)
    return False
