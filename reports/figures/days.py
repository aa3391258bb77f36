"""The figures of every project at the end of a day: what trends are drawn from.

Written in SQL for a whole organization at once, by the same expressions that pages count with.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.utils import timezone

from projects.rls.scope import scope
from reports.figures.past import backfill_forecasts
from reports.figures.standing import FAMILIES
from reports.models import ProjectDay
from tasks.plan.costs import planned_costs
from tasks.plan.lateness import days_late, planned_share

if TYPE_CHECKING:
    from projects.models import Organization

#: The job runs shortly before midnight. One that was delayed past it still means the day that has ended.
NOON: Final = 12
SUNDAY: Final = 6
_COLUMNS: Final = (
    "organization_id, project_id, day, revision, status, progress_percentage, planned_percentage, task_count,"
    " done_count, late_count, work_minutes, remaining_minutes, finish_on, forecast_on, cost"
)
#: Tasks as they stand.
_NOW: Final = "SELECT * FROM tasks WHERE organization_id = %(organization)s"
#: Tasks with the progress of a past day: between two reports it grew evenly. The plan's dates are those of today, as
#: older ones are not kept.
THEN: Final = """
SELECT t.id, t.organization_id, t.project_id, t.deleted_at, t.is_summary, t.is_active, t.start_date, t.end_date,
       t.work_minutes, t.duration_minutes,
       coalesce(before.percentage, 0) + CASE WHEN after.day IS NULL THEN 0 ELSE floor(
           (after.percentage - coalesce(before.percentage, 0)) * greatest(0, %(day)s - coalesce(before.day, t.start_date))
           / greatest(1, after.day - coalesce(before.day, t.start_date))::numeric)::integer
       END AS progress_percentage
  FROM tasks t
  LEFT JOIN LATERAL (SELECT progress_percentage AS percentage, recorded_on AS day FROM task_progress
                      WHERE task_id = t.id AND recorded_on <= %(day)s
                      ORDER BY recorded_on DESC, recorded_at DESC, id DESC LIMIT 1) before ON true
  LEFT JOIN LATERAL (SELECT progress_percentage AS percentage, recorded_on AS day FROM task_progress
                      WHERE task_id = t.id AND recorded_on > %(day)s
                      ORDER BY recorded_on, recorded_at, id LIMIT 1) after ON true
 WHERE t.organization_id = %(organization)s
"""
_STATUS_THEN: Final = """CASE WHEN p.start_date > %(day)s THEN 'planning'
    WHEN p.status = 'completed' AND coalesce(own.done, 0) < coalesce(own.tasks, 0) THEN 'active' ELSE p.status END"""
#: Of each project its weighted progress, and its weight: as they stand, or told by what was reported then.
_DONE_NOW: Final = ("p.progress_percentage * p.progress_weight", "p.progress_weight")
_DONE_THEN: Final = ("100 * (own.weight - own.remaining)", "own.weight")


def _day(end: str) -> str:
    """The day that an end belongs to."""
    return f"DATE '1970-01-01' + (({end} - 1) / 1440)::integer"


def _percent(part: str, whole: str) -> str:
    """The same as `reports.figures.percent`."""
    return f"""CASE WHEN coalesce({whole}, 0) = 0 THEN 0
    WHEN {part} < {whole} THEN least(99, floor(100 * {part} / {whole} + 0.5)) ELSE 100 END"""


#: Of projects under way, as everywhere.
_FORECAST: Final = f"CASE WHEN p.status = 'active' THEN {_day('p.forecast_finish_minute')} END"
#: The own tasks of each project, and each project with those that it holds (see `reports/figures/standing.py`).
_SUMS: Final = """
WITH RECURSIVE roots AS (SELECT id FROM projects WHERE organization_id = %(organization)s AND deleted_at IS NULL),
family (root, id) AS ({families}),
own AS (
    SELECT project_id, count(*) AS tasks, count(*) FILTER (WHERE progress_percentage >= 100) AS done,
           count(*) FILTER (WHERE days_late > 0) AS late, sum(weight) AS weight,
           sum(weight * share) AS planned, sum(weight * (100 - progress_percentage) / 100.0) AS remaining
      FROM (SELECT project_id, progress_percentage, {days_late} AS days_late, {share} AS share,
                   CASE WHEN work_minutes > 0 THEN work_minutes ELSE duration_minutes END AS weight
              FROM ({tasks}) AS tasks
             WHERE deleted_at IS NULL AND NOT is_summary AND is_active) AS leaf
     GROUP BY project_id),
