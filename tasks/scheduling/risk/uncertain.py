"""What is not certain of a plan: how long its remaining work takes, what takes turns for the worse together, and what may happen.

All lengths are minutes of remaining work. What is done, given by hand or pinned is certain.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tasks.scheduling.columns import NOTHING, AssignmentColumns, Columns, Flag, TaskColumns, Whole
from tasks.scheduling.compiled.codes import MANUAL_MODE
from tasks.scheduling.compiled.ids import Places

Shape = Literal["triangular", "pert"]

LONGEST = 1 << 28
"""Minutes that a task can take in a run, five hundred years."""
LARGEST_FACTOR = 100.0
MOST_RUNS = 10_000
MOST_CELLS = 30_000_000
"""Runs times tasks, for the memory they need: twelve bytes each."""
LARGEST_SEED = 2_147_483_646


class RiskRefused(ValueError):
    """The plan cannot be simulated, or not as asked for; ``reason`` is a code, ``task_ids`` are the tasks it is about."""

    def __init__(
        self,
        reason: Literal[
            "from_finish", "nothing_uncertain", "range", "driver", "correlation", "amount", "leveled"
        ],
        task_ids: tuple[int, ...] = (),
    ) -> None:
        said = {
            "from_finish": "A plan that is scheduled from its finish has no finish to simulate; schedule it from its start.",
            "nothing_uncertain": "Nothing of this plan is uncertain: no task has remaining work with a range.",
            "range": "A range is optimistic ≤ most likely ≤ pessimistic, all longer than nothing.",
            "driver": "A risk has a probability from 0 to 1 and factors above 0, the lower one first.",
            "correlation": "A correlation is from 0 to 1.",
            "leveled": "Levelled runs know people with one calendar for all of their tasks, no tasks as late as possible, and no people on elapsed tasks.",
            "amount": f"Runs are from 1 to {MOST_RUNS}, seeds from 1 to {LARGEST_SEED}, and fewer runs for very large plans.",
        }
        super().__init__(said[reason])
        self.reason = reason
        self.task_ids = task_ids


@dataclass(frozen=True, slots=True)
class RiskDriver:
    """Something that happens or not, and then makes tasks take longer (or shorter) by one factor for all of them."""

    name: str
    probability: float
    low: float
    high: float
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """By row the remaining minutes; where all three are the same the row is certain."""

    optimistic: Whole
    likely: Whole
    pessimistic: Whole
    shape: Shape = "triangular"
    #: By row the group whose tasks go well or badly together, below 0 for none; by group how much so.
    group: Whole | None = None
    correlation: tuple[float, ...] = ()
    drivers: Sequence[RiskDriver] = ()

    def check(self, remaining: Whole) -> None:
        """Raise RiskRefused for ranges that are none."""
        wrong = (self.optimistic > self.likely) | (self.likely > self.pessimistic)
        wrong |= (remaining > 0) & (self.optimistic < 1) | (self.pessimistic > LONGEST)
        if wrong.any():
            raise RiskRefused("range", tuple(np.flatnonzero(wrong).tolist()))
        if any(not 0 <= each <= 1 for each in self.correlation):
            raise RiskRefused("correlation")
        for one in self.drivers:
            if not (0 <= one.probability <= 1 and 0 < one.low <= one.high <= LARGEST_FACTOR):
                raise RiskRefused("driver")


def by_template(remaining: Whole, below: float, above: float) -> tuple[Whole, Whole, Whole]:
    """A range around what is planned, in percent: ``below`` less and ``above`` more."""
    optimistic = np.rint(remaining * (1 - below / 100)).astype(np.int64)
    pessimistic = np.rint(remaining * (1 + above / 100)).astype(np.int64)
    least = np.minimum(remaining, 1)
    return np.maximum(optimistic, least), remaining.copy(), np.maximum(pessimistic, remaining)


def remaining_of(columns: Columns) -> Whole:
    """By row the minutes that are still to be worked and may vary; 0 for all that is certain."""
    tasks = columns.tasks
    some = is_active(tasks) & ~np.isin(tasks.id, tasks.parent_id) & ~_is_given(tasks)
    some &= (tasks.actual_finish_minute == NOTHING) & (tasks.percent_complete < 100)
    remaining = np.where(
        tasks.remaining_minutes == NOTHING,
        np.maximum(0, tasks.duration_minutes - done_of(tasks)),
        tasks.remaining_minutes,
    )
    minutes = np.where(
        has_begun(tasks), np.where(tasks.duration_minutes == 0, 0, remaining), tasks.duration_minutes
    )
    return np.where(some, minutes, 0)


def has_begun(tasks: TaskColumns) -> Flag:
    """What has an actual start."""
    begun: Flag = tasks.actual_start_minute != NOTHING
    return begun


def done_of(tasks: TaskColumns) -> Whole:
    """By row the minutes that are done, as the engine takes them for tasks that have begun."""
    by_percent = tasks.duration_minutes * tasks.percent_complete // 100
    return np.where(tasks.actual_duration_minutes == 0, by_percent, tasks.actual_duration_minutes)


def is_active(tasks: TaskColumns) -> Flag:
    """What is active itself and in all of its summaries."""
    above = Places(tasks.id).of(tasks.parent_id, or_nothing=True)
    active = np.append(np.array(tasks.is_active, np.bool_), True)
    while not np.array_equal(passed_on := active & np.append(active[above], True), active):
        active = passed_on
    return active[:-1]


def _is_given(tasks: TaskColumns) -> Flag:
    has_start, has_finish = tasks.start_minute != NOTHING, tasks.finish_minute != NOTHING
    by_hand = (tasks.mode == MANUAL_MODE) & ~has_begun(tasks) & (has_start | has_finish)
    given: Flag = np.array(tasks.is_pinned, np.bool_) & has_start & has_finish | by_hand
    return given


def with_remaining(columns: Columns, rows: Whole, minutes: Whole) -> Columns:
    """The plan in which these rows have so much left; what people have to do of them grows and shrinks alike."""
    tasks = columns.tasks
    done = np.where(has_begun(tasks), done_of(tasks), 0)
    duration, remaining = tasks.duration_minutes.copy(), tasks.remaining_minutes.copy()
    actual = tasks.actual_duration_minutes.copy()
    duration[rows] = minutes + done[rows]
    begun = has_begun(tasks)[rows]
    remaining[rows[begun]] = minutes[begun]
    actual[rows[begun]] = done[rows[begun]]
    changed = replace(
        tasks, duration_minutes=duration, remaining_minutes=remaining, actual_duration_minutes=actual
    )
    return replace(columns, tasks=changed, assignments=_with_work(columns, changed))


def _with_work(columns: Columns, changed: TaskColumns) -> AssignmentColumns:
    some = columns.assignments
    rows = Places(columns.tasks.id).of(some.task_id)
    before, after = columns.tasks.duration_minutes[rows], changed.duration_minutes[rows]
    moves = (some.work_minutes != NOTHING) & (before > 0) & (before != after)
    work = some.work_minutes.copy()
    work[moves] = np.rint(work[moves] * (after[moves] / before[moves])).astype(np.int64)
    return replace(some, work_minutes=work)
