"""What people have worked against what they could, as they reported it: the other half of the heat map.

Hours on tasks count, as those that are planned do; indirect work (会議, 教育, 休暇) is told beside them and is no load of a plan.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.db import connection

from projects.worktime.moments import day_number
from reports.utilization.cell import MOST_TASKS, Behind, CellPart
from reports.utilization.selectors import Utilization, board_of
from tasks.allocation.capacity import capacity_of
from tasks.models import Task

if TYPE_CHECKING:
    from projects.models import Organization, User
    from reports.utilization.selectors import Board
    from reports.utilization.window import ShownPeriod, UtilizationWindow
    from resources.models import Resource

#: Weeks of the people by their key, and their entries: what is read grows with what is shown, not with the years before.
_WORKED: Final = """
    SELECT sheet.resource_id, date_trunc(%s, entry.worked_on::timestamp)::date, sum(entry.minutes)::bigint
    FROM timesheets AS sheet JOIN time_entries AS entry ON entry.sheet_id = sheet.id
    WHERE sheet.organization_id = %s AND sheet.resource_id = ANY(%s::bigint[])
        AND sheet.week_on BETWEEN %s::date - 6 AND %s AND entry.task_id IS NOT NULL
        AND entry.worked_on BETWEEN %s AND %s
    GROUP BY 1, 2
"""
_BEHIND: Final = """
    SELECT entry.task_id, sum(entry.minutes)::bigint
    FROM timesheets AS sheet JOIN time_entries AS entry ON entry.sheet_id = sheet.id
    WHERE sheet.organization_id = %s AND sheet.resource_id = %s AND sheet.week_on BETWEEN %s::date - 6 AND %s
        AND entry.worked_on BETWEEN %s AND %s
    GROUP BY 1
"""
_GRAINS: Final = {"d": "day", "w": "week", "m": "month"}


def actual_board(organization: Organization, window: UtilizationWindow) -> Board:
    """The map of what was planned, with what was worked in its place. One query more."""
    board = board_of(organization, window)
    places = {someone.pk: place for place, someone in enumerate(board.people)}
    columns = {period.first: place for place, period in enumerate(window.periods)}
    worked = [array("q", bytes(8 * window.columns)) for _ in board.people]
    with connection.cursor() as cursor:
        first, last = window.first, window.last
        cursor.execute(
            _WORKED, [_GRAINS[window.grain], organization.pk, list(places), first, last, first, last]
        )
        for pk, first_on, minutes in cursor.fetchall():
            worked[places[pk]][columns[first_on]] = minutes
    excesses = [sum(map(int.__gt__, *pair)) for pair in zip(worked, board.capacity, strict=True)]
    return replace(board, planned=worked, over=[frozenset() for _ in worked], excesses=excesses)


def actual_behind(resource: Resource, period: ShownPeriod, user: User) -> Behind:
    """The tasks that were worked on, and beside them the indirect work, which is not counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BEHIND,
            [
                resource.organization_id,
                resource.pk,
                period.first,
                period.last,
                period.first,
                period.last,
            ],
        )
        minutes: dict[int | None, int] = dict(cursor.fetchall())
    indirect = minutes.pop(None, 0)
    seen = Task.objects.visible_to(user).filter(pk__in=list(minutes)).select_related("project")
    parts = [CellPart(task, 0, minutes[task.pk]) for task in seen]
    parts.sort(key=lambda part: (-part.minutes, part.task.pk))
    further = parts[MOST_TASKS:]
    capacity = capacity_of([resource.pk], organization_id=resource.organization_id)
    there = capacity.between(resource.pk, day_number(period.first), day_number(period.last))
    return Behind(
        load=Utilization(sum(minutes.values()), there), parts=parts[:MOST_TASKS],
        hidden=sum(minutes.values()) - sum(part.minutes for part in parts),
        rest=sum(part.minutes for part in further), rest_count=len(further), days_over=[], indirect=indirect,
    )  # fmt: skip
