"""Late tasks over all projects that the user sees, the worst first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from config.web import query as web_query
from projects import caching
from reports.figures.by_project import by_project, grouped, stamp_of_holidays
from reports.figures.selectors import LEAVES
from reports.portfolio.selectors import viewer_key
from resources.models import Resource
from tasks.models import Assignment, Task
from tasks.plan.lateness import day_literal, days_late

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from projects.models import Organization, User
    from reports.portfolio.selectors import Portfolio

#: Choices that a filter offers; the address takes any.
MOST_CHOICES: Final = 100
LARGEST_ID: Final = 2**62


class LateTask(NamedTuple):
    """A late task, as much as sorting and counting need."""

    id: int
    project_id: int
    days: int
    is_critical: bool


@dataclass(frozen=True, slots=True)
class LateFilters:
    """What the address asks for; zero asks for nothing."""

    project: int = 0
    person: int = 0
    is_critical: bool = False

    @classmethod
    def read(cls, query: Any) -> LateFilters:
        """From a query string."""
        ids = {name: query.get(name) for name in ("project", "person")}
        return cls(
            **{name: web_query.positive(typed, 0, LARGEST_ID) for name, typed in ids.items() if typed},
            is_critical=query.get("critical") == "1",
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left out."""
        return not (self.project or self.person or self.is_critical)


class Choice(NamedTuple):
    """Something to filter by, and how many late tasks it has."""

    id: int
    name: str
    tasks: int


def _late_of(today: date) -> str:
    return f"""
SELECT project_id, id, days, is_critical FROM (
    SELECT id, project_id, row_number, is_critical, {days_late(today)} AS days
      FROM tasks WHERE project_id = ANY (%(projects)s) AND {LEAVES}
       AND start_date < {day_literal(today)} AND progress_percentage < 100) AS late
 WHERE days > 0 ORDER BY project_id, row_number, id
"""  # nosec B608  # fixed text and a date


def late_of_organization(organization_id: int) -> list[LateTask]:
    """Every late task of an organization, worst first; remembered like the figures that count them."""
    today = timezone.localdate()

    def ask(projects: list[int]) -> dict[int, list[tuple[Any, ...]]]:
        with connection.cursor() as cursor:
            cursor.execute(_late_of(today), {"projects": projects})
            return grouped(cursor.fetchall())

    def gather() -> list[LateTask]:
        found = by_project(organization_id, "late", ask, stamp=stamp_of_holidays())
        late = [
            LateTask(row[1], row[0], row[2], row[3]) for _pk, rows in sorted(found.items()) for row in rows
        ]
        return sorted(late, key=lambda each: (-each.days, not each.is_critical))

    return caching.per_organization(organization_id, "project:list", "late-tasks", gather)


def late_in(organization: Organization, seen: Portfolio) -> list[LateTask]:
    """Those of projects that are under way and that the viewer sees."""
    running = seen.active_ids()
    return [late for late in late_of_organization(organization.pk) if late.project_id in running]


class Narrowed(NamedTuple):
    """What the filters let through, and how many are critical or not among the same projects and people."""

    shown: Sequence[LateTask]
    total: int
    critical: int


def narrowed(late: Sequence[LateTask], filters: LateFilters, organization: Organization) -> Narrowed:
    """By project, by person, by weight; a query more when a person is asked for."""
    if filters.project:
        late = [each for each in late if each.project_id == filters.project]
    if filters.person:
        own = Assignment.objects.filter(organization=organization, resource=filters.person)
        tasks = set(own.values_list("task", flat=True))
        late = [each for each in late if each.id in tasks]
    critical = [each for each in late if each.is_critical]
    return Narrowed(critical if filters.is_critical else late, len(late), len(critical))


class TaskPerson(NamedTuple):
    """A person on a task, as pages name them."""

    id: int
    name: str


class LateRow(NamedTuple):
    """A line of the list."""

    id: int
    label: str
    end_date: date
    progress: int
    is_critical: bool
    days: int
    project_id: int
    project: str
    people: list[TaskPerson]


def rows_of(late: Sequence[LateTask], seen: Portfolio) -> list[LateRow]:
    """Full rows of a page in its order; two queries. A task that went meanwhile is left out."""
    ids = [each.id for each in late]
    columns = ("pk", "wbs_code", "name", "end_date", "progress_percentage")
    tasks = {row[0]: row for row in Task.objects.alive().filter(pk__in=ids).values_list(*columns)}
    people = people_of(ids)
    return [
        LateRow(
            each.id, f"{task[1]} {task[2]}", task[3], task[4], each.is_critical, each.days,
            each.project_id, seen.projects[each.project_id].name, people.get(each.id, []),
        )
        for each in late
        if (task := tasks.get(each.id))
    ]  # fmt: skip


def people_of(tasks: Sequence[int]) -> dict[int, list[TaskPerson]]:
    """Who is on some tasks, in the order they were put there; one query."""
    found: dict[int, list[TaskPerson]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.task_id, r.id, r.name FROM task_assignments a JOIN resources r ON r.id = a.resource_id"
            " WHERE a.task_id = ANY (%s) ORDER BY a.id",
            [list(tasks)],
        )
        for task_id, *person in cursor.fetchall():
            found.setdefault(task_id, []).append(TaskPerson(*person))
    return found


def project_choices(late: Sequence[LateTask], seen: Portfolio) -> list[Choice]:
    """Projects with late tasks, those with most first; no query."""
    counts = Counter(each.project_id for each in late)
    return [
        Choice(pk, seen.projects[pk].name, count)
        for pk, count in counts.most_common(MOST_CHOICES)
        if pk in seen.projects
    ]


def person_choices(user: User, organization: Organization, late: Sequence[LateTask]) -> list[Choice]:
    """Who is on late tasks, those on most first; one query, remembered as long as the list itself."""

    def ask() -> list[Choice]:
        people = Resource.objects.filter(assignments__task__in=[each.id for each in late])
        counted = people.annotate(late_count=Count("assignments__task", distinct=True))
        found = counted.order_by("-late_count", "kana", "pk").values_list("pk", "name", "late_count")
        return [Choice(*row) for row in found[:MOST_CHOICES]]

    key = f"late-people:{viewer_key(user, organization)}"
    return caching.per_organization(organization.pk, "project:list", key, ask)
