"""What each task of a plan costs, whole and so far, by the rules of `tasks/plan/costs.py`; task by task, where that adds up whole plans.

Put together here: the planner of the database may take such joins for small and walk them row by row (ten seconds for ten thousand
tasks), and it never learns an amount. Who may see any of this is for the callers to ask: `Right.SEE_MONEY`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from projects.models.encrypted import reveal
from tasks.plan.arrays import Array, arrays_cursor

if TYPE_CHECKING:
    from collections.abc import Collection

#: Tasks in the order of their ids, and what each costs besides people; who is needed; what that costs from which day on. A summary, and
#: what has no date, begins on no day: before any rate. What an assignment has no work of its own for is its share of the duration.
_TASKS: Final = """
SELECT array_agg(id), array_agg(start), array_agg(duration_minutes), array_agg(fixed), array_agg(progress), array_agg(actual_work_minutes)
  FROM (SELECT id, CASE WHEN is_summary OR start_date IS NULL THEN -1000000 ELSE start_date - DATE '1970-01-01' END::bigint AS start,
               duration_minutes::bigint AS duration_minutes, fixed_cost::float8 AS fixed, progress_percentage::bigint AS progress,
               actual_work_minutes
          FROM tasks
         WHERE project_id = %s::bigint AND deleted_at IS NULL AND is_active AND (%s::bigint[] IS NULL OR id = ANY(%s::bigint[]))
         ORDER BY id) AS leaf
"""
_NEEDS: Final = """
SELECT array_agg(task_id), array_agg(resource_id), array_agg(units_percentage::float8 / 100), array_agg(coalesce(work_minutes, -1)::bigint),
       array_agg(coalesce(actual_work_minutes, 0)::bigint)
  FROM task_assignments WHERE project_id = %s::bigint AND (%s::bigint[] IS NULL OR task_id = ANY(%s::bigint[]))
"""
_RATES: Final = """
SELECT resource_id, kind = 'material', valid_from - DATE '1970-01-01', cost_per_hour
  FROM resource_rates JOIN resources ON resources.id = resource_id
 WHERE resource_id = ANY(%s::bigint[]) ORDER BY resource_id, valid_from
"""
#: Days between those of two resources, so that one line holds the rates of all.
_APART: Final = 10_000_000


class TaskCosts(NamedTuple):
    """What each task costs by itself, in yen and not rounded, in the order of the ids."""

    id: Array
    total: Array
    #: Spent so far, by the hours that people reported.
    by_hours: Array
    #: Spent so far where progress tells it: material, fixed costs, and people of tasks without reported hours.
    by_progress: Array


class _Rates:
    """What a minute of each person costs, or a piece of material, and from when on."""

    def __init__(self, found: list[tuple[int, bool, int, Any]]) -> None:
        self._from = np.array(
            [resource * _APART + day for resource, _material, day, _secret in found], np.int64
        )
        self._of = np.array([resource for resource, *_ in found], np.int64)
        self._price = np.array(
            [float(reveal(secret)) / (1 if is_material else 60) for _pk, is_material, _day, secret in found]
        )
        self.materials = np.array(sorted({row[0] for row in found if row[1]}), np.int64)

    def on(self, resources: Array, days: Array) -> Array:
        """The price that holds on a day; nothing before the first one."""
        if not len(self._of):
            return np.zeros(len(resources))
        place = np.searchsorted(self._from, resources * _APART + days, side="right") - 1
        found: Array = np.where((place >= 0) & (self._of[place] == resources), self._price[place], 0.0)
        return found


def task_costs(project_id: int, ids: Collection[int] | None = None) -> TaskCosts:
    """What each task of a plan (of `ids` alone, where they are given) costs by itself; three queries.

    Hours that each person reported count before the sum of the task, and progress where there are neither.
    """
    (pk, start, duration, fixed, progress, hours), needs, rates = _asked(project_id, ids)
    place = np.searchsorted(pk, needs[0]) if len(pk) else np.zeros(len(needs[0]), np.int64)
    known = pk[np.minimum(place, len(pk) - 1)] == needs[0] if len(pk) else np.zeros(len(needs[0]), bool)
    place = place[known]
    _task, resource, units, work, reported = (each[known] for each in needs)
    is_material = np.isin(resource, rates.materials)
    quantity = np.where(is_material, units, np.where(work < 0, duration[place] * units, work))
    price = rates.on(resource, start[place])

    def by_task(amounts: Array) -> Array:
        return np.bincount(place, amounts, minlength=len(pk))

    own, planned = by_task(reported * ~is_material), by_task(quantity * ~is_material)
    goes_by_own = ~is_material & (own[place] > 0)
    goes_by_sum = ~is_material & ~goes_by_own & (hours[place] > 0) & (planned[place] > 0)
    share = hours[place] / np.where(planned[place] > 0, planned[place], 1)
    by_hours = np.where(goes_by_own, reported, np.where(goes_by_sum, quantity * share, 0.0))
    by_progress = np.where(goes_by_own | goes_by_sum, 0.0, quantity * progress[place] / 100)
    return TaskCosts(
        pk, fixed + by_task(price * quantity), by_task(price * by_hours),
        fixed * progress / 100 + by_task(price * by_progress),
    )  # fmt: skip


def costs_of_tasks(project_id: int, ids: Collection[int] | None = None) -> dict[int, float]:
    """The whole cost of each alone, of those that cost something; see `task_costs`."""
    found = task_costs(project_id, ids)
    costs = zip(found.id.tolist(), found.total.tolist(), strict=True)
    return {pk: cost for pk, cost in costs if cost}


def _asked(project_id: int, ids: Collection[int] | None) -> tuple[list[Array], list[Array], _Rates]:
    asked: Any = None if ids is None else np.array(list(ids), np.int64)
    with arrays_cursor() as cursor:
        cursor.execute(_TASKS, [project_id, asked, asked])
        tasks = [np.empty(0, np.int64) if each is None else each for each in cursor.fetchone()]
        cursor.execute(_NEEDS, [project_id, asked, asked])
        needs = [np.empty(0, np.int64) if each is None else each for each in cursor.fetchone()]
        resources: Any = np.unique(needs[1])
        cursor.execute(_RATES, [resources])
        return tasks, needs, _Rates(cursor.fetchall())
