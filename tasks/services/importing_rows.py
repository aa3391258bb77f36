"""A plan file as rows: calendars, resources, tasks, links and assignments, each written in a few statements."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from projects.models import Calendar, CalendarException
from projects.services.working_calendars import day_of
from projects.worktime.rules import OFFICE_WEEK, CalendarRules, Day, Recurrence, Week
from resources.models import Resource, ResourceKind
from tasks.models import Assignment, Mode, Task, TaskLink, TaskStatus
from tasks.outline import Line, places
from tasks.services import importing_kept as kept
from tasks.services.notices import Notes

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.interchange.plan_file import PlanAssignment, PlanFile, PlanResource, PlanTask
    from tasks.outline import Place
    from tasks.scheduling.network import Task as EngineTask

BATCH = 2_000
NAME_LENGTH, TASK_NAME_LENGTH, WBS_LENGTH = 200, 500, 1_000
MOST_MONEY = Decimal(10) ** 13
MOST_CAPACITY = 32_767
MOST_UNITS = Decimal("9999999.99")
DATELESS = frozenset({"ASAP", "ALAP"})
LAG_UNITS = {"minutes": "m", "hours": "h", "days": "d", "weeks": "w", "months": "mo", "percent": "%"}
_KIND = {"work": ResourceKind.PERSON, "material": ResourceKind.MATERIAL, "cost": ResourceKind.MATERIAL}


def next_ids(table: str, count: int) -> list[int]:
    """Numbers for rows that refer to each other before any of them is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [row[0] for row in cursor.fetchall()]


# -- calendars -----------------------------------------------------------------------------------------------


def make_calendars(project: Project, rules: Sequence[CalendarRules]) -> dict[int, int]:
    """The calendars of a file as calendars of this project alone; returns their ids by the file's."""
    ids = dict(zip((item.id for item in rules), next_ids("calendars", len(rules)), strict=True))
    Calendar.objects.bulk_create(
        (
            Calendar(
                id=ids[item.id],
                organization_id=project.organization_id,
                project=project,
                name=item.name[:NAME_LENGTH] or _("カレンダー %(number)s") % {"number": item.id},
                base_id=None if item.base_id is None else ids[item.base_id],
                week=_week(item.week),
                work_weeks=[{**asdict(week), "week": _week(week.week)} for week in item.work_weeks],
            )
            for item in rules
        ),
        batch_size=BATCH,
    )
    CalendarException.objects.bulk_create(
        (
            CalendarException(
                organization_id=project.organization_id,
                calendar_id=ids[item.id],
                name=exception.name[:NAME_LENGTH],
                first_on=day_of(exception.first_day),
                last_on=day_of(exception.last_day),
                shifts=_day(exception.shifts),
                recurrence=_recurrence(exception.recurrence),
            )
            for item in rules
            for exception in item.exceptions
        ),
        batch_size=BATCH,
    )
    return ids


def make_standard_calendar(project: Project) -> Calendar:
    """What Microsoft Project takes where a file names no calendar: Monday to Friday, 8–12 and 13–17."""
    return Calendar.objects.create(
        organization_id=project.organization_id, project=project, name=_("標準"), week=_week(OFFICE_WEEK)
    )


def calendars_to_make(plan_file: PlanFile, known: dict[int, Resource]) -> list[CalendarRules]:
    """All calendars of the file but those of people whom the organization knows, for whom its own hold."""
    theirs = {item.calendar_uid for item in plan_file.resources if item.uid in known}
    needed = {item.calendar_uid for item in plan_file.resources if item.uid not in known}
    needed |= {task.calendar_uid for task in plan_file.tasks} | {plan_file.project.calendar_uid}
    needed |= {item.base_id for item in plan_file.calendars}
    return [item for item in plan_file.calendars if item.id in needed or item.id not in theirs]


def _day(shifts: Day) -> list[list[int]]:
    return [list(shift) for shift in shifts]


def _week(week: Week) -> list[list[list[int]] | None]:
    return [None if day is None else _day(day) for day in week]


def _recurrence(rule: Recurrence | None) -> dict[str, Any] | None:
    return None if rule is None else {**asdict(rule), "weekdays": list(rule.weekdays)}


# -- resources -----------------------------------------------------------------------------------------------


def known_resources(organization_id: int, resources: Sequence[PlanResource]) -> dict[int, Resource]:
    """Resources of the file that the organization has by the same name and kind, each of its own at most once."""
    if not resources:
        return {}
    own: dict[tuple[str, str], list[Resource]] = {}
    rows = Resource.objects.filter(organization=organization_id, project__isnull=True, is_active=True)
    for row in rows.order_by("-pk"):
        own.setdefault((_folded(row.name), _kind_of(row)), []).append(row)
    found: dict[int, Resource] = {}
    for item in resources:
        candidates = own.get((_folded(item.name), "work" if item.kind == "work" else "material"))
        if candidates and item.name.strip():
            found[item.uid] = candidates.pop()
    return found


