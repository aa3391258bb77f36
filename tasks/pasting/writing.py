"""The cells of a paste, read and written in one open unit of work."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from projects.actions import PREDECESSORS, Values, declared
from projects.errors import NotAllowedError, Refusal
from projects.models.money import is_amount
from tasks.editing.refused import Cell, RowGoneError
from tasks.editing.writing import Writer, read_cell
from tasks.models import Constraint, Mode, Task, TaskType
from tasks.pasting.layout import NAME
from tasks.plan.actions.fields import set_fields
from tasks.sheet.columns.registry import registry
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from projects.models import AuditEntry, Project, User
    from projects.permissions import System
    from tasks.pasting.reader import PastedReader
    from tasks.plan.rescheduling import Rescheduled
    from tasks.plan.unit import PlanUnit

#: In percent.
FULL: Final = 100
#: What a summary has of its children.
COMPUTED: Final = frozenset({"start", "finish", "duration", "work", "progress"})


class Beginnings:
    """Takes what actions record of a new task: its fields and what it waits for together, who came onto it apart."""

    def __init__(self, actor: User | System) -> None:
        self.actor = actor
        self.entries: list[SimpleNamespace] = []

    def __call__(
        self, action: str, *, target: Task, before: Any = None, after: Any = None
    ) -> SimpleNamespace:
        """What a Recorder would make an entry of."""
        entry = SimpleNamespace(action=action, target_id=target.pk, before=before, after=after)
        self.entries.append(entry)
        return entry

    def told(self) -> tuple[dict[str, Any], list[SimpleNamespace]]:
        """What the task began with; and the actions that are no fields of it. Amounts are told in entries of their own."""
        fields: dict[str, Any] = {}
        others = []
        for entry in self.entries:
            if _is_plain(entry):
                fields |= entry.after
            elif declared(entry.action).values is Values.LINKS:
                fields[PREDECESSORS] = entry.after
            else:
                others.append(entry)
        return fields, others


def _is_plain(entry: SimpleNamespace) -> bool:
    after = entry.after if isinstance(entry.after, dict) else {}
    return entry.action.startswith("task.") and not any(map(is_amount, after))


class PastedWriter(Writer):
    """As texts typed into cells, but that what reads alike is alike, and what is computed is left to be computed."""

    def __init__(
        self, project: Project, cells: Iterable[Cell], actor: User, *, new: Collection[Task], reader: PastedReader
    ) -> None:  # fmt: skip
        super().__init__(project, cells, actor)
        self._new, self._reader = {task.pk: task for task in new}, reader
        #: By task and column what stood there, and what was pasted.
        self.differing: dict[int, dict[str, tuple[str, str]]] = {}
        #: Cells of summaries that follow from their children.
        self.computed = 0
        self._read_of_new: dict[tuple[str, str, bool], Any] = {}
        self._read_of_few: dict[tuple[str, str], Any] = {}

    def _read(self, plan: PlanUnit) -> Iterable[tuple[Task, dict[str, Any]]]:
        by_task: dict[int, list[Cell]] = {}
        for cell in self.cells.values():
            by_task.setdefault(cell.task_id, []).append(cell)
        there = [pk for pk in by_task if pk not in self._new]
        tasks = plan.hold(there, list(self._new.values()))
        self.rows = rows_of(self.project, there, self.columns, on=timezone.localdate()) if there else {}
        look = make_look(self.project)
        for pk in by_task.keys() - tasks.keys():
            for cell in by_task[pk]:
                self._refuse(cell, RowGoneError())
        for pk, task in tasks.items():
            values: dict[str, Any] = {}
            is_new = pk in self._new
            for cell in by_task.get(pk, ()):
                try:
                    if is_new:
                        self._take_of_new(task, cell, values)
                    else:
                        self._take(task, cell, registry[cell.column].text_of(self.rows[pk], look), values)
                except Refusal as error:
                    self._refuse(cell, error)
            if values or is_new:
                yield task, _as_meant(values) if is_new else self._said_along(task, values)

    def _put(self, plan: PlanUnit, task: Task, values: dict[str, Any]) -> int:
        """Of a new task the record says what it began with, in one entry, and who came onto it."""
        if task.pk not in self._new:
            return super()._put(plan, task, values)
        record, began = plan.record, Beginnings(plan.record.actor)
        plan.record = began  # type: ignore[assignment]  # it takes what a Recorder takes
        try:
            count = super()._put(plan, task, values)
        finally:
            plan.record = record
        fields, others = began.told()
        entry = record("task.added", target=task, after={"name": task.name, **fields})
        for other in others:
            record(other.action, target=task, before=other.before, after=other.after)
        if task.progress_percentage and task.actual_start_minute is None:
            plan.check(task, partial(_begin_where_it_lies, plan, task, entry))
        return count

    def _write(self, plan: PlanUnit, task: Task, values: Mapping[str, Any]) -> None:
        """A new task has its plain fields and its length at once."""
        if task.pk in self._new:
            fields, values = beginning(task, values)
            if fields:
                set_fields(plan, task, fields)
        super()._write(plan, task, values)

    def _take_of_new(self, task: Task, cell: Cell, values: dict[str, Any]) -> None:
        """Add the value of a cell of a new row: all of them are alike so far, so each text of a column is read once."""
        column, text = cell.column, cell.text.strip()
        if not text or column == NAME:
            return
        if task.is_summary and column in COMPUTED:
            self.computed += 1
            return
        self.differing.setdefault(cell.task_id, {})[column] = ("", text)
        key = (column, text, task.is_summary)
        value = self._read_of_new.get(key)
        # Who is not known is counted cell by cell.
        if value is None or column == "assignees":
            try:
                value = read_cell(column, text, task, self._reader)
            except Refusal as error:
                value = error
            self._read_of_new[key] = value
        if isinstance(value, Refusal):
            raise value.with_traceback(None)
        values[column] = value

    def _take(self, task: Task, cell: Cell, current: str, values: dict[str, Any]) -> None:
        """Add the value of a cell, where it is another one."""
        text = cell.text.strip()
        if text == current:
            return
        if task.is_summary and cell.column in COMPUTED:
            self.computed += bool(text)
            return
        try:
            value = self._value(cell.column, text, task)
        except Refusal:
            # What cannot be empty stays as it is.
            if not text and cell.column != NAME:
                return
            self._differ(cell, current)
            raise
        if not self._reads_alike(cell.column, current, value, task):
            values[cell.column] = value
            self._differ(cell, current)

    def _reads_alike(self, column: str, current: str, value: Any, task: Task) -> bool:
        """2026/4/1 is 2026/04/01, and 5d is 5日: a spreadsheet has spelled it in its own way."""
        try:
            return bool(self._value(column, current, task) == value)
        except (Refusal, NotAllowedError):
            return False

    def _value(self, column: str, text: str, task: Task) -> Any:
        """What a text means. Where it is one of few it is the same for all tasks, and is read once."""
        edit = registry[column].edit
        if edit is None or edit.offers is tuple:
            return read_cell(column, text, task, self._reader)
        value = self._read_of_few.get((column, text))
        if value is None:
            try:
                value = read_cell(column, text, task, self._reader)
            except Refusal as error:
                value = error
            self._read_of_few[column, text] = value
        if isinstance(value, Refusal):
            raise value.with_traceback(None)
        return value

    def _differ(self, cell: Cell, current: str) -> None:
        self.differing.setdefault(cell.task_id, {})[cell.column] = (current, cell.text.strip())


def beginning(task: Task, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that a new task can begin with, of the values of its columns; and the values that are left to actions."""
    left = dict(values)
    edits = {name: edit for name in values if (edit := registry[name].edit)}
    fields = {edit.sets: left.pop(name) for name, edit in edits.items() if edit.sets and not edit.turn}
    minutes, is_elapsed = values.get("duration", (0, False))
    # With people the length is weighed after them, where something else would come of it.
    is_weighed = "assignees" in values and (
        not minutes or is_elapsed or fields.get("task_type") == TaskType.FIXED_WORK
    )
    if "duration" not in values or is_weighed or values.keys() & {"work", "finish"}:
        return fields, left
    del left["duration"]
    fields |= {"duration_minutes": minutes, "is_elapsed": is_elapsed}
    if bool(minutes) == fields.get("is_milestone", task.is_milestone):
        fields |= {"is_milestone": not minutes, "is_elapsed": is_elapsed and bool(minutes)}
    return fields, left


def _begin_where_it_lies(plan: PlanUnit, task: Task, entry: AuditEntry, result: Rescheduled) -> bool:
    """What is done of a new task was begun where the plan puts it, and is done where it ends."""
    start, finish = result.span_of(task.pk)
    facts = {"actual_start_minute": start}
    if task.progress_percentage == FULL:
        facts["actual_finish_minute"] = finish
    for name, value in facts.items():
        setattr(task, name, value)
    plan.rows.save(task, facts)
    entry.after = {**(entry.after or {}), **facts}
    return True


def _as_meant(values: dict[str, Any]) -> dict[str, Any]:
    """Of a new task: its start is computed where something else holds it, and its finish where it has a duration then."""
    is_held = values.get("predecessors") or values.get("constraint") or values.get("constraint_on")
    if is_held and values.get("mode") != Mode.MANUAL:
        values.pop("start", None)
        if "duration" in values:
            values.pop("finish", None)
    if values.get("constraint") == Constraint.ASAP:
        values.pop("constraint_on", None)
    return values
