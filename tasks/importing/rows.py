"""A plan file as rows: calendars, resources, links and assignments, each written in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from projects.models import Calendar, CalendarException
from projects.storing import next_ids, store
from projects.worktime.moments import day_of
from projects.worktime.rules import OFFICE_WEEK, CalendarRules, Day, Recurrence, Week
from resources.models import Resource, ResourceKind
from tasks.importing.words import Notes
from tasks.interchange.sheets.frame import folded_name
from tasks.models import Assignment, TaskLink

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.interchange.plan_file import PlanAssignment, PlanFile, PlanResource

GROUP_LENGTH = 100
MOST_CAPACITY = 32_767
MOST_UNITS = Decimal("9999999.99")
LAG_UNITS = {"minutes": "m", "hours": "h", "days": "d", "weeks": "w", "months": "mo", "percent": "%"}
KINDS = {"work": ResourceKind.PERSON, "material": ResourceKind.MATERIAL, "cost": ResourceKind.MATERIAL}


# -- calendars -----------------------------------------------------------------------------------------------


def make_calendars(project: Project, rules: Sequence[CalendarRules], notes: Notes) -> dict[int, int]:
    """The calendars of a file as calendars of this project alone; returns their ids by the file's."""
    ids = dict(zip((item.id for item in rules), next_ids("calendars", len(rules)), strict=True))
    store(
        (
            Calendar(
                id=ids[item.id],
                organization_id=project.organization_id,
                project=project,
                name=_name(item.name, item.id, _("カレンダー %(number)s"), notes, "calendar_unnamed"),
                base_id=None if item.base_id is None else ids[item.base_id],
                week=_week(item.week),
                work_weeks=[{**asdict(week), "week": _week(week.week)} for week in item.work_weeks],
            )
            for item in rules
        ),
    )
    store(
        (
            CalendarException(
                organization_id=project.organization_id,
                calendar_id=ids[item.id],
                name=exception.name,
                first_on=day_of(exception.first_day),
                last_on=day_of(exception.last_day),
                shifts=_day(exception.shifts),
                recurrence=_recurrence(exception.recurrence),
            )
            for item in rules
            for exception in item.exceptions
        ),
    )
    return ids


def _name(name: str, uid: int, other: str, notes: Notes, code: str) -> str:
    """The name of a thing of the file, or another one where it has none."""
    if name.strip():
        return name
    given = other % {"number": uid}
    notes.doubt(code, uid=uid, name=given)
    return given


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
        own.setdefault((folded_name(row.name), _kind_of(row)), []).append(row)
    found: dict[int, Resource] = {}
    for item in resources:
        candidates = own.get((folded_name(item.name), "work" if item.kind == "work" else "material"))
        if candidates and item.name.strip():
            found[item.uid] = candidates.pop()
    return found


def _kind_of(resource: Resource) -> str:
    return "material" if resource.kind == ResourceKind.MATERIAL else "work"


def make_resources(
    project: Project, plan_file: PlanFile, known: dict[int, Resource], calendars: dict[int, int], notes: Notes
) -> dict[int, int]:  # fmt: skip
    """Ids of resources by the file's number; who is not known becomes a resource of this project."""
    new = [item for item in plan_file.resources if item.uid not in known]
    made = dict(zip((item.uid for item in new), next_ids("resources", len(new)), strict=True))
    store(
        (
            Resource(
                id=made[item.uid],
                organization_id=project.organization_id,
                project=project,
                name=_name(item.name, item.uid, _("名称なし %(number)s"), notes, "resource_unnamed"),
                kind=KINDS[item.kind],
                department=item.group[:GROUP_LENGTH],
                calendar_id=calendars[item.calendar_uid] if item.calendar_uid is not None else None,
                capacity_percentage=capacity_of(item.max_units),
                is_active=not item.is_inactive,
            )
            for item in new
        ),
    )
    return made | {uid: row.pk for uid, row in known.items()}


def capacity_of(max_units: float) -> int:
    """Units of a file as the percentage that a resource has here."""
    return min(max(round(max_units * 100), 0), MOST_CAPACITY)


# -- links and assignments -------------------------------------------------------------------------------------


def make_links(project: Project, plan_file: PlanFile, tasks: dict[int, int]) -> int:
    """The links of the plan; returns how many."""
    return store(
        (
            TaskLink(
                organization_id=project.organization_id,
                project_id=project.pk,
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
    )


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
    return store(rows.values())


def _assignment(project: Project, item: PlanAssignment, task_id: int, resource_id: int) -> Assignment:
    work = item.work_minutes
    if work is not None:
        # Overtime takes no working time: the rest is what the calendar has to hold.
        work = max(0, work - (item.overtime_work_minutes or 0))
    units = Decimal(str(round(max(item.units, 0.0) * 100, 2)))
    return Assignment(
        organization_id=project.organization_id,
        project_id=project.pk,
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
