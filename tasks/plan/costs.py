"""What plans cost: the time of people and machines, material, and the fixed costs of tasks.

An assignment costs its work (where none is planned: its share of the task's duration) at the rate that holds on the
day the task starts. Material is counted, not timed: its units are pieces (300 % are three), its rate the price of one.
A task that starts before a person's first rate costs nothing for that person, who is among the `unpriced`.

The database adds up hours and pieces by rate, and never learns an amount: rates are encrypted, and are opened here.

Who may see any of this is for the callers to ask: `Right.SEE_MONEY`.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from django.db import connection

from projects.models.encrypted import reveal


class Cost(NamedTuple):
    """Planned cost of one project, in yen."""

    total: Decimal = Decimal(0)
    #: What has been spent by the hours that people reported, by progress where there are none.
    to_date: Decimal = Decimal(0)
    #: How many of those who are to work have no rate for some of it: the total is too low by their cost.
    unpriced: int = 0


#: Of a task with reported hours the cost to date is these hours, parted among those who work on it as their plan is;
#: it may exceed the planned cost. Hours reported by each person count before the task's own sum.
_COSTS: Final = """
WITH priced AS (
    SELECT id, resource_id, valid_from,
           lead(valid_from, 1, 'infinity') OVER (PARTITION BY resource_id ORDER BY valid_from) AS valid_until
      FROM resource_rates),
leaf AS (
    SELECT id, project_id, start_date, duration_minutes, actual_work_minutes,
           progress_percentage / 100.0::double precision AS done
      FROM tasks
     WHERE project_id = ANY(%(projects)s) AND deleted_at IS NULL AND is_active AND NOT is_summary),
amount AS (
    SELECT leaf.project_id, leaf.id AS task_id, assignment.resource_id, leaf.done,
           resource.kind = 'material' AS is_material, assignment.actual_work_minutes / 60.0::double precision AS own_hours,
           leaf.actual_work_minutes / 60.0::double precision AS task_hours, priced.id AS rate_id,
           CASE WHEN resource.kind = 'material' THEN assignment.units_percentage::double precision / 100
                ELSE coalesce(assignment.work_minutes,
                              leaf.duration_minutes * assignment.units_percentage::double precision / 100) / 60
            END AS quantity
      FROM leaf
      JOIN task_assignments AS assignment ON assignment.task_id = leaf.id
      JOIN resources AS resource ON resource.id = assignment.resource_id
      LEFT JOIN priced ON priced.resource_id = assignment.resource_id
       AND leaf.start_date >= priced.valid_from AND leaf.start_date < priced.valid_until),
parted AS (
    SELECT *, sum(own_hours) FILTER (WHERE NOT is_material) OVER task AS own_sum,
           sum(quantity) FILTER (WHERE NOT is_material) OVER task AS planned_sum
      FROM amount WINDOW task AS (PARTITION BY task_id)),
spent AS (
    SELECT project_id, rate_id, quantity AS planned, 0::float8 AS fixed, 0::float8 AS fixed_spent,
           CASE WHEN is_material THEN quantity * done
                WHEN own_sum > 0 THEN own_hours
                WHEN task_hours > 0 AND planned_sum > 0 THEN quantity * task_hours / planned_sum
                ELSE quantity * done END AS spent,
           CASE WHEN rate_id IS NULL AND quantity > 0 THEN resource_id END AS unpriced
      FROM parted
     UNION ALL
    SELECT project_id, NULL, 0, fixed_cost::float8, fixed_cost::float8 * progress_percentage / 100.0::float8, 0, NULL
      FROM tasks
     WHERE project_id = ANY(%(projects)s) AND deleted_at IS NULL AND is_active AND fixed_cost <> 0),
amounts AS (
    SELECT project_id, rate_id, sum(planned) AS planned, sum(spent) AS spent, sum(fixed) AS fixed,
           sum(fixed_spent) AS fixed_spent, count(DISTINCT unpriced) AS unpriced
      FROM spent GROUP BY project_id, rate_id)
SELECT amounts.project_id, rate.cost_per_hour, planned, spent, fixed, fixed_spent, unpriced
  FROM amounts LEFT JOIN resource_rates AS rate ON rate.id = amounts.rate_id
 ORDER BY amounts.project_id, amounts.rate_id
"""


def planned_costs(project_ids: Collection[int]) -> dict[int, Cost]:
    """What the plans of some projects cost, whole and so far; one query. A plan without any has no entry."""
    with connection.cursor() as cursor:
        cursor.execute(_COSTS, {"projects": list(project_ids)})
        found = cursor.fetchall()
    sums: dict[int, list[float]] = {}
    for project_id, secret, planned, spent, fixed, fixed_spent, unpriced in found:
        price = float(reveal(secret)) if secret else 0.0
        total = sums.setdefault(project_id, [0.0, 0.0, 0])
        total[0] += (planned or 0.0) * price + fixed
        total[1] += (spent or 0.0) * price + fixed_spent
        total[2] += unpriced
    return {
        pk: Cost(_yen(total), _yen(to_date), int(unpriced)) for pk, (total, to_date, unpriced) in sums.items()
    }


def _yen(amount: float) -> Decimal:
    """Whole yen, half up; beyond fifteen digits a float knows nothing."""
    return Decimal(f"{amount:.15g}").quantize(Decimal(1), ROUND_HALF_UP)
