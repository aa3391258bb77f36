"""What a new schedule breaks that the one before it kept: constraint dates against links, and deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tasks.scheduling.columns import NOTHING, codes_of
from tasks.scheduling.constraint_types import CAPPED
from tasks.scheduling.explain.conflicts import impossible_constraints
from tasks.scheduling.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection

    from tasks.plan.arrays import Array
    from tasks.plan.rescheduling import Rescheduled
    from tasks.scheduling.errors import ImpossibleConstraint

_BY_CONSTRAINT: Final = KINDS.index("constraint")
_CAPPED_CODES: Final = codes_of("constraint_type", CAPPED)


def new_conflicts(result: Rescheduled) -> tuple[ImpossibleConstraint, ...]:
    """Dates that have begun to hold a task before a link lets it start. They are kept, as Microsoft Project does.

    Only where there is one, the links are walked to name the first that is broken.
    """
    loaded, scheduled, before = result.loaded, result.scheduled, result.before
    tasks = loaded.columns.tasks
    if not loaded.columns.project.honors_constraints:
        return ()
    held = np.isin(tasks.constraint_type, _CAPPED_CODES) & _is_held(
        scheduled.driver_kind, scheduled.total_slack
    )
    fresh = held & ~_is_held(before["driver_kind"], before["total_slack_minutes"])
    if not fresh.any():
        return ()
    ids = set(scheduled.id[fresh].tolist())
    found = impossible_constraints(scheduled.plan(), loaded.network)
    return tuple(error for error in found if error.task_ids[0] in ids)


def _is_held(driver_kind: Array, total_slack: Array) -> Array:
    held: Array = (driver_kind == _BY_CONSTRAINT) & (total_slack < 0) & (total_slack != NOTHING)
    return held


def newly_missed(result: Rescheduled, edited_ids: Collection[int]) -> tuple[int, ...]:
    """Unfinished tasks that have begun to end after their deadline, in the order of the rows.

    Of a task that was edited itself the deadline may be another than before, so that one always counts as new.
    """
    tasks, ends = result.loaded.columns.tasks, result.before["finish_minute"]
    has_one = (tasks.deadline_minute != NOTHING) & (tasks.percent_complete < 100)
    if not has_one.any():
        return ()
    was_missed = (ends > tasks.deadline_minute) & ~np.isin(tasks.id, list(edited_ids))
    is_missed = has_one & (result.scheduled.finish > tasks.deadline_minute) & ~was_missed
    found: list[int] = tasks.id[is_missed].tolist()
    return tuple(found)
