"""When a project ends: what its plan says, what is expected if work goes on as it has, and what makes the difference.

The forecast is computed with the plan and kept on the project (`tasks/plan/forecasting.py`), so a list of a thousand
projects reads a column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from projects.models import ProjectStatus
from projects.models.projects import days_over, expected_finish
from projects.worktime.moments import ends_on
from tasks.models import Task

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Project


#: A page has room for so many; what comes after them is in the list of late tasks.
CAUSES_SHOWN: Final = 8


class HasFinish(Protocol):
    """As much of a project as its end is told from."""

    @property
    def status(self) -> str: ...

    @property
    def planned_finish_minute(self) -> int | None: ...

    @property
    def forecast_finish_minute(self) -> int | None: ...

    @property
    def end_date(self) -> date: ...


class Finish(NamedTuple):
    """The days on which a project ends."""

    plan_on: date | None
    #: Only of a project under way, and not before its plan has been computed once.
    forecast_on: date | None
    #: By how many days it is expected to end after the day it must.
    over: int

    @property
    def expected_on(self) -> date | None:
        """The forecast, or the plan's finish where there is none."""
        return self.forecast_on or self.plan_on

    @property
    def behind(self) -> int:
        """By how many days it is expected to end after the plan's finish."""
        return (self.forecast_on - self.plan_on).days if self.forecast_on and self.plan_on else 0


class Cause(NamedTuple):
    """An unfinished task that moves the finish, and the days of work by which it alone does."""

    task_id: int
    label: str
    days: int


def finish_of(project: HasFinish) -> Finish:
    """No query."""
    forecast = project.forecast_finish_minute if project.status == ProjectStatus.ACTIVE else None
    expected = expected_finish(project.status, project.planned_finish_minute, forecast)
    return Finish(
        ends_on(project.planned_finish_minute),
        ends_on(forecast),
        days_over(project.status, expected, project.end_date),
    )


def causes_of(project: Project) -> list[Cause]:
    """The tasks that make the forecast later than the plan, the worst first; one query where there are any."""
    kept = project.forecast_causes[:CAUSES_SHOWN] if finish_of(project).behind else []
    if not kept:
        return []
    rows = Task.objects.alive().filter(pk__in=[pk for pk, _days in kept])
    labels = {pk: f"{code} {name}" for pk, code, name in rows.values_list("pk", "wbs_code", "name")}
    return [Cause(pk, labels[pk], days) for pk, days in kept if pk in labels]
