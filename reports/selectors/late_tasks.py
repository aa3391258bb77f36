"""Late tasks over all projects that somebody sees, the worst first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection
from django.db.models import Count, Prefetch
from django.utils import timezone

from config.web import query as web_query
from projects import caching
from reports.selectors.figures import LEAVES
from resources.models import Resource
from tasks.lateness import day_literal, days_late
from tasks.models import Assignment, Task

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from projects.models import Organization
    from reports.selectors.portfolio import Portfolio

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


def _all_late(today: date) -> str:
    return f"""
SELECT id, project_id, days, is_critical FROM (
    SELECT id, project_id, row_number, is_critical, {days_late(today)} AS days
      FROM tasks WHERE organization_id = %(organization)s AND {LEAVES}
       AND start_date < {day_literal(today)} AND progress_percentage < 100) AS late
 WHERE days > 0 ORDER BY days DESC, is_critical DESC, project_id, row_number, id
"""  # nosec B608  # fixed text and a date


def late_of_organization(organization_id: int) -> list[LateTask]:
    """Every late task of an organization, worst first: one query, remembered like the figures that count them."""
    today = timezone.localdate()

    def ask() -> list[LateTask]:
        with connection.cursor() as cursor:
            cursor.execute(_all_late(today), {"organization": organization_id})
            return [LateTask(*row) for row in cursor.fetchall()]

    return caching.per_organization(organization_id, "project:list", "late-tasks", ask)


def late_in(organization: Organization, seen: Portfolio) -> list[LateTask]:
    """Those of projects that are under way and that the viewer sees."""
    running = seen.running_ids()
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


def rows_of(late: Sequence[LateTask]) -> list[Task]:
    """Full rows of a page in its order, each with `days_late`; three queries. One that went meanwhile is left out."""
    assignments = Assignment.objects.select_related("resource").only("task", "resource__name").order_by("pk")
    tasks = (
        Task.objects.alive()
        .select_related("project")
        .only(
            "name", "wbs_code", "end_date", "progress_percentage", "is_critical", "project__name",
            "organization", "project__organization",
        )
        .prefetch_related(Prefetch("assignments", assignments))
        .in_bulk([each.id for each in late])
    )  # fmt: skip
    for each in late:
        if each.id in tasks:
            tasks[each.id].days_late = each.days  # type: ignore[attr-defined]  # for the page
    return [tasks[each.id] for each in late if each.id in tasks]


def project_choices(late: Sequence[LateTask], seen: Portfolio) -> list[Choice]:
    """Projects with late tasks, those with most first; no query."""
    counts = Counter(each.project_id for each in late)
    return [
        Choice(pk, seen.projects[pk].name, count)
        for pk, count in counts.most_common(MOST_CHOICES)
        if pk in seen.projects
    ]


def person_choices(late: Sequence[LateTask]) -> list[Choice]:
    """Who is on late tasks, those on most first; one query."""
    people = Resource.objects.filter(assignments__task__in=[each.id for each in late])
    counted = people.annotate(late_count=Count("assignments__task", distinct=True))
    found = counted.order_by("-late_count", "kana", "pk").values_list("pk", "name", "late_count")
    return [Choice(*row) for row in found[:MOST_CHOICES]]
