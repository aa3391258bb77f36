"""When a task is late, and by how many days: one expression for every page, list and count.

A task is late when its finish has passed and it is not done, or when by last night its progress should have been
further. How far it should be is told by working days of the week and the holidays: exact for an office week, near
enough for others, and asked for ten thousand tasks at once. Summaries are judged by their children.

Only what is worked on can be late: a plan that is still being made, or that rests or is over, has no late tasks.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL


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


#: Asked once for a page, whatever number of rows it judges.
_UNDER_WAY = """EXISTS (
    SELECT FROM projects under_way WHERE under_way.id = tasks.project_id AND under_way.status = 'active')"""


def day_literal(day: date) -> str:
    """A day in SQL: digits and hyphens, whatever it comes from."""
    return f"DATE '{day:%Y-%m-%d}'"


def planned_share(day: date) -> str:
    """Which part of a task should be done by the end of a day, from 0 to 1."""
    until = day_literal(day)
    return (
        f"CASE WHEN tasks.end_date <= {until} THEN 1.0 WHEN tasks.start_date > {until} THEN 0.0 ELSE coalesce("
        f"{_working_days('tasks.start_date', until)}::double precision"
        f" / nullif({_working_days('tasks.start_date', 'tasks.end_date')}, 0), 0) END"
    )


def days_late(today: date) -> str:
    """SQL of the days by which a row of `tasks` is late; 0 when it is not.

    The working days that are missing; once the finish has passed at least the days since, so that it never shrinks.
    """
    share = planned_share(today - timedelta(days=1))
    now = day_literal(today)
    whole = _working_days("tasks.start_date", "tasks.end_date")
    missing = f"ceil((({share}) - tasks.progress_percentage / 100.0) * {whole})::integer"
    return (
        "CASE WHEN tasks.progress_percentage >= 100 OR tasks.is_summary OR NOT tasks.is_active"
        f" OR tasks.start_date IS NULL OR tasks.start_date >= {now} OR NOT {_UNDER_WAY} THEN 0"
        f" WHEN tasks.end_date < {now} THEN greatest({now} - tasks.end_date, {missing})"
        f" WHEN tasks.progress_percentage < floor(100 * ({share})) THEN greatest(1, {missing}) ELSE 0 END"
    )


class PlannedProgress(RawSQL):
    """How far a task should have been by the night before a day, in percent; of a summary or without dates NULL."""

    def __init__(self, on: date) -> None:
        share = planned_share(on - timedelta(days=1))
        sql = (
            "CASE WHEN tasks.is_summary OR tasks.start_date IS NULL THEN NULL"
            f" ELSE floor(100 * ({share}))::integer END"
        )
        super().__init__(sql, (), output_field=IntegerField())  # nosec B611  # holds a date alone


class DaysLate(RawSQL):
    """The same as an expression for a queryset of tasks: `.annotate(days_late=DaysLate(on))`."""

    def __init__(self, on: date) -> None:
        super().__init__(days_late(on), (), output_field=IntegerField())  # nosec B611  # holds a date alone
