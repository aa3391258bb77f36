"""What proposals are made from: the tasks behind too much work, the people who could help, and the days of all of them.

The number of queries does not depend on how many cells are looked at, nor on tasks or people; plans whose projects
have different calendars cost a few more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import Q

from projects.calendars.services import rules_of
from projects.models import Project
from projects.permissions import Right, rights_in_each
from projects.worktime.moments import MINUTES_PER_DAY, day_number, day_of
from resources.models import Resource, ResourceSkill
from resources.working_times import calendars_of
from tasks.allocation.capacity import capacity_of
from tasks.allocation.suggestions.effects import MOST_DAYS, Availability, Candidate, Overallocation
from tasks.models import Constraint, Task
from tasks.plan.actions.membership import barred
from tasks.plan.loading import load_assignments, load_tasks, network_settings
from tasks.scheduling import network as engine
from tasks.scheduling.reference.clocks import Clocks

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User

#: Tasks that are tried for one cell, those with most work in it first.
MOST_TASKS: Final = 8
#: People who are tried for one cell, those with least work in these weeks first.
MOST_CANDIDATES: Final = 30
#: Calendar days behind the last task for which days of people are read: where it may be moved to.
AHEAD: Final = MOST_DAYS + 62


@dataclass(frozen=True, slots=True)
class Case:
    """One cell with the tasks that might give way and the people who might take one."""

    spot: Overallocation
    pieces: list[Candidate]
    candidates: list[int]


@dataclass(frozen=True, slots=True)
class Cases:
    """Cells of one organization and what they share."""

    ground: Availability
    cases: list[Case]
    tasks: dict[int, Task]
    #: By project those whom this user cannot put onto its tasks.
    barred: Mapping[int, Collection[int]]

    def helpers(self, case: Case, piece: Candidate) -> list[int]:
        """Who may take a task over."""
        closed = self.barred[self.tasks[piece.task.id].project_id]
        return [pk for pk in case.candidates if pk not in closed]


def load_cases(spots: Sequence[Overallocation], *, organization_id: int, user: User, today: date) -> Cases:
    """All that proposals for these cells need."""
    behind = _tasks_behind(spots)
    tasks = _movable({pk for found in behind for pk in found}, user)
    chosen = [[pk for pk in found if pk in tasks][:MOST_TASKS] for found in behind]
    used = {pk: tasks[pk] for found in chosen for pk in found}
    helpers = _helpers(spots, organization_id)
    pieces = _pieces(used, {pk for found in helpers for pk in found}, today)
    busy = {item.resource_id for piece in pieces.values() for item in piece.network.assignments}
    people = {spot.resource_id for spot in spots} | busy | {pk for found in helpers for pk in found}
    ground = Availability(
        _planned(people, spots, used.values()), capacity_of(people, organization_id=organization_id)
    )
    cases = [
        Case(spot, [pieces[pk] for pk in found if pk in pieces], helpers[place])
        for place, (spot, found) in enumerate(zip(spots, chosen, strict=True))
    ]
    projects = {task.project_id: task.project for task in used.values()}
    candidates = {pk for found in helpers for pk in found}
    return Cases(ground, cases, used, barred(user, projects.values(), candidates) if used else {})


def _tasks_behind(spots: Sequence[Overallocation]) -> list[list[int]]:
    """For each cell the tasks that put work into it, those with most of it first."""
    rows: dict[int, list[tuple[int, list[int], list[int]]]] = defaultdict(list)
    days = sorted({day for spot in spots for day in spot.open_days})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT resource_id, task_id, days, minutes FROM assignment_loads"
            " WHERE resource_id = ANY(%s) AND days && %s::int[]",
            [sorted({spot.resource_id for spot in spots}), days],
        )
        for resource_id, task_id, own_days, minutes in cursor.fetchall():
            rows[resource_id].append((task_id, own_days, minutes))
    found = []
    for spot in spots:
        sums: dict[int, int] = {}
        for task_id, own_days, minutes in rows[spot.resource_id]:
            inside = [each for day, each in zip(own_days, minutes, strict=True) if day in spot.open_days]
            if inside:
                sums[task_id] = sums.get(task_id, 0) + sum(inside)
        found.append(sorted(sums, key=lambda pk: (-sums[pk], pk)))
    return found


def _movable(task_ids: Collection[int], user: User) -> dict[int, Task]:
    """Those that have not begun, in plans that this person may change, whose dates nothing else has fixed."""
    rows = Task.objects.filter(
        Q(constraint_type__in=(Constraint.ASAP, Constraint.SNET)) | Q(mode="manual"),
        pk__in=task_ids, deleted_at__isnull=True, is_summary=False, is_milestone=False, is_active=True,
        is_pinned=False, splits__isnull=True, progress_percentage=0, actual_start_minute__isnull=True,
        leveling_delay_minutes=0, start_minute__isnull=False, finish_minute__isnull=False,
        project__schedule_from="start", project__in=Project.objects.visible_to(user),
    ).select_related("project")  # fmt: skip
    tasks = {task.pk: task for task in rows}
    rights = rights_in_each(user, {task.project_id: task.project for task in tasks.values()}.values())
    return {pk: task for pk, task in tasks.items() if Right.EDIT_PLAN in rights[task.project_id]}


def _helpers(spots: Sequence[Overallocation], organization_id: int) -> list[list[int]]:
    """For each cell those who hold a skill of its person at least as well; without skills, the same department."""
    people = {
        pk: (kind, department)
        for pk, kind, department in Resource.objects.filter(
            organization=organization_id, is_active=True, project=None
        ).values_list("pk", "kind", "department")
    }
    skills: dict[int, dict[int, int]] = defaultdict(dict)
    for pk, skill, level in ResourceSkill.objects.filter(organization=organization_id).values_list(
        "resource", "skill", "level"
    ):
        skills[pk][skill] = level
    loads = _weeks(spots, organization_id)
    found = []
    for spot in spots:
        own = spot.resource_id
        able = [
            pk
            for pk, (kind, department) in people.items()
            if pk != own
            and own in people
            and kind == people[own][0]
            and _can(skills, own, pk, people[own][1], department)
        ]
        able.sort(key=lambda pk: (loads.get(pk, 0), pk))
        found.append(able[:MOST_CANDIDATES])
    return found


def _can(
    skills: Mapping[int, Mapping[int, int]], own: int, other: int, own_department: str, department: str
) -> bool:
    needed = skills.get(own)
    if needed:
        held = skills.get(other, {})
        return any(held.get(skill, 0) >= level for skill, level in needed.items())
    return bool(department) and department == own_department


def _weeks(spots: Sequence[Overallocation], organization_id: int) -> dict[int, int]:
    """Planned minutes of all people in the weeks of the cells, to try the freest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT resource_id, sum(planned_minutes)::bigint FROM resource_loads"
            " WHERE organization_id = %s AND grain = 'w' AND first_on BETWEEN %s AND %s GROUP BY resource_id",
            [
                organization_id, day_of(min(spot.first_day for spot in spots) - 6),
                day_of(max(spot.last_day for spot in spots)),
            ],
        )  # fmt: skip
        return dict(cursor.fetchall())


