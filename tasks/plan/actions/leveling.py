"""Delays by which tasks wait for their people: written as levelling found them, never typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.plan.unit import PlanUnit

#: What a file said of the delay that it had: of another one it says nothing.
_OF_FILE: Final = ("leveling_delay_unit", "leveling_delay_is_elapsed")


def set_leveling_delays(plan: PlanUnit, minutes: Mapping[int, int]) -> int:
    """Write delays by task, in minutes of the clock; how many of them are other than before. It holds the tasks, so once a unit."""
    count = 0
    for pk, task in plan.hold(minutes).items():
        if task.leveling_delay_minutes == minutes[pk]:
            continue
        task.leveling_delay_minutes = minutes[pk]
        fields = ["leveling_delay_minutes"]
        said = (task.extras or {}).get("task", {})
        if not said.keys().isdisjoint(_OF_FILE):
            left = {name: value for name, value in said.items() if name not in _OF_FILE}
            task.extras = {**(task.extras or {}), "task": left}
            fields.append("extras")
        plan.rows.save(task, fields)
        plan.touch(task)
        count += 1
    return count
