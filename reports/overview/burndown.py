"""How much work was left day by day, and where progress stood: from the rows that the night's job keeps.

Before there are rows, the same is told by the progress that people reported.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils import timezone

from projects.person_time import person_time_of
from projects.worktime.moments import day_of, first_day_of
from reports.charts.burndown import Burndown, draw_burndown
from reports.models import ProjectDay

if TYPE_CHECKING:
    from projects.models import Project
    from reports.overview.selectors import Glance

#: A year and a half; older days are seen in the plan itself.
MOST_DAYS: Final = 550
#: With so many rows the line is theirs.
FEWEST: Final = 2


class PastDay(NamedTuple):
    """A project's own figures at the end of a day."""

    day: dt.date
    progress: int
    planned: int
    late: int
    remaining: int


def past_days(project: Project) -> list[PastDay]:
    """The days before today, oldest first; one query."""
    rows = ProjectDay.objects.filter(project=project, day__lt=timezone.localdate()).order_by("-day")
    columns = ("day", "progress_percentage", "planned_percentage", "late_count", "remaining_minutes")
    return [PastDay(*row) for row in reversed(rows.values_list(*columns)[:MOST_DAYS])]


def weeks(past: list[PastDay], count: int = 8) -> list[PastDay]:
    """The same weekday as today of the weeks before."""
    today = timezone.localdate()
    return [each for each in past if (today - each.day).days % 7 == 0][-count:]


def burndown(project: Project, plan: Glance) -> Burndown | None:
    """Work that is left, against a straight line from all of it to nothing; None while there is no work.

    Of the project's own tasks: what its sub-projects have left is on their pages.
    """
    total, today, finish = round(plan.figures.weight), timezone.localdate(), plan.finish.plan_on
    if not total or finish is None or project.planned_start_minute is None:
        return None
    first = day_of(first_day_of(project.planned_start_minute)) - dt.timedelta(days=1)
    left = [(day, minutes) for day, minutes in _left_before(plan, total, today) if day >= first]
    if today >= first:
        left.append((today, plan.figures.remaining))
    return draw_burndown(
        left, total=total, first=first, last=min(finish, project.end_date), today=today,
        minutes_per_day=person_time_of(project).minutes_per_day,
    )  # fmt: skip


def _left_before(plan: Glance, total: int, today: dt.date) -> list[tuple[dt.date, int]]:
    """The days before today: as they were kept, or as progress was reported, which tells nothing beside sub-projects."""
    if len(plan.past) >= FEWEST:
        return [(each.day, each.remaining) for each in plan.past]
    if plan.has_children:
        return []
    return [(day, round(total * (1 - share))) for day, share in plan.lines.actual if day < today]
