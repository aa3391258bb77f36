"""Milestones that come soon, and whether they will hold.

A milestone is expected late when it lies after its own deadline, or waits for a late task whose delay is more than its
slack; one that waits for a late task whose slack takes the delay up deserves attention.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection
from django.db.models import F
from django.utils import timezone

from reports.selectors.by_project import by_project, stamp_of_holidays
from reports.selectors.late_tasks import LateTask
from tasks.models import Task

if TYPE_CHECKING:
    from projects.models import Organization

DAYS_AHEAD: Final = 30
MOST: Final = 100
# What a milestone waits for: predecessors, the children of a summary that it waits for, and what holds its own summary.
_WAITS: Final = """
WITH RECURSIVE up (milestone, id, is_above) AS (
    SELECT id, id, false FROM tasks WHERE id = ANY (%(milestones)s)
    UNION
    SELECT up.milestone, step.id, step.is_above FROM up CROSS JOIN LATERAL (
        SELECT predecessor_id AS id, false AS is_above FROM task_links WHERE successor_id = up.id
        UNION ALL
        SELECT id, false FROM tasks WHERE parent_id = up.id AND deleted_at IS NULL AND NOT up.is_above
        UNION ALL
        SELECT parent_id, true FROM tasks WHERE id = up.id AND parent_id IS NOT NULL) AS step)
SELECT up.milestone,
       bool_or(late.days * p.minutes_per_day > coalesce(t.total_slack_minutes, 0))
  FROM up
  JOIN unnest(%(late)s::bigint[], %(days)s::integer[]) AS late (id, days) ON late.id = up.id
  JOIN tasks t ON t.id = late.id
  JOIN projects p ON p.id = t.project_id
 WHERE NOT up.is_above
 GROUP BY up.milestone
"""


class Milestone(NamedTuple):
    """One that comes; `forecast` is good, warn or late."""

    project_id: int
    id: int
    name: str
    day: dt.date
    forecast: str


def milestones_ahead(
    organization: Organization, running: Collection[int], late: Sequence[LateTask]
) -> list[Milestone]:
    """Those of the next days, by date; asked for again only where a plan has changed."""

    def ask(projects: list[int]) -> dict[int, list[Milestone]]:
        found: dict[int, list[Milestone]] = {}
        for milestone in _milestones(projects, late):
            found.setdefault(milestone.project_id, []).append(milestone)
        return found

    known = by_project(organization.pk, "milestones", ask, stamp=stamp_of_holidays())
    shown = [each for pk, milestones in sorted(known.items()) if pk in running for each in milestones]
    return sorted(shown, key=lambda each: each.day)[:MOST]


def _milestones(projects: list[int], late: Sequence[LateTask]) -> list[Milestone]:
    """Those of some projects, in the order of their plans; two queries."""
    today = timezone.localdate()
    found = (
        Task.objects.alive()
        .filter(
            project__in=projects, is_milestone=True, is_active=True, progress_percentage__lt=100,
            end_date__range=(today, today + dt.timedelta(days=DAYS_AHEAD)),
        )
        .order_by("finish_minute", "project", "row_number", "pk")
        .values_list("project", "pk", "name", "end_date", F("finish_minute") - F("deadline_minute"))
    )  # fmt: skip
    rows = list(found)
    places = {row[0] for row in rows}
    pushed = _waiting([row[1] for row in rows], [each for each in late if each.project_id in places])
    return [Milestone._make((*row[:4], _forecast(row[4], pushed.get(row[1])))) for row in rows]


def _waiting(milestones: list[int], late: Sequence[LateTask]) -> dict[int, bool]:
    """Milestones that wait for something late, and whether that delay is more than slack can take."""
    if not milestones or not late:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _WAITS,
            {
                "milestones": milestones,
                "late": [each.id for each in late],
                "days": [each.days for each in late],
            },
        )
        return dict(cursor.fetchall())


def _forecast(after_deadline: int | None, is_pushed: bool | None) -> str:
    if is_pushed or (after_deadline is not None and after_deadline > 0):
        return "late"
    return "good" if is_pushed is None else "warn"
