"""What a project needs of roles, and what its people are planned with, by month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from projects.worktime.moments import day_number
from resources.models import Resource, Skill
from tasks.models import RoleDemand
from tasks.staffing.months import FIRST_MONTH, LAST_MONTH, first_of, month_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.models import Organization, Project

#: A year of an office is seen at once.
MONTHS: Final = 12
#: So many departments are offered while one is typed.
MOST_DEPARTMENTS: Final = 200


class MonthWindow(NamedTuple):
    """The months that a table shows."""

    first: int
    length: int = MONTHS

    @property
    def months(self) -> range:
        """Their numbers."""
        return range(self.first, self.first + self.length)

    @property
    def days(self) -> tuple[int, int]:
        """The numbers of the first and the last day since 1970-01-01."""
        return day_number(first_of(self.first)), day_number(first_of(self.first + self.length)) - 1

    def turned(self, pages: int) -> MonthWindow:
        """The months that follow, or those before."""
        return self._replace(first=_kept(self.first + pages * self.length, self.length))


def window_of(project: Project, asked: str, today: dt.date) -> MonthWindow:
    """The months that the address asks for (2027-04); else from this month on, or from the project's first one."""
    try:
        first = month_number(dt.date.fromisoformat(f"{asked}-01"))
    except ValueError:
        start, end = month_number(project.start_date), month_number(project.end_date)
        now = month_number(today)
        first = now if start <= now <= end else start
    return MonthWindow(_kept(first, MONTHS))


def _kept(first: int, count: int) -> int:
    """Within the years that a plan can have."""
    return min(max(first, FIRST_MONTH), LAST_MONTH - count)


def roles_of(project: Project) -> list[RoleDemand]:
    """In the order in which they were written down."""
    return list(RoleDemand.objects.filter(project=project).select_related("skill").order_by("pk"))


def skills_of(organization: Organization | int) -> list[tuple[int, str]]:
    """What can be chosen from."""
    rows = Skill.objects.filter(organization=organization).order_by("name")
    return list(rows.values_list("pk", "name"))


def departments_of(organization_id: int) -> list[str]:
    """Departments of people, as they are offered while one is typed."""
    rows = Resource.objects.filter(organization=organization_id, is_active=True).exclude(department="")
    return list(
        rows.order_by("department").values_list("department", flat=True).distinct()[:MOST_DEPARTMENTS]
    )


def named_minutes(project: Project, window: MonthWindow) -> list[int]:
    """By month what the plan needs of people with names. One query."""
    first, last = window.days
    found = [0] * window.length
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('month', DATE '1970-01-01' + own.day)::date, sum(own.minutes)::bigint"
            " FROM assignment_loads, LATERAL unnest(days, minutes) AS own(day, minutes)"
            " WHERE project_id = %s AND organization_id = %s AND own.day BETWEEN %s AND %s GROUP BY 1 ORDER BY 1",
            [project.pk, project.organization_id, first, last],
        )
        for day, minutes in cursor.fetchall():
            found[month_number(day) - window.first] = minutes
    return found


def needed_minutes(roles: Sequence[RoleDemand], window: MonthWindow) -> list[int]:
    """By month what all roles need."""
    found = [0] * window.length
    for role in roles:
        for month, minutes in role.by_month.items():
            if month in window.months:
                found[month - window.first] += minutes
    return found
