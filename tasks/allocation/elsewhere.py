"""What other plans need of people, and the days that one plan makes too full beside them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from tasks.allocation.capacity import capacity_of
from tasks.allocation.loads import loads_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from projects.models import Project
    from tasks.allocation.loads import DatedPlan
    from tasks.allocation.sums import DayKey

MinutesElsewhere = dict[int, dict[int, int]]
"""By person and day the minutes that all other plans need."""


def minutes_elsewhere(project: Project, resource_ids: Collection[int], *, first_day: int) -> MinutesElsewhere:
    """What the other plans that count need of some people from a day on. One query."""
    found: MinutesElsewhere = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT resource_id, own.day, sum(own.minutes)::bigint FROM assignment_loads,"
            " LATERAL unnest(days, minutes) AS own(day, minutes)"
            " WHERE resource_id = ANY(%s::bigint[]) AND project_id <> %s AND organization_id = %s AND own.day >= %s"
            " GROUP BY resource_id, own.day ORDER BY resource_id, own.day",
            [sorted(resource_ids), project.pk, project.organization_id, first_day],
        )
        for resource_id, day, minutes in cursor.fetchall():
            found[resource_id][day] = minutes
    return dict(found)


def too_full_days(
    plan: DatedPlan, elsewhere: Mapping[int, Mapping[int, int]], *, organization_id: int
) -> frozenset[DayKey]:
    """The days of people on which this plan, beside the others, asks more than there is: as the sums count them.

    Only days on which something of this plan is to be done that is not done yet.
    """
    sums: dict[DayKey, int] = defaultdict(int)
    is_open: set[DayKey] = set()
    tasks = plan.columns.tasks
    unfinished = set(tasks.id[tasks.percent_complete < 100].tolist())
    for (task_id, resource_id), load in loads_in(plan).items():
        for day, minutes in zip(load.days, load.minutes, strict=True):
            sums[resource_id, day] += minutes
            if task_id in unfinished:
                is_open.add((resource_id, day))
    if not is_open:
        return frozenset()
    keys = sorted(is_open)
    people, days = (np.array(column, np.int64) for column in zip(*keys, strict=True))
    capacity = capacity_of({pk for pk, _ in keys}, organization_id=organization_id).of_days(people, days)
    return frozenset(
        (pk, day)
        for (pk, day), there in zip(keys, capacity.tolist(), strict=True)
        if sums[pk, day] + elsewhere.get(pk, {}).get(day, 0) > there
    )