def _kind_of(resource: Resource) -> str:
    return "material" if resource.kind == ResourceKind.MATERIAL else "work"


def _folded(name: str) -> str:
    """A name without its spaces and widths: 「藍沢　湊」 and 「藍沢 湊」 are one person."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def make_resources(
    project: Project, plan_file: PlanFile, known: dict[int, Resource], calendars: dict[int, int]
) -> dict[int, int]:
    """Ids of resources by the file's number; who is not known becomes a resource of this project."""
    new = [item for item in plan_file.resources if item.uid not in known]
    rows = Resource.objects.bulk_create(
        (
            Resource(
                organization_id=project.organization_id,
                project=project,
                name=item.name.strip()[:NAME_LENGTH] or _("名称なし %(number)s") % {"number": item.uid},
                kind=_KIND[item.kind],
                department=item.group[:100],
                calendar_id=calendars[item.calendar_uid] if item.calendar_uid is not None else None,
                capacity_percentage=min(max(round(item.max_units * 100), 0), MOST_CAPACITY),
                is_active=not item.is_inactive,
            )
            for item in new
        ),
        batch_size=BATCH,
    )
    made = {item.uid: row.pk for item, row in zip(new, rows, strict=True)}
    return made | {uid: row.pk for uid, row in known.items()}


# -- tasks ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """What the rows of tasks need of what was made before them."""

    project: Project
    calendars: dict[int, int]
    resources: dict[int, int]
    notes: Notes
    as_recorded: bool


def make_tasks(made: Made, plan_file: PlanFile, network: Sequence[EngineTask]) -> dict[int, int]:
    """The rows of the plan; returns their ids by the file's numbers."""
    ids = dict(
        zip((task.uid for task in plan_file.tasks), next_ids("tasks", len(plan_file.tasks)), strict=True)
    )
    rows = places([Line(ids[task.uid], task.outline_level) for task in plan_file.tasks])
    people: dict[int, list[PlanAssignment]] = {}
    for item in plan_file.assignments:
        people.setdefault(item.task_uid, []).append(item)
    Task.objects.bulk_create(
        (
            _task(made, task, held, place, people.get(task.uid, ()))
            for task, held, place in zip(plan_file.tasks, network, rows, strict=True)
        ),
        batch_size=BATCH,
    )
    return ids


def _task(
    made: Made, task: PlanTask, held: EngineTask, place: Place, people: Sequence[PlanAssignment]
) -> Task:
    recorded, project = task.recorded, made.project
    row = Task(
        organization_id=project.organization_id,
        project=project,
        name=_task_name(task, made.notes),
        description=task.notes,
        status=_status(task),
        priority=task.priority,
        is_milestone=task.is_milestone,
        is_active=task.is_active,
        mode=task.mode,
        task_type=task.task_type,
        is_effort_driven=task.is_effort_driven,
        duration_minutes=task.duration_minutes,
        is_elapsed=task.is_elapsed,
        is_estimated=task.is_estimated,
        constraint_type=task.constraint_type,
        constraint_minute=None if task.constraint_type in DATELESS else task.constraint_minute,
        deadline_minute=task.deadline_minute,
        calendar_id=None if task.calendar_uid is None else made.calendars[task.calendar_uid],
        ignores_resource_calendar=task.ignores_resource_calendar,
        leveling_delay_minutes=task.leveling_delay_minutes,
        work_minutes=max(task.work_minutes or 0, 0),
        fixed_cost=_money(task.fixed_cost),
        progress_percentage=task.percent_complete,
        actual_start_minute=task.actual_start_minute,
        actual_finish_minute=task.actual_finish_minute,
        actual_duration_minutes=task.actual_duration_minutes,
        remaining_minutes=task.remaining_minutes,
        stop_minute=task.stop_minute,
        resume_minute=task.resume_minute,
        actual_work_minutes=max(task.actual_work_minutes or 0, 0),
        is_pinned=held.is_pinned,
        splits=[list(piece) for piece in task.splits] or None,
        start_minute=held.start_minute,
        finish_minute=_not_before(held.start_minute, held.finish_minute),
        source_uid=task.uid,
        recorded_start_minute=recorded.start_minute,
        recorded_finish_minute=recorded.finish_minute,
    )
    _place(row, place)
    if place.is_summary:
        # A summary of a file spans its children whatever its mode says; the mode is kept for an export.
        row.mode = Mode.AUTO
    _put_actuals_in_order(row, task, made.notes)
    if made.as_recorded and not place.is_summary and recorded.start_minute is not None:
        row.mode, row.is_pinned = Mode.MANUAL, False
        row.start_minute = recorded.start_minute
        row.finish_minute = _not_before(recorded.start_minute, recorded.finish_minute)
    row.extras = _extras(task, row, people, made.resources)
    return row


def _task_name(task: PlanTask, notes: Notes) -> str:
    name = task.name.strip()
    if not name:
        notes.doubt("task_unnamed", uid=task.uid)
        return _("名称なし")
    if len(name) > TASK_NAME_LENGTH:
        notes.lose("name_cut", uid=task.uid, name=name[:40], length=TASK_NAME_LENGTH)
    return name[:TASK_NAME_LENGTH]


