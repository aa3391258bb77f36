"""What the tasks say about their project today: how many are late, and where progress should be."""

import datetime as dt
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from config.web.formats import EPOCH_ORDINAL, MINUTES_A_DAY
from projects import caching


class Figures(NamedTuple):
    """Sums over the tasks of one project."""

    late: int = 0
    critical_late: int = 0
    done: int = 0
    total: int = 0
    plan_percentage: int | None = None


# Planned progress is weighted like actual progress: by work, by duration where no work is planned.
FIGURES = """
SELECT project_id,
       count(*) FILTER (WHERE is_late),
       count(*) FILTER (WHERE is_late AND is_critical),
       count(*) FILTER (WHERE progress_percentage = 100),
       count(*),
       round(100 * sum(weight * share) / nullif(sum(weight), 0))::integer
  FROM (SELECT project_id, is_critical, progress_percentage,
               end_date < %(today)s AND progress_percentage < 100 AS is_late,
               CASE WHEN work_minutes > 0 THEN work_minutes ELSE duration_minutes END::double precision AS weight,
               least(1, greatest(0, (%(now)s - start_minute)::double precision
                                    / nullif(finish_minute - start_minute, 0))) AS share
          FROM tasks
         WHERE {scope} AND deleted_at IS NULL AND NOT is_summary AND is_active) AS leaf
 GROUP BY project_id
"""


def _ask(scope: str, value: int, today: dt.date) -> dict[int, Figures]:
    # A plan counts a day as over at its end: what should be done by tonight is due today.
    now = (today.toordinal() + 1 - EPOCH_ORDINAL) * MINUTES_A_DAY
    with connection.cursor() as cursor:
        cursor.execute(FIGURES.format(scope=scope), {"scope": value, "today": today, "now": now})
        return {row[0]: Figures(*row[1:]) for row in cursor.fetchall()}


def figures_of_organization(organization_id: int) -> dict[int, Figures]:
    """Figures of all projects of an organization, in one query and remembered until a list shows something else."""
    today = timezone.localdate()
    return caching.per_organization(
        organization_id,
        "project:list",
        "figures",
        lambda: _ask("organization_id = %(scope)s", organization_id, today),
    )


def figures_of_project(project_id: int) -> Figures:
    """Figures of one project, as they are now."""
    return _ask("project_id = %(scope)s", project_id, timezone.localdate()).get(project_id, Figures())


def is_behind(percentage: int, plan: int | None, late: int) -> bool:
    """Whether a project counts as late: it has late tasks, or its progress trails the plan clearly."""
    return late > 0 or (plan is not None and plan - percentage >= 10)