def _planned(
    people: Collection[int], spots: Iterable[Overallocation], tasks: Iterable[Task]
) -> dict[int, dict[int, int]]:
    """The days of all people who may be touched."""
    tasks = list(tasks)
    first = min(
        [spot.first_day for spot in spots] + [(task.start_minute or 0) // MINUTES_PER_DAY for task in tasks]
    )
    last = max(
        [spot.last_day for spot in spots] + [(task.finish_minute or 0) // MINUTES_PER_DAY for task in tasks]
    )
    planned: dict[int, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT resource_id, first_on, planned_minutes FROM resource_loads"
            " WHERE resource_id = ANY(%s) AND grain = 'd' AND first_on BETWEEN %s AND %s",
            [sorted(people), day_of(first - MOST_DAYS), day_of(last + AHEAD)],
        )
        for pk, first_on, minutes in cursor.fetchall():
            planned[pk][day_number(first_on)] = minutes
    return planned


def _pieces(tasks: Mapping[int, Task], helpers: Collection[int], today: date) -> dict[int, Candidate]:
    """Each task as a plan of its own; those whose people are delayed or contoured stay as they are."""
    assignments: dict[int, list[engine.Assignment]] = defaultdict(list)
    for item in load_assignments(tasks):
        assignments[item.task_id].append(item)
    people = {item.resource_id for items in assignments.values() for item in items} | set(helpers)
    given = load_tasks(tasks)
    grounds: dict[int, tuple[Clocks, tuple[engine.Resource, ...]]] = {}
    pieces = {}
    for pk, task in tasks.items():
        items = assignments[pk]
        if any(item.delay_minutes or item.is_contoured or item.units <= 0 for item in items):
            continue
        calendar_id = task.project.calendar_id
        if calendar_id not in grounds:
            grounds[calendar_id] = _clocks(task.project, people, {t.calendar_id for t in tasks.values()})
        clocks, resources = grounds[calendar_id]
        pieces[pk] = _piece(task, given[pk], items, clocks, resources, today)
    return pieces


def _piece(
    task: Task, given: engine.Task, items: Sequence[engine.Assignment], clocks: Clocks,
    resources: tuple[engine.Resource, ...], today: date,
) -> Candidate:  # fmt: skip
    network = engine.Network(
        project=network_settings(task.project), tasks=(given,), resources=resources, assignments=tuple(items)
    )
    is_held = task.mode == "manual" or task.driver_kind == "constraint"
    earliest = max(day_number(today) * MINUTES_PER_DAY, task.project.start_minute) if is_held else None
    return Candidate(
        network, clocks, task.start_minute or 0, task.finish_minute or 0, task.free_slack_minutes or 0,
        task.total_slack_minutes or 0, earliest,
    )  # fmt: skip


def _clocks(
    project: Project, people: Collection[int], calendar_ids: Collection[int | None]
) -> tuple[Clocks, tuple[engine.Resource, ...]]:
    """The times of a project and of all these people, counted once for all its tasks."""
    chosen, own = calendars_of(people, base_id=project.calendar_id)
    used = {pk for pk in calendar_ids if pk} | {rules.base_id for rules in own if rules.base_id}
    calendars = (*rules_of(used | {project.calendar_id}), *own)
    rows: list[Any] = list(Resource.objects.filter(pk__in=list(people)).values_list("pk", "kind"))
    resources = tuple(
        engine.Resource(pk, kind="material" if kind == "material" else "work", calendar_id=chosen[pk])
        for pk, kind in rows
    )
    return Clocks(engine.Network(project=network_settings(project), calendars=calendars)), resources
