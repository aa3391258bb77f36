"""What the tasks say about their project today: how many are late, and where progress should be.

What "late" means is in `tasks/plan/lateness.py`, for every page the same.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection
from django.utils import timezone

from projects import caching
from reports.figures.by_project import by_project, stamp_of_holidays
from tasks.plan.lateness import day_literal, days_late, planned_share

if TYPE_CHECKING:
    from projects.models import Project


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
    #: Work that is not done yet.
    remaining: int = 0


class LateBy(NamedTuple):
    """A late task, and by how many days."""

    task_id: int
    days: int


LEAVES: Final = "tasks.deleted_at IS NULL AND NOT tasks.is_summary AND tasks.is_active"


def _figures(today: dt.date) -> str:
    """Planned progress is weighted like actual progress: by work, by duration where no work is planned."""
    return f"""
SELECT project_id,
       count(*) FILTER (WHERE days_late > 0),
       count(*) FILTER (WHERE days_late > 0 AND is_critical),
       count(*) FILTER (WHERE progress_percentage = 100),
       count(*),
       coalesce(sum(weight), 0),
       coalesce(sum(weight * share), 0),
       coalesce(max(days_late), 0),
       round(coalesce(sum(weight * (100 - progress_percentage) / 100), 0))::bigint
  FROM (SELECT project_id, is_critical, progress_percentage, {days_late(today)} AS days_late,
               CASE WHEN work_minutes > 0 THEN work_minutes ELSE duration_minutes END::double precision AS weight,
               {planned_share(today)} AS share
          FROM tasks WHERE project_id = ANY (%s) AND {LEAVES}) AS leaf
 GROUP BY project_id
"""  # nosec B608  # fixed text and a date


def _late(today: dt.date) -> str:
    return f"""
SELECT id, days FROM (
    SELECT id, row_number, {days_late(today)} AS days
      FROM tasks WHERE project_id = %(scope)s AND {LEAVES} AND start_date < {day_literal(today)}
       AND progress_percentage < 100) AS late
 WHERE days > 0 ORDER BY days DESC, row_number, id LIMIT %(limit)s
"""  # nosec B608  # fixed text and a date


def figures_of(project_ids: list[int]) -> dict[int, ProjectFigures]:
    """Figures of some projects, those without tasks left out; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_figures(timezone.localdate()), [project_ids])
        return {row[0]: ProjectFigures(*row[1:]) for row in cursor.fetchall()}


def figures_of_organization(organization_id: int) -> dict[int, ProjectFigures]:
    """Figures of all projects of an organization, remembered until a list shows something else."""
    return caching.per_organization(
        organization_id,
        "project:list",
        "figures",
        lambda: by_project(organization_id, "figures", figures_of, stamp=stamp_of_holidays()),
    )


def figures_of_project(project: Project) -> ProjectFigures:
    """Figures of one project; remembered for its revision and the day."""
    today = timezone.localdate()
    return caching.per_revision(
        project,
        f"project:detail:figures:{today}",
        lambda: figures_of([project.pk]).get(project.pk, ProjectFigures()),
    )


def late_of_project(project: Project, *, limit: int) -> list[LateBy]:
    """The late tasks of a project, the latest first; remembered like its figures."""
    today = timezone.localdate()

    def ask() -> list[LateBy]:
        with connection.cursor() as cursor:
            cursor.execute(_late(today), {"scope": project.pk, "limit": limit})
            return [LateBy(*row) for row in cursor.fetchall()]

    return caching.per_revision(project, f"project:detail:late:{today}:{limit}", ask)
