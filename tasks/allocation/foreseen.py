"""Which days a change would fill too much, where the change is only tried: read, and nothing added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from projects.worktime.moments import day_number, day_of
from tasks.allocation.capacity import capacity_of
from tasks.allocation.loads import changes_of, plan_of, with_branches
from tasks.allocation.sums import Total, deltas_of
from tasks.allocation.touched import touched_projects
from tasks.models import ResourceLoad

if TYPE_CHECKING:
    from projects.changes import Recorder
    from tasks.allocation.sums import Deltas


def foreseen(record: Recorder) -> tuple[Total, ...]:
    """The days that would be over capacity and rise, by person and day. A fixed number of queries."""
    found: list[Total] = []
    for touched in touched_projects([record]):
        plan = plan_of(touched)
        task_ids = None if touched.is_whole else with_branches(touched, plan)
        changes = changes_of(touched.project, plan, task_ids=task_ids)
        if changes:
            found += _over(deltas_of(changes), touched.project.organization_id)
    return tuple(found)


def _over(deltas: Deltas, organization_id: int) -> list[Total]:
    rises = deltas.minutes > 0
    people, days, minutes = (column[rises] for column in deltas)
    if not len(days):
        return []
    stored = _stored(set(people.tolist()), int(days.min()), int(days.max()))
    pairs = list(zip(people.tolist(), days.tolist(), strict=True))
    planned = np.array([stored.get(pair, 0) for pair in pairs], np.int64) + minutes
    capacity = capacity_of(set(people.tolist()), organization_id=organization_id).of_days(people, days)
    return [
        Total(*pairs[at], int(planned[at]), int(minutes[at]), int(capacity[at]))
        for at in np.flatnonzero(planned > capacity)
    ]


def _stored(resource_ids: set[int], first: int, last: int) -> dict[tuple[int, int], int]:
    """Minutes that are planned already, by person and day."""
    rows = ResourceLoad.objects.filter(
        resource__in=resource_ids, grain=ResourceLoad.Grain.DAY, first_on__range=(day_of(first), day_of(last))
    )
    return {
        (pk, day_number(day)): minutes
        for pk, day, minutes in rows.values_list("resource", "first_on", "planned_minutes")
    }
