"""How progress should have grown, how it grew, and where it leads: the curve of the overview.

It ends in the figures of the tile beside it: with sub-projects, by working days, weighed as in `reports/figures/standing.py`.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection
from django.utils import timezone

from projects import caching
from projects.models import Project
from reports.charts.curve import Curve, draw
from reports.figures.finish import finish_of
from reports.figures.standing import family_of, standing_of_project

if TYPE_CHECKING:
    from reports.figures.finish import Finish

_WEIGHT: Final = "CASE WHEN work_minutes > 0 THEN work_minutes ELSE duration_minutes END"
_LEAVES: Final = "project_id = ANY (%s) AND deleted_at IS NULL AND NOT is_summary AND is_active"
# Tasks that lie on the same days grow together, so thousands of them become hundreds of rows.
SPANS: Final = f"""
SELECT start_date, end_date, sum({_WEIGHT})::double precision FROM tasks
 WHERE {_LEAVES} AND start_date IS NOT NULL GROUP BY start_date, end_date
"""
# What each report added to the one before it, weighted, by day.
STEPS: Final = f"""
SELECT recorded_on, sum(added * weight)::double precision FROM (
    SELECT p.recorded_on, t.weight,
           p.progress_percentage - lag(p.progress_percentage, 1, 0::smallint)
               OVER (PARTITION BY p.task_id ORDER BY p.recorded_on, p.recorded_at, p.id) AS added
      FROM task_progress p
      JOIN (SELECT id, {_WEIGHT} AS weight FROM tasks WHERE {_LEAVES}) AS t ON t.id = p.task_id
     WHERE p.project_id = ANY (%s)) AS step
 GROUP BY recorded_on ORDER BY recorded_on
"""
_HOLIDAYS: Final = "SELECT held_on FROM holidays WHERE is_observed AND held_on BETWEEN %s AND %s"
#: Points of the planned line; more would not be seen.
POINTS: Final = 32
SATURDAY: Final = 5


Span = tuple[dt.date, dt.date, float]
Step = tuple[dt.date, float]
Line = list[tuple[dt.date, float]]


class Lines(NamedTuple):
    """The planned and the reported line as shares by day; both empty while there is nothing to draw."""

    plan: Line
    actual: Line
    #: When the last of the sub-projects is expected to be done.
    rest_on: dt.date | None = None


def progress_curve(project: Project, finish: Finish) -> Curve | None:
    """The project's curve; None while there is nothing to draw."""
    return curve_of(lines_of(project), finish)


def curve_of(lines: Lines, finish: Finish) -> Curve | None:
    """The same from lines that are there already."""
    if not lines.plan or finish.expected_on is None:
        return None
    last = max(finish.expected_on, lines.rest_on or finish.expected_on)
    return draw(plan=lines.plan, actual=lines.actual, today=timezone.localdate(), finish=last)


def lines_of(project: Project) -> Lines:
    """Remembered for the revision and the day; with sub-projects until one of them changes."""
    family = [each.id for each in family_of(project)]
    if not project.task_count and len(family) == 1:
        return Lines([], [])
    today = timezone.localdate()
    whose = f":{caching.generation(project.organization_id)}" if len(family) > 1 else ""
    return caching.per_revision(
        project, f"project:detail:curve:{today}{whose}", lambda: _lines(project, family, today)
    )


def _lines(project: Project, family: list[int], today: dt.date) -> Lines:
    spans, steps = _ask(family)
    total = sum(weight for _start, _end, weight in spans)
    first = min((start for start, _end, _weight in spans), default=today)
    last = max((end for _start, end, _weight in spans), default=today)
    if not total or first >= last:
        return Lines([], [])
    worked = _WorkingDays(first, last)
    plan = [(day, _planned(spans, day, worked) / total) for day in _days(first, last, today)]
    progress = standing_of_project(project).progress / 100
    return Lines(plan, _grown(steps, total, first, min(today, last), progress), _rest_on(project, family))


def _rest_on(project: Project, family: list[int]) -> dt.date | None:
    rest = Project.objects.filter(pk__in=[pk for pk in family if pk != project.pk])
    days = [finish_of(each).expected_on for each in rest]
    return max((day for day in days if day), default=None)


def _ask(family: list[int]) -> tuple[list[Span], list[Step]]:
    with connection.cursor() as cursor:
        cursor.execute(SPANS, [family])
        spans = [tuple(row) for row in cursor.fetchall()]
        cursor.execute(STEPS, [family, family])
        return spans, [tuple(row) for row in cursor.fetchall()]


class _WorkingDays:
    """Counts Mondays to Fridays without the holidays, as `tasks.plan.lateness.planned_share` does in the database."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_HOLIDAYS, [first, last])
            holidays = {row[0] for row in cursor.fetchall()}
        days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
        works = (day.weekday() < SATURDAY and day not in holidays for day in days)
        self._first, self._until = first, [0, *accumulate(map(int, works))]

    def between(self, start: dt.date, end: dt.date) -> int:
        """From the first to the last, both counted."""
        return self._until[(end - self._first).days + 1] - self._until[(start - self._first).days]


def _days(first: dt.date, last: dt.date, today: dt.date) -> list[dt.date]:
    """Evenly spread days, from the eve of the first to the last, with today among them, where the figures are read."""
    eve = first - dt.timedelta(days=1)
    length = (last - eve).days
    days = {eve + dt.timedelta(days=round(length * step / POINTS)) for step in range(POINTS + 1)}
    return sorted(days | {min(max(today, eve), last)})


def _planned(spans: list[Span], day: dt.date, worked: _WorkingDays) -> float:
    """Weight that should be done by the end of a day."""
    done = 0.0
    for start, end, weight in spans:
        if end <= day:
            done += weight
        elif start <= day:
            whole = worked.between(start, end)
            done += weight * worked.between(start, day) / whole if whole else 0
    return done


def _grown(steps: list[Step], total: float, first: dt.date, until: dt.date, now: float) -> Line:
    """Reported progress over time; ends with what stands today, which also counts what was never reported."""
    days = [day for day, _added in steps]
    sums = list(accumulate(added / 100 for _day, added in steps))
    shown = bisect_right(days, until)
    line = [
        (max(day, first), min(value / total, 1.0)) for day, value in zip(days[:shown], sums, strict=False)
    ]
    if not line:
        return []
    eve = first - dt.timedelta(days=1)
    return [(eve, 0.0), *line[:: max(1, len(line) // 60)], (until, now)]
