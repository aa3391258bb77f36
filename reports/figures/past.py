"""Forecasts of days that are over, told by what was reported until then: for trends that begin before there were any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection

from projects.models import Project, ProjectStatus
from projects.worktime.errors import WorktimeError
from projects.worktime.moments import ends_on, minute_of
from reports.models import ProjectDay
from tasks.plan.loading import load_plan
from tasks.scheduling.columns import NOTHING
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.forecast import forecast
from tasks.scheduling.schedule import schedule

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Organization
    from tasks.scheduling.columns import Columns


def backfill_forecasts(organization: Organization, days: Sequence[date], tasks_then: str) -> None:
    """Fill the forecasts of some days in rows that are there; `tasks_then` is the SQL of tasks as they were on a day.

    The dates of the plan are those of today, as older ones are not kept. A run of the engine for each day and project.
    """
    progress = {day: _progress(organization, day, tasks_then) for day in days}
    under_way = Project.objects.alive().filter(
        organization=organization, status=ProjectStatus.ACTIVE, task_count__gt=0
    )
    found = []
    for project in under_way.order_by("pk"):
        try:
            columns = load_plan(project).columns
            planned = schedule(columns)
            for day in days:
                expected = forecast(_as_it_was(columns, progress[day]), planned, minute_of(day))
                found.append((project.pk, day, ends_on(expected.finish)))
        except (NetworkError, WorktimeError):
            continue
    rows = {
        (row.project_id, row.day): row
        for row in ProjectDay.objects.filter(organization=organization, day__in=days)
    }
    for project_id, day, forecast_on in found:
        rows[project_id, day].forecast_on = forecast_on
    ProjectDay.objects.bulk_update(rows.values(), ["forecast_on"])


def _progress(organization: Organization, day: date, tasks_then: str) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, progress_percentage FROM ({tasks_then}) AS tasks WHERE progress_percentage > 0",  # nosec B608  # fixed text
            {"organization": organization.pk, "day": day},
        )
        return dict(cursor.fetchall())


def _as_it_was(columns: Columns, progress: Mapping[int, int]) -> Columns:
    """The plan with no more progress than there was then."""
    tasks = columns.tasks
    percent = np.array([progress.get(pk, 0) for pk in tasks.id.tolist()], np.int64)
    done = tasks.duration_minutes * percent // 100
    is_done, has_begun = percent >= 100, percent > 0

    def where(rows: Any, values: Any) -> Any:
        return np.where(rows, values, NOTHING)

    return replace(
        columns,
        tasks=replace(
            tasks,
            percent_complete=percent,
            actual_start_minute=where(has_begun, tasks.actual_start_minute),
            actual_finish_minute=where(is_done, tasks.actual_finish_minute),
            actual_duration_minutes=done,
            remaining_minutes=where(has_begun, tasks.duration_minutes - done),
        ),
    )
