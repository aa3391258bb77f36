"""When a project will be done, beside when its plan says so: kept on the project, never in its tasks.

Lists show it of a thousand projects, so it is computed where a plan is: at the end of rescheduling, whose columns are
there, and once a night for every open plan, when another day has passed without work (`repair_plans`).
See docs/decisions/0021.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from projects.models import ProjectStatus
from projects.worktime.errors import WorktimeError
from projects.worktime.moments import minute_of
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.forecast import forecast

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Project
    from tasks.plan.loading import LoadedPlan
    from tasks.scheduling.scheduled import ScheduledColumns

#: So many of the tasks that move the finish are kept.
MOST_CAUSES: Final = 20
#: What is kept of a forecast on its project, where there is none.
NO_FORECAST: Final[dict[str, Any]] = {
    "forecast_finish_minute": None, "forecast_from": None, "forecast_causes": [],
}  # fmt: skip


def forecast_figures(project: Project, loaded: LoadedPlan, scheduled: ScheduledColumns) -> dict[str, Any]:
    """The fields of a project that tell its forecast from today on, while it is under way.

    Causes are pairs of a task and the days of work by which it alone moves the finish.
    """
    if not len(scheduled) or project.status != ProjectStatus.ACTIVE:
        return NO_FORECAST
    day = forecast_day(project, timezone.localdate())
    try:
        found = forecast(loaded.columns, scheduled, minute_of(day))
    except (NetworkError, WorktimeError):
        # What is left at its pace ends beyond the years that plans know.
        return NO_FORECAST
    causes = [
        [each.task_id, -(-each.minutes // project.minutes_per_day)] for each in found.pushes[:MOST_CAUSES]
    ]
    return {"forecast_finish_minute": found.finish, "forecast_from": day, "forecast_causes": causes}


def forecast_day(project: Project, today: date) -> date:
    """The first day on which what is left can be done: today, or the day after a status date that lies ahead."""
    return max(today, project.status_on + timedelta(days=1)) if project.status_on else today
