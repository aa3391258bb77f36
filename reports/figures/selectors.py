"""What the tasks say about their project today: how many are late, and where progress should be.

What "late" means is in `tasks/plan/lateness.py`, for every page the same.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final, NamedTuple

from django.db import connection
from django.utils import timezone

from projects import caching
from projects.models import Project
from reports.figures.by_project import by_project, stamp_of_holidays
from tasks.plan.lateness import day_literal, days_late, planned_share


class ProjectFigures(NamedTuple):
    """Sums over the tasks of one project."""

    late: int = 0
    critical_late: int = 0
    done: int = 0
    total: int = 0
    #: Work that is planned, and the part of it that should be done by tonight.
    weight: float = 0
    planned: float = 0
    #: Days of the latest task.
    worst: int = 0

    @property
    def plan_percentage(self) -> int | None:
        """Where progress should be."""
        return plan_percentage([self])


class LateBy(NamedTuple):
    """A late task, and by how many days."""

    task_id: int
    days: int


LEAVES: Final = "tasks.deleted_at IS NULL AND NOT tasks.is_summary AND tasks.is_active"


def _figures(today: dt.date, scope: str) -> str:
    """Planned progress is weighted like actual progress: by work, by duration where no work is planned."""
    return f"""
SELECT project_id,
       count(*) FILTER (WHERE days_late > 0),
       count(*) FILTER (WHERE days_late > 0 AND is_critical),
       count(*) FILTER (WHERE progress_percentage = 100),
       count(*),
       coalesce(sum(weight), 0),
       coalesce(sum(weight * share), 0),
       coalesce(max(days_late), 0)
  FROM (SELECT project_id, is_critical, progress_percentage, {days_late(today)} AS days_late,
               CASE WHEN work_minutes > 0 THEN work_minutes ELSE duration_minutes END::double precision AS weight,
               {planned_share(today)} AS share
          FROM tasks WHERE {scope} AND {LEAVES}) AS leaf
 GROUP BY project_id
"""  # nosec B608  # fixed text and a date


FAMILY: Final = """project_id IN (
    WITH RECURSIVE family (id) AS (
        SELECT %(scope)s::bigint
        UNION ALL
        SELECT child.id FROM family JOIN projects child ON child.parent_id = family.id
         WHERE child.deleted_at IS NULL AND child.status <> 'cancelled')
    SELECT id FROM family)"""


def _late(today: dt.date) -> str:
    return f"""
SELECT id, days FROM (
    SELECT id, row_number, {days_late(today)} AS days
      FROM tasks WHERE project_id = %(scope)s AND {LEAVES} AND start_date < {day_literal(today)}
       AND progress_percentage < 100) AS late
 WHERE days > 0 ORDER BY days DESC, row_number, id LIMIT %(limit)s
"""  # nosec B608  # fixed text and a date


def _ask(scope: str, value: int | list[int], today: dt.date) -> dict[int, ProjectFigures]:
    with connection.cursor() as cursor:
        cursor.execute(_figures(today, scope), {"scope": value})
        return {row[0]: ProjectFigures(*row[1:]) for row in cursor.fetchall()}


def figures_of_organization(organization_id: int) -> dict[int, ProjectFigures]:
    """Figures of all projects of an organization, remembered until a list shows something else."""
    today = timezone.localdate()

    def ask(projects: list[int]) -> dict[int, ProjectFigures]:
        return _ask("project_id = ANY (%(scope)s)", projects, today)

    return caching.per_organization(
        organization_id,
        "project:list",
        "figures",
        lambda: by_project(organization_id, "figures", ask, stamp=stamp_of_holidays()),
    )


def figures_of_project(project: Project) -> ProjectFigures:
    """Figures of one project; remembered for its revision and the day."""
    today = timezone.localdate()
    return caching.per_revision(
        project,
        f"project:detail:figures:{today}",
        lambda: _ask("project_id = %(scope)s", project.pk, today).get(project.pk, ProjectFigures()),
    )


def plan_of_family(project: Project) -> int | None:
    """Where a project should be with its sub-projects, weighed as their progress is."""
    if not Project.objects.alive().filter(parent=project).exists():
        return figures_of_project(project).plan_percentage
    return plan_percentage(_ask(FAMILY, project.pk, timezone.localdate()).values())


def plan_percentage(figures: Iterable[ProjectFigures]) -> int | None:
    """Planned progress of some projects together."""
    figures = list(figures)
    weight = sum(each.weight for each in figures)
    return round(100 * sum(each.planned for each in figures) / weight) if weight else None


def late_of_project(project: Project, *, limit: int) -> list[LateBy]:
    """The late tasks of a project, the latest first; remembered like its figures."""
    today = timezone.localdate()

    def ask() -> list[LateBy]:
        with connection.cursor() as cursor:
            cursor.execute(_late(today), {"scope": project.pk, "limit": limit})
            return [LateBy(*row) for row in cursor.fetchall()]

    return caching.per_revision(project, f"project:detail:late:{today}:{limit}", ask)
