"""What plans need of people, and of roles without names, month by month: how much of it is certain, and how much may come.

What is planned in all is kept in `resource_loads`. What of it belongs to projects that may not come is summed up here: their
assignments alone are read, so it grows with what is being planned and not with what is under way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from projects.models import Project, ProjectStatus
from tasks.allocation.touched import RESTING
from tasks.staffing.months import month_number

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.models import Organization
    from tasks.staffing.selectors import MonthWindow

#: Of so many that are being planned the page lists the first by their start; all of them are counted.
MOST_LISTED: Final = 100
CERTAIN: Final = 100

_NAMED: Final = """
    SELECT own.resource_id, date_trunc('month', DATE '1970-01-01' + own.day)::date, asked.percent,
        sum(own.minutes)::bigint
    FROM unnest(%s::bigint[], %s::int[]) AS asked(project_id, percent)
    JOIN LATERAL (
        SELECT resource_id, each.day, each.minutes FROM assignment_loads,
            LATERAL unnest(days, minutes) AS each(day, minutes)
        WHERE assignment_loads.project_id = asked.project_id AND organization_id = %s
            AND each.day BETWEEN %s AND %s
    ) AS own ON true
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_OF_PROJECTS: Final = """
    SELECT project_id, sum(minutes)::bigint FROM (
        SELECT project_id, each.minutes FROM assignment_loads, LATERAL unnest(days, minutes) AS each(day, minutes)
        WHERE project_id = ANY(%s::bigint[]) AND organization_id = %s AND each.day BETWEEN %s AND %s
        UNION ALL
        SELECT project_id, each.minutes FROM role_demands, LATERAL unnest(months, minutes) AS each(month, minutes)
        WHERE project_id = ANY(%s::bigint[]) AND organization_id = %s AND each.month BETWEEN %s AND %s
    ) AS needed GROUP BY 1 ORDER BY 1
"""
_ROLES: Final = """
    SELECT skill_id, department, each.month, project_id, sum(each.minutes)::bigint
    FROM role_demands, LATERAL unnest(months, minutes) AS each(month, minutes)
    WHERE organization_id = %s AND each.month BETWEEN %s AND %s AND project_id IN (
        SELECT id FROM projects WHERE organization_id = %s AND deleted_at IS NULL AND NOT status = ANY(%s)
    )
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""


class NamedNeed(NamedTuple):
    """What projects that may come need of one person in a month, by how probable they are."""

    resource_id: int
    month: int
    percent: int
    minutes: int


class RoleNeed(NamedTuple):
    """What a project needs of roles with one skill and department in a month."""

    skill_id: int | None
    department: str
    month: int
    project_id: int
    minutes: int


def planned_projects(organization: Organization) -> dict[int, int]:
    """Projects that are being planned, with how probable they are in percent."""
    rows = Project.objects.alive().filter(organization=organization, status=ProjectStatus.PLANNING)
    return dict(rows.order_by("pk").values_list("pk", "order_probability"))


def named_needs(organization: Organization, percents: dict[int, int], window: MonthWindow) -> list[NamedNeed]:
    """What those projects need of people, by person, month and probability. One query, none without such projects."""
    if not percents:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [list(percents), list(percents.values()), organization.pk, *window.days])
        return [
            NamedNeed(pk, month_number(day), percent, minutes)
            for pk, day, percent, minutes in cursor.fetchall()
        ]


def role_needs(organization: Organization, window: MonthWindow) -> list[RoleNeed]:
    """What projects need of roles without names; of those whose plans count. One query."""
    months = window.months
    resting = [str(status) for status in (*RESTING, ProjectStatus.COMPLETED)]
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, [organization.pk, months[0], months[-1], organization.pk, resting])
        return [RoleNeed._make(row) for row in cursor.fetchall()]


def needs_of(organization: Organization, project_ids: Collection[int], window: MonthWindow) -> dict[int, int]:
    """By project what its plan and its roles need within the months. One query."""
    ids, months = sorted(project_ids), window.months
    with connection.cursor() as cursor:
        cursor.execute(
            _OF_PROJECTS,
            [ids, organization.pk, *window.days, ids, organization.pk, months[0], months[-1]],
        )
        return dict(cursor.fetchall())
