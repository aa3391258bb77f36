"""Small plans around the clock, so that a minute of work is a minute, and ranges of them."""

import numpy as np

from projects.worktime.rules import AROUND_THE_CLOCK, CalendarRules
from tasks.scheduling.columns import Columns, columns_of
from tasks.scheduling.network import Link, Network, ProjectSettings, Task
from tasks.scheduling.risk.uncertain import Uncertainty

START = 20_458 * 1440
CLOCK = (CalendarRules(1, week=AROUND_THE_CLOCK),)
PROJECT = ProjectSettings(START, calendar_id=1)


def plan_of(*tasks: Task, links: tuple[Link, ...] = ()) -> Columns:
    return columns_of(Network(PROJECT, tasks, links, CLOCK))


def chains(*lengths: int, minutes: int = 1000) -> Columns:
    """Chains of so many tasks, side by side."""
    tasks: list[Task] = []
    links: list[Link] = []
    for length in lengths:
        for place in range(length):
            tasks.append(Task(len(tasks) + 1, minutes))
            if place:
                links.append(Link(len(tasks) - 1, len(tasks)))
    return plan_of(*tasks, links=tuple(links))


def ranges(count: int, low: int, likely: int, high: int, **more: object) -> Uncertainty:
    """The same for all rows."""
    return Uncertainty(*(np.full(count, each, np.int64) for each in (low, likely, high)), **more)  # type: ignore[arg-type]
