"""Every morning: who leads a plan that is late hears of it once, and who has late tasks of their own."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection

from projects.notifications.notify import Message, notify_many
from tasks.milestones.selectors import PROMISES
from tasks.plan.lateness import day_literal, days_late
from tasks.scheduling.constraint_types import HOLDS_FINISH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set
    from datetime import date

#: Unfinished tasks of running projects; what late means is told by tasks/plan/lateness.py alone.
_LATE: Final = """
SELECT id, project_id, name, is_critical, days FROM (
    SELECT tasks.id, tasks.project_id, tasks.name, tasks.is_critical, {days_late} AS days
      FROM tasks JOIN projects ON projects.id = tasks.project_id
     WHERE tasks.organization_id = %s AND tasks.deleted_at IS NULL AND NOT tasks.is_summary
       AND tasks.progress_percentage < 100 AND tasks.start_date < {today}
       AND projects.deleted_at IS NULL AND projects.status = 'active'
) AS behind WHERE days > 0 ORDER BY days DESC, id
"""
#: What it takes to see who waits for whom.
_TASKS: Final = """
SELECT project_id, id, parent_id, NOT is_summary AND is_active AND progress_percentage < 100
  FROM tasks WHERE project_id = ANY (%s) AND deleted_at IS NULL
"""
_LINKS: Final = "SELECT predecessor_id, successor_id FROM task_links WHERE project_id = ANY (%s)"
#: So many plans are looked at in one go.
PLANS_AT_ONCE: Final = 200
#: Open milestones that the plan puts after the day they were promised for; an end at midnight is that of the day before.
_AT_RISK: Final = """
SELECT project_id, name, days FROM (
    SELECT tasks.id, tasks.project_id, tasks.name, tasks.end_date - (DATE '1970-01-01' + (coalesce(
               deadline_minute - 1,
               CASE WHEN constraint_type = ANY (%s) THEN constraint_minute - (constraint_type = ANY (%s))::integer END
           ) / 1440)::integer) AS days
      FROM tasks JOIN projects ON projects.id = tasks.project_id
     WHERE tasks.organization_id = %s AND tasks.deleted_at IS NULL AND is_milestone AND is_active
       AND tasks.progress_percentage < 100 AND projects.deleted_at IS NULL AND projects.status = 'active'
) AS promised WHERE days > 0 ORDER BY days DESC, id
"""
_LEADERS: Final = """
SELECT members.project_id, members.user_id FROM project_members members
  JOIN users ON users.id = members.user_id AND users.is_active
  JOIN organization_members belongs
    ON belongs.user_id = members.user_id AND belongs.organization_id = members.organization_id
 WHERE members.project_id = ANY (%s) AND members.role = 'leader'
   AND (members.end_date IS NULL OR members.end_date >= %s)
"""
#: Who works on late tasks, as far as they still see the projects.
_ASSIGNEES: Final = """
SELECT DISTINCT resources.user_id, task_assignments.task_id FROM task_assignments
  JOIN resources ON resources.id = task_assignments.resource_id
  JOIN users ON users.id = resources.user_id AND users.is_active
  JOIN organization_members belongs
    ON belongs.user_id = resources.user_id AND belongs.organization_id = task_assignments.organization_id
 WHERE task_assignments.task_id = ANY (%s)
   AND (belongs.role IN ('admin', 'pmo') OR EXISTS (
       SELECT FROM project_members
        WHERE project_members.project_id = task_assignments.project_id
          AND project_members.user_id = resources.user_id
          AND (project_members.end_date IS NULL OR project_members.end_date >= %s)))
