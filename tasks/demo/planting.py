"""Sketched plans into the database, many projects at once: a few statements, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from projects.calendars.services import rules_of
from projects.worktime.calendars import Calendars
from projects.worktime.moments import MINUTES_PER_DAY, minute_of
from tasks.demo.inserting import insert_rows
from tasks.demo.sketch import Sketch
from tasks.models import Assignment, Task, TaskLink
from tasks.plan.link_text import parse_links, units_of
from tasks.plan.outline import OutlineRow, places
from tasks.scheduling.constraint_types import HOLDS_FINISH, HOLDS_START

if TYPE_CHECKING:
    from projects.models import Project
    from projects.worktime.calendar import WorkingTime

DAY_START, DAY_END = 540, 1080
#: Traits that set a constraint, and the minute of the day they mean.
CONSTRAINTS = {kind.lower(): DAY_START for kind in HOLDS_START} | {
    kind.lower(): DAY_END for kind in HOLDS_FINISH
}
#: Traits whose value is stored as it stands.
PLAIN = {"deliverable": "deliverable", "type": "task_type", "constraint": "constraint_type"}


class Hand(NamedTuple):
    """A person or thing of a plan: the resource, and the account behind it."""

    resource_id: int
    user_id: int | None


class Bed(NamedTuple):
    """Where rows are planted: the project, who is meant by the names in them, and its Saturday calendar."""

    project: Project
    rows: Sequence[Sketch]
    hands: Mapping[str, Hand]
    site_calendar_id: int | None = None


def plant(
    beds: Sequence[Bed], prepare: Callable[[Bed, list[Task], WorkingTime], None] | None = None
) -> dict[int, list[Task]]:
    """Insert tasks, links and assignments; returns the tasks of each project, still without dates.

    `prepare` may change the tasks of a bed before they are stored.
    """
    ids = iter(_take_ids(sum(len(bed.rows) for bed in beds)))
    planted: dict[int, list[Task]] = {}
    links: list[TaskLink] = []
    assignments: list[Assignment] = []
    calendars = Calendars(rules_of({bed.project.calendar_id for bed in beds}))
    for bed in beds:
        clock = calendars.calendar(bed.project.calendar_id)
        tasks = _tasks(bed, [next(ids) for _ in bed.rows], clock)
        if prepare:
            prepare(bed, tasks, clock)
        planted[bed.project.pk] = tasks
        links += _links(bed, tasks)
        assignments += _assignments(bed, tasks)
    insert_rows([task for tasks in planted.values() for task in tasks])
    insert_rows(links)
    insert_rows(assignments)
    return planted


def _take_ids(count: int) -> list[int]:
    """Ids ahead of the rows, so that parents and links can name them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('tasks', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _tasks(bed: Bed, ids: Sequence[int], clock: WorkingTime) -> list[Task]:
    where = places([OutlineRow(pk, row.level) for pk, row in zip(ids, bed.rows, strict=True)])
    tasks = []
    for row, place in zip(bed.rows, where, strict=True):
        task = Task(
            id=place.task_id,
            organization_id=bed.project.organization_id,
            project=bed.project,
            parent_id=place.parent_id,
            row_number=place.row_number,
            outline_level=place.outline_level,
            wbs_code=place.wbs_code,
            descendant_count=place.descendant_count,
            is_summary=place.is_summary,
            name=row.name,
            is_milestone=row.is_milestone,
            duration_minutes=round(row.days * 2) * bed.project.minutes_per_day // 2,
        )
        _apply_traits(task, row.traits, bed, clock)
        if not task.is_summary and not task.is_milestone:
            task.work_minutes = _work(task, row.people, bed.project.minutes_per_day)
        tasks.append(task)
    return tasks


def _work(task: Task, people: Iterable[tuple[str, int]], minutes_per_day: int) -> int:
    minutes = task.duration_minutes
    if task.is_elapsed:
        minutes = minutes * 5 * minutes_per_day // (7 * MINUTES_PER_DAY)
    return minutes * sum(percent for _, percent in people) // 100


def _apply_traits(task: Task, traits: Mapping[str, str], bed: Bed, clock: WorkingTime) -> None:
    for trait, value in traits.items():
        if trait in PLAIN:
            setattr(task, PLAIN[trait], value)
        elif trait == "approver":
            task.approver_id = bed.hands[value].user_id if value in bed.hands else None
        elif trait == "deadline":
            task.deadline_minute = _moment(bed.project, value, DAY_END)
        elif trait in CONSTRAINTS:
            task.constraint_type = trait.upper()
            task.constraint_minute = _working(clock, _moment(bed.project, value, CONSTRAINTS[trait]), trait)
        elif trait == "manual":
            task.mode = "manual"
            task.start_minute = clock.next_working(_moment(bed.project, value, DAY_START))
            task.finish_minute = clock.add(task.start_minute, task.duration_minutes)
        elif trait == "calendar":
            _apply_calendar(task, value, bed)
        else:
            raise ValueError(f"{trait}={value}: no such trait")


def _apply_calendar(task: Task, value: str, bed: Bed) -> None:
    """`site` works on Saturdays; `elapsed` counts days on the clock."""
    if value == "site":
        task.calendar_id = bed.site_calendar_id
    else:
        task.is_elapsed = True
        task.duration_minutes = task.duration_minutes * MINUTES_PER_DAY // bed.project.minutes_per_day


def _moment(project: Project, offset: str, minute: int) -> int:
    """A day of the project: the 20th (`20`), or at a part of its length (`85%`)."""
    length = (project.end_date - project.start_date).days
    days = length * int(offset[:-1]) // 100 if offset.endswith("%") else int(offset)
    return minute_of(project.start_date + timedelta(days=days), minute)


def _working(clock: WorkingTime, moment: int, trait: str) -> int:
    """A constraint on a free day means the next working one."""
    start = clock.next_working(moment - moment % MINUTES_PER_DAY + DAY_START)
    return start if CONSTRAINTS[trait] == DAY_START else start - start % MINUTES_PER_DAY + DAY_END


def _links(bed: Bed, tasks: Sequence[Task]) -> list[TaskLink]:
    units = units_of(bed.project)
    return [
        TaskLink(
            organization_id=bed.project.organization_id,
            project=bed.project,
            predecessor=tasks[link.row - 1],
            successor=task,
            link_type=link.link_type,
            lag_kind=link.lag_kind,
            lag_minutes=link.lag_minutes,
            lag_percent=link.lag_percent,
            lag_unit=link.lag_unit,
        )
        for task, row in zip(tasks, bed.rows, strict=True)
        if row.after
        for link in parse_links(row.after, **units)
    ]


def _assignments(bed: Bed, tasks: Sequence[Task]) -> list[Assignment]:
    found: list[Any] = []
    for task, row in zip(tasks, bed.rows, strict=True):
        for name, percent in row.people:
            found.append((task, bed.hands[name].resource_id, percent))
    return [
        Assignment(
            organization_id=bed.project.organization_id, project=bed.project, task=task,
            resource_id=resource_id, units_percentage=percent,
        )
        for task, resource_id, percent in found
    ]  # fmt: skip
