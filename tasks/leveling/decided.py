"""A plan with what was decided of single tasks, as levelling reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.scheduling.leveling.diagnose import UNMOVED_PRIORITY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.scheduling.columns import Columns


def decided_columns(columns: Columns, decisions: Mapping[int, int | None]) -> Columns:
    """The plan with what was decided: these tasks may not move, as those of the highest priority, and have the delay that was decided."""
    if not decisions:
        return columns
    tasks = columns.tasks
    priority, minutes = tasks.priority.copy(), tasks.leveling_delay_minutes.copy()
    elapsed = tasks.leveling_delay_is_elapsed.copy()
    for row, pk in enumerate(tasks.id.tolist()):
        if pk not in decisions:
            continue
        priority[row] = UNMOVED_PRIORITY
        kept = decisions[pk]
        if kept is not None:
            minutes[row], elapsed[row] = kept, True
    return replace(
        columns,
        tasks=replace(
            tasks, priority=priority, leveling_delay_minutes=minutes, leveling_delay_is_elapsed=elapsed
        ),
    )