"""


class LateNotice(NamedTuple):
    """A late task."""

    id: int
    project_id: int
    name: str
    is_critical: bool
    days: int


class AtRisk(NamedTuple):
    """A milestone that will miss its day."""

    project_id: int
    name: str
    days: int


def tell_who_is_late(*, organization_id: int, today: date) -> int:
    """Tell leaders and people what is late; once for each day, however often it runs. Returns how many it told.

    Seven statements for two hundred late plans.
    """
    late = [LateNotice(*row) for row in _rows(_late_statement(today), [organization_id])]
    at_risk = [AtRisk(*row) for row in _rows(_AT_RISK, [sorted(PROMISES), [*HOLDS_FINISH], organization_id])]
    messages = [
        *_to_leaders(organization_id, late, at_risk, today),
        *_to_assignees(organization_id, late, today),
    ]
    notify_many(messages)
    return len(messages)


def _late_statement(today: date) -> str:
    # A % of the expression would be taken for a parameter.
    return _LATE.format(days_late=days_late(today).replace("%", "%%"), today=day_literal(today))


def _to_leaders(
    organization_id: int, late: Sequence[LateNotice], at_risk: Sequence[AtRisk], today: date
) -> Iterable[Message]:
    """One message for each leader and project: what is late, what follows, which milestones are in danger."""
    of_project: dict[int, list[LateNotice]] = defaultdict(list)
    for task in late:
        of_project[task.project_id].append(task)
    in_danger: dict[int, list[AtRisk]] = defaultdict(list)
    for milestone in at_risk:
        in_danger[milestone.project_id].append(milestone)
    pushed = _pushed(sorted(of_project), {task.id for task in late})
    for project_id, user_id in _rows(_LEADERS, [[*of_project, *in_danger], today]):
        tasks, milestones = of_project[project_id], in_danger[project_id]
        worst = (tasks or milestones)[0]
        facts: dict[str, Any] = {"count": len(tasks or milestones), "worst": worst.name, "days": worst.days}
        if tasks:
            facts |= {
                "pushed": pushed.get(project_id, 0),
                "critical": sum(task.is_critical for task in tasks),
                "at_risk": len(milestones),
            }
        kind = "task.late" if tasks else "milestone.late"
        yield Message(
            user_id, kind, f"late:{project_id}:{today}", organization_id, project_id, facts=facts, by_id=None
        )


def _pushed(project_ids: Sequence[int], late: Set[int]) -> Counter[int]:
    """How many open tasks of each plan wait, at any distance, for a late one.

    In memory: a recursive query chooses its joins once, and a chain of 10,000 then takes a minute.
    """
    waiting: Counter[int] = Counter()
    for first in range(0, len(project_ids), PLANS_AT_ONCE):
        some = [project_ids[first : first + PLANS_AT_ONCE]]
        tasks = {pk: (project_id, parent, is_open) for project_id, pk, parent, is_open in _rows(_TASKS, some)}
        reached = waiting_for(
            late & tasks.keys(),
            {pk: parent for pk, (_project, parent, _open) in tasks.items()},
            _rows(_LINKS, some),
        )
        waiting.update(tasks[pk][0] for pk in reached - late if tasks[pk][2])
    return waiting


def waiting_for(
    late: Set[int], parents: Mapping[int, int | None], links: Iterable[tuple[int, int]]
) -> set[int]:
    """Tasks that wait for one of these. What follows a summary follows its children, and a summary that waits lets
    all its children wait; a child alone lets its summary finish later, but not the other children.
    """
    followers: dict[int, list[int]] = defaultdict(list)
    for before, after in links:
        if before in parents and after in parents:
            followers[before].append(after)
    children: dict[int, list[int]] = defaultdict(list)
    for pk, parent in parents.items():
        if parent is not None:
            children[parent].append(pk)
    held, waiting, to_see = set(late), set[int](), list(late)
    while to_see:
        pk = to_see.pop()
        below = children[pk] if pk in waiting else []
        above = parents[pk]
        for other in (*followers[pk], *below):
            if other not in waiting:
                waiting.add(other)
                held.add(other)
                to_see.append(other)
        if above is not None and above not in held:
            held.add(above)
            to_see.append(above)
    return waiting


def _to_assignees(organization_id: int, late: Sequence[LateNotice], today: date) -> Iterable[Message]:
    """One message for each person about their own tasks in all projects of the organization."""
    by_id = {task.id: task for task in late}
    own: dict[int, list[LateNotice]] = defaultdict(list)
    for user_id, task_id in _rows(_ASSIGNEES, [list(by_id), today]):
        own[user_id].append(by_id[task_id])
    for user_id, tasks in own.items():
        worst = max(tasks, key=lambda task: (task.days, -task.id))
        facts = {"count": len(tasks), "worst": worst.name, "days": worst.days}
        yield Message(
            user_id,
            "task.late.own",
            f"late.own:{organization_id}:{today}",
            organization_id,
            facts=facts,
            by_id=None,
        )


def _rows(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
