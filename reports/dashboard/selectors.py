"""The organization at a glance, as far as the viewer sees it. Plain data: words and money signs are the page's."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from projects import caching
from projects.permissions import Right, rights_in_organization
from reports.dashboard.load import Busyness, busyness_of
from reports.dashboard.milestones import ComingMilestone, milestones_ahead
from reports.dashboard.money import Money, money_of
from reports.dashboard.trend import Past, past_of
from reports.figures import health as standing
from reports.late.selectors import LateRow, late_in, late_of_organization, rows_of
from reports.portfolio.selectors import Portfolio, portfolio, viewer_key

if TYPE_CHECKING:
    from projects.models import Organization, User

LATE_SHOWN: Final = 6
_SUMMARY: Final = """
SELECT coalesce(sum(task_count), 0)::integer, avg(avg_progress), max(refreshed_at)
  FROM project_summary WHERE id = ANY (%s)
"""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the summary view says of these projects, and how old that is."""

    tasks: int
    average: float | None
    refreshed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All figures of the page, and when they were computed."""

    computed_at: dt.datetime
    statuses: dict[str, int]
    behind: int
    late: int
    critical_late: int
    past: list[Past]
    health: dict[str, int]
    worst: list[LateRow]
    #: With the names of their projects.
    milestones: list[tuple[ComingMilestone, str]]
    money: Money | None
    busyness: Busyness | None
    risk: dict[tuple[int, int], int]
    summary: Summary

    @property
    def active(self) -> int:
        """Projects under way."""
        return self.statuses.get("active", 0)

    @property
    def total(self) -> int:
        """All projects that the viewer sees."""
        return sum(self.statuses.values())

    @property
    def week_ago(self) -> Past | None:
        """The figures of the same day a week ago."""
        before = (timezone.localtime(self.computed_at) - dt.timedelta(weeks=1)).date()
        return next((past for past in self.past if past.day == before), None)


def dashboard(user: User, organization: Organization) -> Dashboard:
    """Remembered for all who see the same, until a list of the organization shows something else."""
    # What is summed up over all people is not shown where its feature or its right is missing.
    rights = rights_in_organization(user, organization)
    sees_load = settings.FEATURES["RESOURCE_MANAGEMENT"] and Right.VIEW_RESOURCES in rights
    return caching.per_organization(
        organization.pk,
        "project:list",
        f"dashboard:{viewer_key(user, organization)}:{sees_load}",
        lambda: _dashboard(user, organization, sees_load=sees_load),
    )


def _dashboard(user: User, organization: Organization, *, sees_load: bool) -> Dashboard:
    """A dozen queries, whatever there is."""
    today = timezone.localdate()
    seen = portfolio(user, organization)
    late = late_in(organization, seen)
    active = list(seen.active())
    return Dashboard(
        computed_at=timezone.now(),
        statuses=dict(Counter(project.status for project in seen.projects.values())),
        behind=sum(map(seen.is_behind, active)),
        late=len(late),
        critical_late=sum(each.is_critical for each in late),
        past=past_of(organization.pk, seen.projects, today),
        health=dict(Counter(str(seen.health(project)) for project in active)),
        worst=rows_of(late[:LATE_SHOWN], seen),
        milestones=_named(
            milestones_ahead(organization, seen.active_ids(), late_of_organization(organization.pk)), seen
        ),
        money=money_of(organization.pk, seen),
        busyness=busyness_of(organization, today) if sees_load else None,
        risk=_risk(seen),
        summary=_summary(seen),
    )


def _named(milestones: list[ComingMilestone], seen: Portfolio) -> list[tuple[ComingMilestone, str]]:
    return [(each, seen.projects[each.project_id].name) for each in milestones]


def _risk(seen: Portfolio) -> dict[tuple[int, int], int]:
    cells = Counter(
        standing.risk_of(weight=project.progress_weight, worst=seen.of(project).worst)
        for project in seen.active()
    )
    return dict(cells)


def _summary(seen: Portfolio) -> Summary:
    """From the view that PostgreSQL keeps; it is some minutes behind, and says so."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, [list(seen.projects)])
        return Summary(*cursor.fetchone())