def _status(task: PlanTask) -> str:
    if task.percent_complete == 100:
        return TaskStatus.COMPLETED
    started = task.percent_complete or task.actual_start_minute is not None
    return TaskStatus.IN_PROGRESS if started else TaskStatus.NOT_STARTED


def _place(row: Task, place: Place) -> None:
    row.pk, row.parent_id, row.row_number = place.task_id, place.parent_id, place.row_number
    row.outline_level, row.wbs_code = place.outline_level, place.wbs_code[:WBS_LENGTH]
    row.descendant_count, row.is_summary = place.descendant_count, place.is_summary


def _put_actuals_in_order(row: Task, task: PlanTask, notes: Notes) -> None:
    start, finish = row.actual_start_minute, row.actual_finish_minute
    if start is not None and finish is not None and finish < start:
        row.actual_finish_minute = start
        notes.doubt("actual_finish_before_start", uid=task.uid, name=task.name)


def _not_before(start: int | None, finish: int | None) -> int | None:
    return finish if start is None or finish is None else max(start, finish)


def _money(value: Decimal | None) -> Decimal:
    return value if value is not None and abs(value) < MOST_MONEY else Decimal(0)


def as_of(row: Task) -> list[int]:
    """What the figures of the file that follow from others were true for."""
    return [row.duration_minutes, row.work_minutes, row.actual_work_minutes, row.progress_percentage]


def _extras(
    task: PlanTask, row: Task, people: Sequence[PlanAssignment], resources: dict[int, int]
) -> dict[str, Any] | None:
    own = kept.to_json(task, kept.TASK)
    if own.get("wbs") == row.wbs_code:
        del own["wbs"]
    if task.mode != row.mode:
        own["mode"] = task.mode
    extras: dict[str, Any] = {}
    if own:
        extras["task"] = own
    if people:
        extras["assignments"] = [
            {"resource": resources[item.resource_uid], **kept.to_json(item, kept.ASSIGNMENT)}
            for item in people
        ]
    if extras and not row.is_summary:
        extras["as_of"] = as_of(row)
    return extras or None


# -- links and assignments -------------------------------------------------------------------------------------


def make_links(project: Project, plan_file: PlanFile, tasks: dict[int, int]) -> int:
    """The links of the plan; returns how many."""
    rows = TaskLink.objects.bulk_create(
        (
            TaskLink(
                organization_id=project.organization_id,
                project=project,
                predecessor_id=tasks[link.predecessor_uid],
                successor_id=tasks[link.successor_uid],
                link_type=link.link_type,
                lag_kind=link.lag_kind,
                lag_minutes=link.lag_minutes,
                lag_percent=link.lag_percent,
                lag_unit=LAG_UNITS[link.lag_unit],
            )
            for link in plan_file.links
        ),
        batch_size=BATCH,
    )
    return len(rows)


def make_assignments(
    project: Project, plan_file: PlanFile, tasks: dict[int, int], resources: dict[int, int], notes: Notes
) -> int:
    """Who works on what; a resource that a file puts twice on one task is put there once, with the sum."""
    rows: dict[tuple[int, int], Assignment] = {}
    for item in plan_file.assignments:
        key = (tasks[item.task_uid], resources[item.resource_uid])
        row = _assignment(project, item, *key)
        if key in rows:
            _add(rows[key], row)
            notes.doubt("assignment_merged", task_uid=item.task_uid, resource_uid=item.resource_uid)
        else:
            rows[key] = row
    Assignment.objects.bulk_create(rows.values(), batch_size=BATCH)
    return len(rows)


def _assignment(project: Project, item: PlanAssignment, task_id: int, resource_id: int) -> Assignment:
    work = item.work_minutes
    if work is not None:
        # Overtime takes no working time: the rest is what the calendar has to hold.
        work = max(0, work - (item.overtime_work_minutes or 0))
    units = Decimal(str(round(max(item.units, 0.0) * 100, 2)))
    return Assignment(
        organization_id=project.organization_id,
        project=project,
        task_id=task_id,
        resource_id=resource_id,
        units_percentage=min(units, MOST_UNITS),
        work_minutes=work,
        actual_work_minutes=item.actual_work_minutes,
        remaining_work_minutes=item.remaining_work_minutes,
        delay_minutes=item.delay_minutes,
        is_contoured=item.contour != "flat",
    )


def _add(first: Assignment, second: Assignment) -> None:
    first.units_percentage = min(first.units_percentage + second.units_percentage, MOST_UNITS)
    first.actual_work_minutes += second.actual_work_minutes
    for name in ("work_minutes", "remaining_work_minutes"):
        amounts = [amount for row in (first, second) if (amount := getattr(row, name)) is not None]
        setattr(first, name, sum(amounts) if amounts else None)
    first.is_contoured = first.is_contoured or second.is_contoured
