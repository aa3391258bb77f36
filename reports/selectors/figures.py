"""What the tasks say about their project today: how many are late, and where progress should be.

A task is late when its finish has passed and it is not done, or when by last night its progress should have
been further. How far it should be is told by working days of the week and the holidays: exact for an office
week, near enough for others, and asked for ten thousand tasks at once.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final, NamedTuple

from django.db import connection
from django.utils import timezone

from projects import caching
from projects.models import Project


class Figures(NamedTuple):
    """Sums over the tasks of one project."""

    late: int = 0
    critical_late: int = 0
    done: int = 0
    total: int = 0
    #: Work that is planned, and the part of it that should be done by tonight.
    weight: float = 0
    planned: float = 0

    @property
    def plan_percentage(self) -> int | None:
        """Where progress should be."""
        return plan_percentage([self])


class Late(NamedTuple):
    """A late task, and by how many days."""

    task_id: int
    days: int


def _weekdays_before(day: str) -> str:
    """Mondays to Fridays since the first Monday of 1970."""
    days = f"({day} - DATE '1970-01-05')"
    return f"(5 * ({days} / 7) + least(mod({days}, 7), 5))"


def _working_days(first: str, last: str) -> str:
    """Working days from the first to the last, both counted."""
    holidays = (
        f"(SELECT count(*) FROM holidays WHERE is_observed AND held_on BETWEEN {first} AND {last}"
        " AND extract(isodow FROM held_on) < 6)"
    )
    return f"({_weekdays_before(f'({last} + 1)')} - {_weekdays_before(first)} - {holidays})"


def _share(day: str) -> str:
    """Which part of a task should be done by the end of a day."""
    return (
        f"CASE WHEN end_date <= {day} THEN 1.0 WHEN start_date > {day} THEN 0.0 ELSE coalesce("
        f"{_working_days('start_date', day)}::double precision"
        f" / nullif({_working_days('start_date', 'end_date')}, 0), 0) END"
    )


_LEAVES: Final = "deleted_at IS NULL AND NOT is_summary AND is_active"
_IS_LATE: Final = f"""progress_percentage < 100 AND start_date < %(today)s AND (
    end_date < %(today)s OR progress_percentage < floor(100 * ({_share("(%(today)s::date - 1)")})))"""
# Planned progress is weighted like actual progress: by work, by duration where no work is planned.
FIGURES: Final = f"""
SELECT project_id,
       count(*) FILTER (WHERE is_late),
       count(*) FILTER (WHERE is_late AND is_critical),
       count(*) FILTER (WHERE progress_percentage = 100),
       count(*),
       coalesce(sum(weight), 0),
       coalesce(sum(weight * share), 0)
  FROM (SELECT project_id, is_critical, progress_percentage, {_IS_LATE} AS is_late,
               CASE WHEN work_minutes > 0 THEN work_minutes ELSE duration_minutes END::double precision AS weight,
               {_share("%(today)s::date")} AS share
          FROM tasks WHERE {{scope}} AND {_LEAVES}) AS leaf
 GROUP BY project_id
"""
FAMILY: Final = """project_id IN (
    WITH RECURSIVE family (id) AS (
        SELECT %(scope)s::bigint
        UNION ALL
        SELECT child.id FROM family JOIN projects child ON child.parent_id = family.id
         WHERE child.deleted_at IS NULL AND child.status <> 'cancelled')
    SELECT id FROM family)"""
LATE: Final = f"""
SELECT id, days FROM (
    SELECT id, row_number,
           CASE WHEN end_date < %(today)s THEN %(today)s::date - end_date
                ELSE greatest(1, ceil(({_share("(%(today)s::date - 1)")} - progress_percentage / 100.0)
                     * {_working_days("start_date", "end_date")}))::integer END AS days
      FROM tasks WHERE project_id = %(scope)s AND {_LEAVES} AND {_IS_LATE}) AS late
 ORDER BY days DESC, row_number, id LIMIT %(limit)s
"""


def _ask(scope: str, value: int, today: dt.date) -> dict[int, Figures]:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES.format(scope=scope), {"scope": value, "today": today})
        return {row[0]: Figures(*row[1:]) for row in cursor.fetchall()}


def figures_of_organization(organization_id: int) -> dict[int, Figures]:
    """Figures of all projects of an organization: one query, remembered until a list shows something else."""
    today = timezone.localdate()
    return caching.per_organization(
        organization_id,
        "project:list",
        "figures",
        lambda: _ask("organization_id = %(scope)s", organization_id, today),
    )


def figures_of_project(project: Project) -> Figures:
    """Figures of one project; remembered for its revision and the day."""
    today = timezone.localdate()
    return caching.per_revision(
        project,
        f"project:detail:figures:{today}",
        lambda: _ask("project_id = %(scope)s", project.pk, today).get(project.pk, Figures()),
    )


def plan_of_family(project: Project) -> int | None:
    """Where a project should be with its sub-projects, weighed as their progress is."""
    if not Project.objects.alive().filter(parent=project).exists():
        return figures_of_project(project).plan_percentage
    return plan_percentage(_ask(FAMILY, project.pk, timezone.localdate()).values())


def plan_percentage(figures: Iterable[Figures]) -> int | None:
    """Planned progress of some projects together."""
    figures = list(figures)
    weight = sum(each.weight for each in figures)
    return round(100 * sum(each.planned for each in figures) / weight) if weight else None


def late_of_project(project: Project, *, limit: int) -> list[Late]:
    """The late tasks of a project, the latest first; remembered like its figures."""
    today = timezone.localdate()

    def ask() -> list[Late]:
        with connection.cursor() as cursor:
            cursor.execute(LATE, {"scope": project.pk, "today": today, "limit": limit})
            return [Late(*row) for row in cursor.fetchall()]

    return caching.per_revision(project, f"project:detail:late:{today}:{limit}", ask)


def is_behind(percentage: int, plan: int | None, late: int) -> bool:
    """Whether a project counts as late: it has late tasks, or its progress trails the plan clearly."""
    return late > 0 or (plan is not None and plan - percentage >= 10)
