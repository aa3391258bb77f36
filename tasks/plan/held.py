"""Many tasks of a plan in memory: read once, changed by as many actions as there are cells, written once.

Each table is asked when the first action needs it, and written by one statement for all rows that differ, so that a
thousand cells cost as many statements as one. What was refused can be taken back, since nothing is written yet.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from projects.calendars.services import rules_of
from projects.models import Calendar
from projects.storing import store
from projects.worktime.calendars import Calendars
from resources.models import Resource
from tasks.models import Assignment, Task, TaskLink, TaskProgress
from tasks.plan.actions.membership import Places
from tasks.plan.link_text import LAG_FIELDS
from tasks.plan.rows import SHARE_FIELDS, Rows
from tasks.plan.statements import update_many

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db import models

    from projects.changes import Recorder
    from projects.models import Project, User
    from projects.worktime.calendar import WorkingTime

M = TypeVar("M", bound="models.Model")
#: Rows, each with its values at some moment.
_Copies = list[tuple[M, dict[str, Any]]]


class Hanging(Generic[M]):
    """Rows of another table that hang on held tasks, as the actions so far have left them."""

    def __init__(self, rows: models.QuerySet[M], key: str, fields: Sequence[str]) -> None:
        self._rows, self._key, self._fields = rows, key, fields
        self._touched: set[int] = set()

    @cached_property
    def _stored(self) -> dict[int, _Copies[M]]:
        found: dict[int, _Copies[M]] = defaultdict(list)
        for row in self._rows:
            found[getattr(row, self._key)].append((row, dict(row.__dict__)))
        return found

    @cached_property
    def _now(self) -> dict[int, list[M]]:
        return defaultdict(list, {pk: [row for row, _values in rows] for pk, rows in self._stored.items()})

    def of(self, task_id: int) -> list[M]:
        """Those of one task."""
        return list(self._now[task_id])

    def put(self, task_id: int, *, gone: Sequence[M], new: Sequence[M]) -> None:
        """Take away and add; values are set on the rows themselves."""
        self._now[task_id] = [row for row in self._now[task_id] if row not in gone] + [*new]
        self._touched.add(task_id)

    def copy_of(self, task_id: int) -> _Copies[M] | None:
        """How those of a task stand; None where they have not been read, which costs nothing then."""
        if "_now" not in self.__dict__:
            return None
        return [(row, dict(row.__dict__)) for row in self._now[task_id]]

    def restore(self, task_id: int, copies: _Copies[M] | None) -> None:
        """As they stood; those that had not been read stood as they are stored."""
        if copies is None and "_now" not in self.__dict__:
            return
        rows = self._stored[task_id] if copies is None else copies
        for row, values in rows:
            row.__dict__.clear()
            row.__dict__.update(values)
        self._now[task_id] = [row for row, _values in rows]

    def flush(self, model: type[M]) -> None:
        """Write what differs: at most three statements."""
        gone: list[int] = []
        new: list[M] = []
        changed: list[M] = []
        for task_id in sorted(self._touched):
            if task_id not in self._stored:
                new += self._now[task_id]
                continue
            rows, stored = self._now[task_id], {row.pk: values for row, values in self._stored[task_id]}
            there = {row.pk for row in rows}
            gone += [pk for pk in stored if pk not in there]
            new += [row for row in rows if row.pk is None]
            changed += [row for row in rows if row.pk is not None and self._differs(row, stored[row.pk])]
        if gone:
            model._default_manager.filter(pk__in=gone).delete()
        store(new)
        update_many(model, changed, self._fields)
        for task_id in self._touched:
            self._stored[task_id] = [(row, dict(row.__dict__)) for row in self._now[task_id]]
        self._touched.clear()

    def _differs(self, row: M, values: Mapping[str, Any]) -> bool:
        return any(getattr(row, name) != values[name] for name in self._fields)


class RestorePoint(NamedTuple):
    """How a task and all that hangs on it stood."""

    fields: dict[str, Any]
    dirty: frozenset[str]
    shares: _Copies[Assignment] | None
    links: _Copies[TaskLink] | None
    joining: int
    reports: int


class HeldRows(Rows):
    """Some tasks of a plan, with what hangs on them.

    `new` ones have their ids and places, and are stored with all that actions have set on them by then.
    """

    def __init__(
        self, project: Project, record: Recorder, task_ids: Collection[int], new: Sequence[Task] = ()
    ) -> None:
        super().__init__(project, record)
        rows = Task.objects.filter(pk__in=task_ids, project=project, deleted_at__isnull=True)
        there = list(rows) if task_ids else []
        for task in there:
            task.project = project
        in_order = sorted([*there, *new], key=lambda task: task.row_number or 0)
        self.tasks = {task.id: task for task in in_order}
        self._new = list(new)
        for task in self._new:
            # The database makes days of minutes when it has the row.
            task.start_date = task.end_date = None
        ids = [task.id for task in there]
        shares = Assignment.objects.filter(task__in=ids).select_related("resource").order_by("pk")
        self._shares = Hanging(shares, "task_id", SHARE_FIELDS)
        self._links = Hanging(TaskLink.objects.filter(successor__in=ids), "successor_id", LAG_FIELDS)
        self._dirty: dict[int, set[str]] = defaultdict(set)
        self._joining: list[User] = []
        self._reports: list[TaskProgress] = []
        self._clocks: dict[int | None, WorkingTime] = {}

    def refresh(self, task: Task, fields: Collection[str] | None = None) -> None:
        """Held tasks are as they are under the lock."""
        if task is not self.tasks.get(task.id):
            super().refresh(task, fields)

    def save(self, task: Task, fields: Iterable[str]) -> None:
        """They are written with all others."""
        if task is self.tasks.get(task.id):
            self._dirty[task.id].update(fields)
        else:
            super().save(task, fields)

    # -- people ----------------------------------------------------------------------------------------------

    def assignments(self, task: Task) -> Sequence[Assignment]:
        """Who is on a task."""
        return self._shares.of(task.id)

    def put_assignments(
        self, task: Task, *, gone: Sequence[Assignment], new: Sequence[Assignment], changed: Sequence[Assignment]
    ) -> None:  # fmt: skip
        """In memory; `changed` rows are set already."""
        for row in new:
            row._state.fields_cache["resource"] = self._everyone[row.resource_id]
        self._shares.put(task.id, gone=gone, new=new)

    @cached_property
    def _everyone(self) -> dict[int, Resource]:
        """All that may be put onto a task: asking for those of each cell would be a question a cell."""
        return {row.pk: row for row in Resource.objects.filter(organization_id=self.project.organization_id)}

    def resources(self, ids: Collection[int]) -> dict[int, Resource]:
        """Those of the project's organization."""
        return {pk: self._everyone[pk] for pk in ids if pk in self._everyone}

    @cached_property
    def _places(self) -> Places:
        return Places(self.project, self.record.actor, list(self._everyone.values()))

    def bring_in(self, resources: Collection[Resource]) -> None:
        """They come in when all is written."""
        self._joining += [user for user in self._places.coming(resources) if user not in self._joining]

    @cached_property
    def may_plan(self) -> bool:
        """Whether the actor may change the whole plan; asked once."""
        return super().may_plan

    # -- links -----------------------------------------------------------------------------------------------

    def links(self, task: Task) -> dict[int, TaskLink]:
        """What a task waits for, by predecessor."""
        return {link.predecessor_id: link for link in self._links.of(task.id)}

    def put_links(
        self, task: Task, *, gone: Sequence[TaskLink], new: Sequence[TaskLink], changed: Sequence[TaskLink]
    ) -> None:
        """In memory; `changed` links are set already."""
        self._links.put(task.id, gone=gone, new=new)

    @cached_property
    def _by_number(self) -> dict[int, int]:
        rows = Task.objects.filter(project=self.project, deleted_at__isnull=True)
        stored = {number: pk for number, pk in rows.values_list("row_number", "pk") if number is not None}
        return stored | {task.row_number: task.id for task in self._new if task.row_number is not None}

    def ids_of(self, numbers: Collection[int]) -> dict[int, int]:
        """Tasks by their row numbers; the whole plan is asked only where some of them are not held."""
        wanted = set(numbers)
        known = self._held_numbers if wanted <= self._held_numbers.keys() else self._by_number
        return {number: known[number] for number in wanted if number in known}

    @cached_property
    def _held_numbers(self) -> dict[int, int]:
        return {task.row_number: task.id for task in self.tasks.values() if task.row_number is not None}

    # -- time and progress -----------------------------------------------------------------------------------

    def clock_of(self, task: Task) -> WorkingTime:
        """Compiled once for each calendar; those of all held tasks are read together."""
        default = self.project.calendar_id
        wanted = task.calendar_id or default
        if wanted not in self._clocks:
            used = {one.calendar_id or default for one in self.tasks.values()} | {wanted}
            compiled = Calendars(rules_of(used - self._clocks.keys()))
            self._clocks |= {pk: compiled.calendar(pk) for pk in used - self._clocks.keys()}
        return self._clocks[wanted]

    @cached_property
    def _calendars(self) -> frozenset[int]:
        rows = Calendar.objects.filter(organization_id=self.project.organization_id)
        return frozenset(rows.values_list("pk", flat=True))

    def has_calendar(self, calendar_id: int) -> bool:
        """Whether the organization has this calendar."""
        return calendar_id in self._calendars

    def keep_progress(self, report: TaskProgress) -> None:
        """Written with all others."""
        self._reports.append(report)

    # -- back, and out ---------------------------------------------------------------------------------------

    def restore_point(self, task: Task) -> RestorePoint:
        """How a task stands before an action that may be refused in the middle."""
        return RestorePoint(
            dict(task.__dict__), frozenset(self._dirty[task.id]), self._shares.copy_of(task.id),
            self._links.copy_of(task.id), len(self._joining), len(self._reports),
        )  # fmt: skip

    def restore(self, task: Task, point: RestorePoint) -> None:
        """As it stood then."""
        task.__dict__.clear()
        task.__dict__.update(point.fields)
        self._dirty[task.id] = set(point.dirty)
        self._shares.restore(task.id, point.shares)
        self._links.restore(task.id, point.links)
        del self._joining[point.joining :]
        del self._reports[point.reports :]

    def flush(self) -> None:
        """Everything that differs; one statement a table and kind of change."""
        new, self._new = self._new, []
        store(new)
        come = {task.id for task in new}
        dirty = {pk: fields for pk, fields in self._dirty.items() if fields and pk not in come}
        if dirty:
            update_many(Task, [self.tasks[pk] for pk in dirty], sorted(set().union(*dirty.values())))
        self._dirty.clear()
        if self._joining:
            self._places.admit(self.record, self._joining)
            self._joining = []
        self._shares.flush(Assignment)
        self._links.flush(TaskLink)
        if self._reports:
            TaskProgress.objects.bulk_create(self._reports)
            self._reports = []
