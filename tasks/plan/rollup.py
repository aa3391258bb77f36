"""What a summary shows of its children: work, and progress weighted by work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tasks.scheduling.columns import LARGEST, NOTHING
from tasks.scheduling.errors import DateOutOfRange

if TYPE_CHECKING:
    from tasks.scheduling.columns import Flag, TaskColumns, Whole

#: What a sum of weights is multiplied with at most before it is divided: twice a hundred percent, and once.
_MOST_TIMES = 201


class Rolled(NamedTuple):
    """By row the work in minutes and the progress in percent: rolled up for summaries, their own for all others."""

    is_summary: Flag
    work_minutes: Whole
    progress: Whole
    #: Of the whole project: its progress, and what that weighs beside other projects, in minutes.
    project_progress: int
    project_weight: int


def roll_up(tasks: TaskColumns, work: Whole) -> Rolled:
    """Figures of every summary, from the stored work of each task.

    A task without any work counts with its duration, so that plans without effort have a progress too. Sums are
    integers; only the last division rounds, half up. What is inactive adds nothing.
    """
    parents = parent_rows(tasks)
    is_summary = np.bincount(parents, minlength=len(tasks) + 1)[:-1] > 0
    weight = np.where(work != 0, work, tasks.duration_minutes)
    _refuse_endless(tasks, weight)
    sums = np.zeros((3, len(tasks) + 1), np.int64)  # work, weight, weighted percent; the project comes last
    sums[:, :-1] = (work, weight, weight * tasks.percent_complete)
    sums[:, :-1][:, is_summary] = 0
    levels = np.where(tasks.is_active, _levels(parents), -1)
    for level in range(int(levels.max(initial=-1)), -1, -1):
        rows = np.flatnonzero(levels == level)
        for each in sums:
            np.add.at(each, parents[rows], each[rows])
    percents = _percents(sums[1], sums[2])
    return Rolled(
        is_summary,
        sums[0, :-1],
        np.where(is_summary, percents[:-1], tasks.percent_complete),
        int(percents[-1]),
        int(sums[1, -1]),
    )


def parent_rows(tasks: TaskColumns) -> Whole:
    """The row of each task's parent; behind the last row where it has none."""
    order = np.argsort(tasks.id)
    found = np.full(len(tasks), len(tasks), np.int64)
    has_parent = tasks.parent_id != NOTHING
    places = np.searchsorted(tasks.id, tasks.parent_id[has_parent], sorter=order)
    found[has_parent] = order[places]
    return found


def _levels(parents: Whole) -> Whole:
    """How deep each row stands, 0 being outermost."""
    above = np.append(parents, len(parents))
    levels = np.zeros(len(parents), np.int64)
    at = parents
    while (is_below := at < len(parents)).any():
        levels += is_below
        at = above[at]
    return levels


def _refuse_endless(tasks: TaskColumns, weight: Whole) -> None:
    """Millions of years of work are mistyped, and their sums would not fit into 64 bits."""
    if len(tasks) and weight.max() > LARGEST // (_MOST_TIMES * len(tasks)):
        raise DateOutOfRange(int(tasks.id[weight.argmax()]), "work")


def _percents(weight: Whole, weighted: Whole) -> Whole:
    """Weighted means, half up; 100 only when everything is done, and 0 where there is nothing to do."""
    twice = 2 * np.maximum(weight, 1)
    percents = (2 * weighted + weight) // twice
    return np.where((percents == 100) & (weighted < 100 * weight), 99, percents)