held AS (
    SELECT family.root, sum({done}) / 100.0::double precision AS done, sum({weight})::double precision AS weight,
           sum(own.planned) AS planned, sum(own.weight)::double precision AS due
      FROM family JOIN projects p ON p.id = family.id LEFT JOIN own ON own.project_id = p.id
     GROUP BY family.root)
"""


def _insert(
    day: date, tasks: str, status: str, done: tuple[str, str], conflict: str, *, forecast: str = "NULL::date"
) -> str:
    sums = _SUMS.format(
        families=FAMILIES,
        days_late=days_late(day),
        share=planned_share(day),
        tasks=tasks,
        done=done[0],
        weight=done[1],
    )
    return f"""{sums}
INSERT INTO project_days ({_COLUMNS})
SELECT p.organization_id, p.id, %(day)s, p.revision, {status}, {_percent("held.done", "held.weight")},
       {_percent("held.planned", "held.due")},
       coalesce(own.tasks, 0), coalesce(own.done, 0), coalesce(own.late, 0),
       coalesce(own.weight, 0), round(coalesce(own.remaining, 0)), {_day("p.planned_finish_minute")}, {forecast}, 0
  FROM projects p LEFT JOIN own ON own.project_id = p.id LEFT JOIN held ON held.root = p.id
 WHERE p.organization_id = %(organization)s AND p.deleted_at IS NULL
    ON CONFLICT (project_id, day) {conflict}
"""  # nosec B608  # fixed texts and a date


_AGAIN: Final = "DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in _COLUMNS.split(", ") if name not in ("project_id", "day", "cost")
)


def day_of(now: datetime) -> date:
    """The day that a run at this moment is about."""
    local = timezone.localtime(now)
    return local.date() - timedelta(days=1) if local.hour < NOON else local.date()


def record_days(organization_id: int, *, now: datetime) -> date:
    """One row for each project of an organization; again on the same day brings it up to date.

    After midnight only what is missing is written: what stands now may already be the next day's work.
    """
    day = day_of(now)
    conflict = _AGAIN if day == timezone.localtime(now).date() else "DO NOTHING"
    with scope([organization_id]):
        known = set(_known(organization_id, day)) if conflict == "DO NOTHING" else set()
        with connection.cursor() as cursor:
            statement = _insert(day, _NOW, "p.status", _DONE_NOW, conflict, forecast=_FORECAST)
            cursor.execute(statement, {"organization": organization_id, "day": day})
        _add_costs(organization_id, day, besides=known)
    return day


def _known(organization_id: int, day: date) -> list[int]:
    rows = ProjectDay.objects.filter(organization=organization_id, day=day)
    return list(rows.values_list("project_id", flat=True))


def _add_costs(organization_id: int, day: date, *, besides: set[int]) -> None:
    """What the plans had cost by that day, from the one place that knows prices."""
    ids = [pk for pk in _known(organization_id, day) if pk not in besides]
    costs = planned_costs(ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE project_days SET cost = new.cost FROM unnest(%s::bigint[], %s::numeric[]) AS new(id, cost)"
            " WHERE project_id = new.id AND day = %s",
            [list(costs), [cost.to_date for cost in costs.values()], day],
        )


def backfill_project_days(organization: Organization, days: int, *, until: date) -> int:
    """The days before there were rows, as far as reported progress tells; present rows stay. How many days."""
    with scope([organization.pk]), connection.cursor() as cursor:
        for back in range(1, days + 1):
            day = until - timedelta(days=back)
            statement = _insert(day, THEN, _STATUS_THEN, _DONE_THEN, "DO NOTHING")
            cursor.execute(statement, {"organization": organization.pk, "day": day})
        backfill_forecasts(organization, _ends_of_weeks(days, until), THEN)
    return days


def _ends_of_weeks(days: int, until: date) -> list[date]:
    """Of the days before one: Sundays, and the last. Trends are drawn by the week, and a forecast is a run of the engine."""
    found = [until - timedelta(days=back) for back in range(1, days + 1)]
    return [day for day in found if day.weekday() == SUNDAY or day == found[0]]
