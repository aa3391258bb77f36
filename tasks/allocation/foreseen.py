"""Which days a change would fill too much, where the change is only tried: read, and nothing added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from projects.worktime.moments import day_number, day_of
from tasks.allocation.loads import capacity_beside, changes_of, plan_of, with_branches
from tasks.allocation.rules import refuse_double_load
from tasks.allocation.sums import Totals, deltas_of
from tasks.allocation.touched import touched_projects
from tasks.models import ResourceLoad

if TYPE_CHECKING:
    from projects.changes import Recorder
    from tasks.allocation.loads import DatedPlan
    from tasks.allocation.sums import Deltas, Total


def foreseen(record: Recorder, *, refuses: bool = False) -> tuple[Total, ...]:
    """The days that would be over capacity and rise, by person and day. A fixed number of queries.

    With `refuses` it raises DoubleLoadError where the change itself would be refused for them.
    """
    found: list[Total] = []
    for touched in touched_projects([record]):
        plan = plan_of(touched)
        task_ids = None if touched.is_whole else with_branches(touched, plan)
        changes = changes_of(touched.project, plan, task_ids=task_ids)
        if not changes:
            continue
        totals = _totals(deltas_of(changes), plan, touched.project.organization_id)
        if totals is None:
            continue
        if refuses and touched.actor is not None:
            by_hand = [change for change in changes if change.task_id in touched.direct_ids]
            refuse_double_load(totals, by_hand, changes, touched.actor)
        found += totals.some(totals.planned > totals.capacity)
    return tuple(found)


def _totals(deltas: Deltas, plan: DatedPlan | None, organization_id: int) -> Totals | None:
    """The days that rise, as they would be; None where none does."""
    rises = deltas.minutes > 0
    people, days, minutes = (column[rises] for column in deltas)
    if not len(days):
        return None
    resource_ids = set(people.tolist())
    stored = _stored(resource_ids, int(days.min()), int(days.max()))
    pairs = zip(people.tolist(), days.tolist(), strict=True)
    planned = np.array([stored.get(pair, 0) for pair in pairs], np.int64) + minutes
    capacity = capacity_beside(plan, resource_ids, organization_id=organization_id).of_days(people, days)
    return Totals(people, days, planned, minutes, capacity)


def _stored(resource_ids: set[int], first: int, last: int) -> dict[tuple[int, int], int]:
    """Minutes that are planned already, by person and day."""
    rows = ResourceLoad.objects.filter(
        resource__in=resource_ids, grain=ResourceLoad.Grain.DAY, first_on__range=(day_of(first), day_of(last))
    )
    return {
        (pk, day_number(day)): minutes
        for pk, day, minutes in rows.values_list("resource", "first_on", "planned_minutes")
    }
