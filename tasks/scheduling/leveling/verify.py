"""Whether a levelled plan is what it says: replayed by the engine, and walked minute by minute by what shares nothing with construct.

The walk knows the columns, the dates that the engine gives and the calendars, and counts each minute of each person.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from projects.worktime.calendars import Calendars
from projects.worktime.moments import MINUTES_PER_DAY
from tasks.scheduling.columns import CODES, NOTHING, Columns
from tasks.scheduling.leveling.bound_checking import bound_faults
from tasks.scheduling.leveling.leveled import Leveled
from tasks.scheduling.schedule import schedule
from tasks.scheduling.scheduled import ScheduledColumns

Minutes = NDArray[np.bool_]


class LevelingRejected(AssertionError):
    """A levelled plan is not what it says: a fault of the program, and the plan is not given."""


def verify(leveled: Leveled) -> ScheduledColumns:
    """The plan as the engine has it; raises LevelingRejected for any difference to what was promised."""
    plan = schedule(leveled.columns)
    walk = Walk(leveled.columns, plan)
    dates = zip(plan.start.tolist(), plan.finish.tolist(), strict=True)
    promised = zip(leveled.start, leveled.finish, strict=True)
    faults = [
        f"Task {task_id} lies at {found}, not at {said}."
        for task_id, found, said, inactive in zip(
            plan.id.tolist(), dates, promised, walk.inactive, strict=True
        )
        if found != said and not inactive
    ]
    if plan.project_finish != leveled.finish_after:
        faults.append(f"The plan ends at {plan.project_finish}, not at {leveled.finish_after}.")
    faults += overloads(leveled, walk)
    if leveled.bound is not None:
        faults += bound_faults(leveled.columns, leveled.elsewhere, leveled.bound, walk)
    if faults:
        raise LevelingRejected(*faults)
    return plan


def overloads(leveled: Leveled, walk: "Walk") -> list[str]:
    """A sentence for each person with more to do in a minute than there is of them, beyond what is reported."""
    faults = []
    for resource in leveled.columns.resources:
        if resource.kind != "work":
            continue
        there = max(0, round(resource.max_units * 10_000))
        clipped = {one.task_id for one in leveled.too_many_units if one.person_id == resource.id}
        asked = walk.asked_of(resource.id, there, clipped)
        for begin, end, units in leveled.elsewhere.get(resource.id, ()):
            asked[max(0, begin - walk.low) : max(0, end - walk.low)] += min(units, there)
        for clash in leveled.clashes:
            if clash.person_id == resource.id:
                asked[max(0, clash.begin - walk.low) : max(0, clash.end - walk.low)] = 0
        over = np.flatnonzero(asked > there)
        if len(over):
            faults.append(f"Person {resource.id} has too much at {walk.low + int(over[0])}.")
    return faults


@dataclass(slots=True)
class Walk:
    """All minutes from the first to the last that a task touches."""

    columns: Columns
    plan: ScheduledColumns
    low: int = 0
    high: int = 0
    working: dict[int | None, Minutes] = field(default_factory=dict)
    calendars: Calendars = field(init=False)
    row_of: dict[int, int] = field(init=False)
    calendar_of: dict[int, int | None] = field(init=False)
    inactive: Minutes = field(init=False)
    left_out: Minutes = field(init=False)

    def __post_init__(self) -> None:
        first = int(self.plan.start.min(initial=self.columns.project.start_minute))
        last = int(self.plan.finish.max(initial=first))
        self.low = first // MINUTES_PER_DAY * MINUTES_PER_DAY
        self.high = (last // MINUTES_PER_DAY + 1) * MINUTES_PER_DAY
        self.calendars = Calendars(self.columns.calendars)
        self.row_of = {pk: row for row, pk in enumerate(self.columns.tasks.id.tolist())}
        self.calendar_of = {each.id: each.calendar_id for each in self.columns.resources}
        above = [self.row_of.get(one, -1) for one in self.columns.tasks.parent_id.tolist()]
        self.inactive = self._inactive(above)
        self.left_out = self.inactive | (self.columns.tasks.duration_minutes == 0)
        self.left_out[[row for row in set(above) if row >= 0]] = True  # summaries

    def asked_of(
        self, person_id: int, there: int, clipped: Iterable[int], only: Container[int] | None = None
    ) -> NDArray[np.int64]:
        """By minute the units that are asked of a person, by all tasks or some; of the tasks in ``clipped`` no more than there is."""
        asked = np.zeros(self.high - self.low, np.int64)
        some = self.columns.assignments
        mine = np.flatnonzero(some.resource_id == person_id)
        alone = set(clipped)
        for task_id in dict.fromkeys(some.task_id[mine].tolist()):
            row = self.row_of[task_id]
            if only is not None and task_id not in only:
                continue
            if self.left_out[row] or self.plan.start[row] >= self.plan.finish[row]:
                continue
            start, finish = int(self.plan.start[row]) - self.low, int(self.plan.finish[row]) - self.low
            own = np.zeros(finish - start, np.int64)
            for one in mine[some.task_id[mine] == task_id].tolist():
                units = float(some.units[one])
                if units > 0:
                    own[self._worked(one, row, start, finish)] += max(1, round(units * 10_000))
            asked[start:finish] += np.minimum(own, there) if task_id in alone else own
        return asked

    def _worked(self, one: int, row: int, start: int, finish: int) -> NDArray[np.int64]:
        """The minutes between start and finish in which an assignment is worked on."""
        minutes = np.flatnonzero(self._time(one, row)[start:finish])
        if self._is_given(row) or row in self.columns.tasks.splits:
            return minutes
        some = self.columns.assignments
        work, units = int(some.work_minutes[one]), float(some.units[one])
        if work in (NOTHING, 0):
            return minutes[: int(self.columns.tasks.duration_minutes[row])]
        delay = int(some.delay_minutes[one])
        long = int(max(0, work - int(some.overtime_minutes[one])) / units + 0.5)
        return minutes[delay : delay + long]

    def _time(self, one: int, row: int) -> Minutes:
        tasks = self.columns.tasks
        if tasks.is_elapsed[row]:
            return np.ones(self.high - self.low, np.bool_)
        own = int(tasks.calendar_id[row])
        if own != NOTHING and tasks.ignores_resource_calendar[row]:
            return self._working(own)
        person = int(self.columns.assignments.resource_id[one])
        calendar_id = self.calendar_of[person]
        theirs = self._working(self.columns.project.calendar_id if calendar_id is None else calendar_id)
        return theirs if own == NOTHING else theirs & self._working(own)

    def _working(self, calendar_id: int | None) -> Minutes:
        if calendar_id not in self.working:
            is_working = np.zeros(self.high - self.low, np.bool_)
            first, last = self.low // MINUTES_PER_DAY, self.high // MINUTES_PER_DAY
            for begin, end in self.calendars.calendar(calendar_id).shifts_of(first - 2, last):
                is_working[max(0, begin - self.low) : max(0, end - self.low)] = True
            self.working[calendar_id] = is_working
        return self.working[calendar_id]

    def _is_given(self, row: int) -> bool:
        tasks = self.columns.tasks
        start, finish = tasks.start_minute[row] != NOTHING, tasks.finish_minute[row] != NOTHING
        is_manual = tasks.mode[row] == CODES["mode"]["manual"] and (start or finish)
        is_pinned = tasks.is_pinned[row] and start and finish
        return bool(is_pinned or is_manual or tasks.actual_start_minute[row] != NOTHING)

    def _inactive(self, above: list[int]) -> Minutes:
        """Rows that are inactive or stand under one that is."""
        own = ~self.columns.tasks.is_active
        found = own.copy()
        for row in range(len(above)):
            at = row
            while at >= 0 and not own[at]:
                at = above[at]
            found[row] = at >= 0
        return found
