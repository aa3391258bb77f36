"""Milestones that come soon, and whether they will hold.

A milestone is expected late when it lies after the day it was promised for, or waits for a late task whose delay is more than its
slack; one that waits for a late task whose slack takes the delay up deserves attention.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Case, F, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from reports.figures.by_project import by_project, stamp_of_holidays
from reports.late.pushes import held_up
from reports.late.selectors import LateTask
from tasks.milestones.selectors import PROMISES
from tasks.models import Task

if TYPE_CHECKING:
    from projects.models import Organization

DAYS_AHEAD: Final = 30
MOST: Final = 100
#: The minute that it was promised for: its deadline, else a constraint that names the latest day.
_PROMISED: Final = Coalesce(
    "deadline_minute", Case(When(constraint_type__in=PROMISES, then=F("constraint_minute")))
)


class ComingMilestone(NamedTuple):
    """One that comes; `forecast` is good, warn or late."""

    project_id: int
    id: int
    name: str
    day: dt.date
    forecast: str


def milestones_ahead(
    organization: Organization, running: Collection[int], late: Sequence[LateTask]
) -> list[ComingMilestone]:
    """Those of the next days, by date; asked for again only where a plan has changed."""

    def ask(projects: list[int]) -> dict[int, list[ComingMilestone]]:
        found: dict[int, list[ComingMilestone]] = {}
        for milestone in _milestones(projects, late):
            found.setdefault(milestone.project_id, []).append(milestone)
        return found

    known = by_project(organization.pk, "milestones", ask, stamp=stamp_of_holidays())
    shown = [each for pk, milestones in sorted(known.items()) if pk in running for each in milestones]
    return sorted(shown, key=lambda each: each.day)[:MOST]


def _milestones(projects: list[int], late: Sequence[LateTask]) -> list[ComingMilestone]:
    """Those of some projects, in the order of their plans; two queries."""
    today = timezone.localdate()
    found = (
        Task.objects.alive()
        .filter(
            project__in=projects, is_milestone=True, is_active=True, progress_percentage__lt=100,
            end_date__range=(today, today + dt.timedelta(days=DAYS_AHEAD)),
        )
        .order_by("finish_minute", "project", "row_number", "pk")
        .values_list("project", "pk", "name", "end_date", F("finish_minute") - _PROMISED)
    )  # fmt: skip
    rows = list(found)
    places = {row[0] for row in rows}
    pushed = held_up(places, {each.id: each.days for each in late if each.project_id in places})
    return [ComingMilestone._make((*row[:4], _forecast(row[4], pushed.get(row[1])))) for row in rows]


def _forecast(after_promise: int | None, is_pushed: bool | None) -> str:
    if is_pushed or (after_promise is not None and after_promise > 0):
        return "late"
    return "good" if is_pushed is None else "warn"
