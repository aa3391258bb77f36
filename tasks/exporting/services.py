"""A project's plan as a file, with what an earlier import kept of its own file.

The rows come a stretch at a time, so that a plan of any size needs the memory of one stretch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any

from django.db import connection

from projects.calendars.services import rules_of
from projects.changes import changing_organization
from projects.models import Calendar, Project
from projects.permissions import System
from projects.worktime.calendars import Calendars
from resources.models import Resource
from tasks.exporting.baselines import FileBaselines
from tasks.exporting.custom import FileFields
from tasks.exporting.parts import (
    absence_rules,
    file_project,
    file_resource,
    numbers,
    numbers_of,
    of_summary,
)
from tasks.exporting.rows import (
    NO_UID,
    file_assignment,
    file_task,
    has_file_dates,
    is_fresh,
    links_of,
)
from tasks.importing import kept
from tasks.importing.sealed import kept_of
from tasks.interchange.mspdi.write import write_mspdi
from tasks.interchange.plan_file import CustomField, PlanAssignment, PlanFile, PlanTask, TaskRow
from tasks.models import Assignment, Task

if TYPE_CHECKING:
    from projects.models import User
    from projects.worktime.calendar import WorkingTime
    from projects.worktime.rules import CalendarRules
    from tasks.interchange.plan_file import PlanProject, PlanResource

#: Rows that are read and written at once.
STRETCH = 2_000


def plan_file_of(project: Project) -> PlanFile:
    """The plan as it stands, all of it at once, with its money."""
    parts = PlanExport(project)
    project_part, calendars = parts.project, parts.calendars
    rows = list(parts.rows())
    return PlanFile(
        project=project_part,
        calendars=calendars,
        tasks=tuple(row.task for row in rows),
        links=tuple(link for row in rows for link in row.links),
        resources=parts.resources,
        assignments=tuple(parts.assignments),
        custom_fields=parts.custom_fields,
        summary_task=parts.summary_task,
        summary_assignments=parts.summary_assignments,
    )


def write_plan(project: Project, stream: IO[bytes], *, with_money: bool = True) -> int:
    """Write the plan as it stands into a stream that can be written anew; returns how many tasks it has.

    Without money only what is known to hold none is written (`interchange/mspdi/money.py`).

    Half of it may be read when the plan is changed. Then it is written once more, and the change has to wait.
    """
    count = _write(project, stream, with_money=with_money)
    current = Project.objects.get(pk=project.pk)
    if current.revision == project.revision:
        return count
    with connection.cursor() as cursor:
        # The unit of work of a change wants this row for itself.
        cursor.execute("SELECT 1 FROM projects WHERE id = %s FOR SHARE", [project.pk])
    stream.seek(0)
    stream.truncate()
    return _write(Project.objects.get(pk=project.pk), stream, with_money=with_money)


def note_export(project: Project, *, actor: User, file_name: str, count: int, with_money: bool) -> None:
    """Keep in the record that a user has taken the plan away as a file.

    In the organization's chain, as that of a report: the plan is what it was, and so is its revision.
    """
    taken_by = System("export", user=actor)
    with changing_organization(project.organization, actor=taken_by) as record:
        record(
            "plan.exported",
            target=project,
            after={"file": file_name, "tasks": count, "with_money": with_money},
        )


def _write(project: Project, stream: IO[bytes], *, with_money: bool) -> int:
    parts = PlanExport(project)
    write_mspdi(parts, stream, with_money=with_money)
    return len(parts.task_uids)


class PlanExport:
    """The parts of a plan file, read from the database as they are asked for."""

    def __init__(self, project: Project) -> None:
        self.source = project
        self.kept, self.sealed = kept_of(project)
        self.task_uids = _task_uids(project)
        used = Assignment.objects.filter(project=project, task__deleted_at__isnull=True).values("resource")
        own = Resource.objects.filter(project=project) | Resource.objects.filter(pk__in=used)
        self.people = list(own.order_by("pk"))
        self.resource_uids = numbers(
            {int(pk): data["uid"] for pk, data in self.kept.get("resources", {}).items()}, self.people
        )
        self.baselines = FileBaselines(project, self.kept)
        self.last_assignment_uid = 0

    @property
    def project(self) -> PlanProject:
        """What holds for the whole plan."""
        known = dict(self.kept.get("project", {}))
        return file_project(self.source, known, self.calendar_uids[self.source.calendar_id])

    @cached_property
    def custom_fields(self) -> tuple[CustomField, ...]:
        """Definitions of fields that only the file knows, and of the plan's own."""
        return self._fields.definitions

    @cached_property
    def _fields(self) -> FileFields:
        files = tuple(kept.from_json(CustomField, item) for item in self.kept.get("custom_fields", ()))
        return FileFields(self.source, files, self.kept.get("fields_taken", {}))

    @cached_property
    def _rules(self) -> tuple[CalendarRules, ...]:
        wanted = {self.source.calendar_id}
        used = Task.objects.filter(project=self.source, deleted_at__isnull=True, calendar__isnull=False)
        wanted |= set(used.values_list("calendar_id", flat=True).distinct())
        wanted |= {row.calendar_id for row in self.people if row.calendar_id}
        wanted |= set(Calendar.objects.filter(project=self.source).values_list("pk", flat=True))
        return (*rules_of(wanted), *absence_rules(self.people, self.source.calendar_id))

    @cached_property
    def _shelf(self) -> Calendars:
        return Calendars(self._rules)

    def _clock(self, calendar_id: int | None) -> WorkingTime:
        return self._shelf.calendar(calendar_id or self.source.calendar_id)

    @cached_property
    def calendar_uids(self) -> dict[int, int]:
        """The file's numbers of calendars; the calendar of a person who is away has their number, below zero."""
        known = {int(pk): uid for pk, uid in self.kept.get("calendars", {}).items()}
        return numbers_of(known, [item.id for item in self._rules], least=0)

    @cached_property
    def calendars(self) -> tuple[CalendarRules, ...]:
        """All calendars that the plan needs or came with."""
        uids = self.calendar_uids
        return tuple(
            replace(item, id=uids[item.id], base_id=None if item.base_id is None else uids[item.base_id])
            for item in sorted(self._rules, key=lambda item: uids[item.id])
        )

    @property
    def summary_task(self) -> PlanTask:
        """Row 0, the project itself: with all that the file said of it as long as nothing has moved."""
        source, data = self.source, self.kept.get("summary_task")
        task = PlanTask(0, row_id=0, outline_level=0) if data is None else kept.from_json(PlanTask, data)
        task = replace(task, name=source.name)
        if data is None or self.kept.get("summary_as_of") != kept.figures_of(source):
            task = of_summary(task, source, self._clock(None))
        return replace(task, baselines=self.baselines.of_plan(task.baselines))

    def rows(self) -> Iterator[TaskRow]:
        """The tasks with their links, in the order of the plan."""
        for stretch in self._stretches():
            rows = list(stretch)
            ids = [row.pk for row in rows]
            links = links_of(ids, self.task_uids)
            self.baselines.read(ids)
            for row in rows:
                task = file_task(row, self.sealed, self.task_uids, self.calendar_uids, self._clock)
                task = replace(task, baselines=self.baselines.of_task(row.pk, task.baselines))
                task = self._fields.put_into(task, row)
                self._count_assignments(row.extras or {})
                yield TaskRow(task, row.is_summary, links.get(row.pk, ()))

    def _stretches(self) -> Iterator[Any]:
        """Row numbers have no gaps, so each stretch is one look into the index."""
        rows = Task.objects.filter(project=self.source, deleted_at__isnull=True).order_by("row_number")
        for first in range(1, len(self.task_uids) + 1, STRETCH):
            yield rows.filter(row_number__range=(first, first + STRETCH - 1))

    def _count_assignments(self, extras: dict[str, Any]) -> None:
        """What gets a number of its own gets one above all that the file had."""
        for item in extras.get("assignments", ()):
            self.last_assignment_uid = max(self.last_assignment_uid, item.get("uid", 0))

    @cached_property
    def resources(self) -> tuple[PlanResource, ...]:
        """The people, machines and material of the plan."""
        files = self.kept.get("resources", {})
        rows = [
            file_resource(
                row, number, files.get(str(row.pk), {}), uid=self.resource_uids[row.pk],
                calendar_uid=self.calendar_uids.get(-row.pk, self.calendar_uids.get(row.calendar_id or 0)),
            )
            for number, row in enumerate(self.people, 1)
        ]  # fmt: skip
        return tuple(replace(row, baselines=self.baselines.of_files(row.baselines)) for row in rows)

    @property
    def assignments(self) -> Iterator[PlanAssignment]:
        """Who works on what, in the order of the tasks; asked for after the rows."""
        taken: set[int] = set()
        following = self.last_assignment_uid
        for stretch in self._stretches():
            tasks = list(stretch.only("pk", "extras", "is_summary", *AS_OF, *DATES))
            people = _by_task([task.pk for task in tasks])
            for task in tasks:
                extras = task.extras or {}
                known = {item["resource"]: item for item in extras.get("assignments", ())}
                fresh, has_dates = is_fresh(task, extras), has_file_dates(task)
                for row in people.get(task.pk, ()):
                    uids = self.task_uids[task.pk], self.resource_uids[row.resource_id]
                    data = self.sealed.of_assignment(task.pk, row.resource_id, known.get(row.resource_id, {}))
                    item = file_assignment(row, data, uids, fresh=fresh, has_dates=has_dates)
                    item = replace(item, baselines=self.baselines.of_files(item.baselines))
                    if item.uid == NO_UID or item.uid in taken:
                        following += 1
                        item = replace(item, uid=following)
                    taken.add(item.uid)
                    yield item

    @cached_property
    def summary_assignments(self) -> tuple[PlanAssignment, ...]:
        """The budget of the whole project, where the file had one."""
        return tuple(
            kept.from_json(PlanAssignment, item) for item in self.kept.get("summary_assignments", ())
        )


DATES = ("start_minute", "finish_minute", "recorded_start_minute", "recorded_finish_minute")
AS_OF = ("duration_minutes", "work_minutes", "actual_work_minutes", "progress_percentage")


def _task_uids(project: Project) -> dict[int, int]:
    rows = Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number")
    known = dict(rows.values_list("pk", "source_uid"))
    return numbers_of({pk: uid for pk, uid in known.items() if uid}, list(known))


def _by_task(task_ids: list[int]) -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    for row in Assignment.objects.filter(task__in=task_ids).order_by("pk"):
        found[row.task_id].append(row)
    return found
