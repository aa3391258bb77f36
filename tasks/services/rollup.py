"""What a summary shows of its children: duration, work, and progress weighted by work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from projects.worktime.shelf import Shelf
    from tasks.scheduling.network import Network
    from tasks.scheduling.plan import Plan


class Roll(NamedTuple):
    """Rolled-up figures: minutes, minutes, percent; and what the percentage weighs beside others, in minutes."""

    duration_minutes: int
    work_minutes: int
    progress: int
    weight: int


def roll_up(network: Network, plan: Plan, work: dict[int, int], shelf: Shelf) -> dict[int, Roll]:
    """Figures of every summary by its id; id 0 is the whole project.

    `work` is the stored work of each task. A task without any counts with its duration, so that plans
    without effort have a progress too. Sums are integers; only the last division rounds, half up.
    """
    parents = {task.parent_id for task in network.tasks if task.parent_id is not None}
    sums: dict[int, list[int]] = {parent: [0, 0, 0] for parent in (*parents, 0)}
    clock = shelf.calendar(network.project.calendar_id)
    rolls: dict[int, Roll] = {}
    for task in reversed(network.tasks):
        if task.id in sums:
            total = sums[task.id]
            dates = plan[task.id]
            rolls[task.id] = Roll(
                clock.between(dates.start, dates.finish), total[0], _percent(total), total[1]
            )
        else:
            own = work[task.id]
            weight = own or task.duration_minutes
            total = [own, weight, weight * task.percent_complete]
        if task.is_active:
            above = sums[task.parent_id or 0]
            for i in range(3):
                above[i] += total[i]
    whole = sums[0]
    rolls[0] = Roll(0, whole[0], _percent(whole), whole[1])
    return rolls


def _percent(total: list[int]) -> int:
    """The weighted mean, half up; 100 only when everything is done."""
    weight, weighted = total[1], total[2]
    if not weight:
        return 0
    percent = (2 * weighted + weight) // (2 * weight)
    return 99 if percent == 100 and weighted < 100 * weight else percent
