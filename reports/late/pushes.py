"""What waits for late tasks: how many follow, which comes first, and whether the delay reaches the end.

Who waits for whom means the same as in the leaders' daily message (`tasks.notifications.late.waiting_for`); a test
compares the two. Here the plan is prepared once and asked for each late task.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection

from tasks.notifications.late import waiting_for

if TYPE_CHECKING:
    from projects.models import Project

_TASKS: Final = """
SELECT id, parent_id, row_number, wbs_code, NOT is_summary AND is_active AND progress_percentage < 100
  FROM tasks WHERE project_id = ANY (%s) AND deleted_at IS NULL
"""
_LINKS: Final = "SELECT predecessor_id, successor_id FROM task_links WHERE project_id = ANY (%s)"
_SLACK: Final = """
SELECT t.id, coalesce(t.total_slack_minutes, 0), p.minutes_per_day
  FROM tasks t JOIN projects p ON p.id = t.project_id WHERE t.id = ANY (%s)
"""


class Push(NamedTuple):
    """What one late task does to the others."""

    followers: int
    first: str
    #: Whole days that it may be late without moving the end.
    slack_days: int
    #: Days of work by which it alone moves the expected finish beyond the planned one.
    end_days: int


class SlackLeft(NamedTuple):
    """How much of a delay is taken up: days of slack, and days that reach the end."""

    days: int
    over: int


def slack_of(late: Mapping[int, int]) -> dict[int, SlackLeft]:
    """For late tasks and the days they are late by; one query."""
    return {
        pk: SlackLeft(max(0, slack) // a_day, max(0, -(-(late[pk] * a_day - max(0, slack)) // a_day)))
        for pk, slack, a_day in _rows(_SLACK, list(late))
    }


class Followers:
    """A plan, ready to say what waits for one of its tasks."""

    def __init__(self, parents: Mapping[int, int | None], links: Iterable[tuple[Any, ...]]) -> None:
        self.parents = parents
        self.after: dict[int, list[int]] = {}
        for before, after in links:
            if before in parents and after in parents:
                self.after.setdefault(before, []).append(after)
        self.children: dict[int, list[int]] = {}
        for pk, parent in parents.items():
            if parent is not None:
                self.children.setdefault(parent, []).append(pk)

    def of(self, task_id: int) -> set[int]:
        """What follows a summary follows its children too; a summary that waits lets all its children wait."""
        waiting, held, to_see = set[int](), {task_id}, [task_id]
        while to_see:
            pk = to_see.pop()
            below = self.children.get(pk, ()) if pk in waiting else ()
            for other in (*self.after.get(pk, ()), *below):
                if other not in waiting:
                    waiting.add(other)
                    held.add(other)
                    to_see.append(other)
            above = self.parents[pk]
            if above is not None and above not in held:
                held.add(above)
                to_see.append(above)
        return waiting


def pushes_of(project: Project, late: Mapping[int, int]) -> dict[int, Push]:
    """For each late task of a project, with the days it is late by; three queries.

    What moves the end is told by the forecast (`tasks/plan/forecasting.py`): who only waits for a late task does not.
    """
    if not late:
        return {}
    rows = {row[0]: row for row in _rows(_TASKS, [project.pk])}
    followers = Followers({pk: row[1] for pk, row in rows.items()}, _rows(_LINKS, [project.pk]))
    slack, moved = slack_of(late), dict(project.forecast_causes)
    found = {}
    for pk in late:
        if pk in rows:
            waiting = [rows[other] for other in followers.of(pk) if rows[other][4]]
            first = min(waiting, key=lambda row: row[2], default=None)
            found[pk] = Push(len(waiting), first[3] if first else "", slack[pk].days, moved.get(pk, 0))
    return found


def held_up(project_ids: Collection[int], late: Mapping[int, int]) -> dict[int, bool]:
    """Tasks that wait for something late, and whether that delay is more than its slack takes up; three queries."""
    if not project_ids or not late:
        return {}
    ids = list(project_ids)
    parents = {row[0]: row[1] for row in _rows(_TASKS, ids)}
    links = _rows(_LINKS, ids)
    over = {pk for pk, slack in slack_of(late).items() if slack.over} & parents.keys()
    waiting = dict.fromkeys(waiting_for(late.keys() & parents.keys(), parents, links), False)
    return waiting | dict.fromkeys(waiting_for(over, parents, links), True)


def _rows(statement: str, ids: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
