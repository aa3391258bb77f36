"""How much of whom a plan needs on each day: a plan and its dates in, minutes by day out. No database, no clock.

The load of an assignment on a day is its units of the working minutes of that day between start and finish, on the
time that the engine gave the task: the person's own, shared with the task's calendar. See docs/decisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from projects.worktime.errors import WorktimeError
from projects.worktime.moments import MINUTES_PER_DAY, first_day_of, last_day_of
from tasks.allocation.capacity import DayMinutes
from tasks.scheduling.reference.clocks import Clocks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from projects.worktime.calendar import WorkingTime
    from tasks.scheduling.network import Assignment, Network, Task

#: Units are hundredths of a percent, so that a plan's loads are integers.
WHOLE = 10_000

Span = tuple[int, int]


class Load(NamedTuple):
    """What one assignment needs: days by their number since 1970-01-01, ascending, with their minutes."""

    days: list[int]
    minutes: list[int]


NO_LOAD = Load([], [])


def loads_of(
    network: Network, spans: Mapping[int, Span], *, task_ids: Collection[int] | None = None,
    resource_ids: Collection[int] | None = None, clocks: Clocks | None = None,
) -> dict[tuple[int, int], Load]:  # fmt: skip
    """By task and resource what the assignments need, of all tasks and resources or of these only.

    Summaries need no people: their children say who works. Neither do milestones, and what is inactive.
    """
    tasks = _working_tasks(network, task_ids)
    workers = {item.id: item.calendar_id for item in network.resources if item.kind == "work"}
    times = Times(network, clocks or Clocks(network))
    found: dict[tuple[int, int], Load] = {}
    for item in network.assignments:
        task = tasks.get(item.task_id)
        span = spans.get(item.task_id)
        if task is None or span is None or item.resource_id not in workers:
            continue
        if resource_ids is not None and item.resource_id not in resource_ids:
            continue
        load = times.load(task, item, workers[item.resource_id], span)
        if load.days:
            found[item.task_id, item.resource_id] = load
    return found


def _working_tasks(network: Network, task_ids: Collection[int] | None) -> dict[int, Task]:
    summaries = {task.parent_id for task in network.tasks}
    resting = {task.id for task in network.tasks if not task.is_active}
    if resting:
        # Parents come before their children in the order of rows.
        for task in network.tasks:
            if task.parent_id in resting:
                resting.add(task.id)
    return {
        task.id: task
        for task in network.tasks
        if (task_ids is None or task.id in task_ids)
        and not task.is_milestone
        and task.id not in summaries
        and task.id not in resting
    }


class Times:
    """The working time of assignments, each calendar counted once."""

    def __init__(self, network: Network, clocks: Clocks) -> None:
        self._clocks = clocks
        self._standard_id = network.project.calendar_id
        self._counted: dict[int, DayMinutes] = {}

    def load(self, task: Task, item: Assignment, calendar_id: int | None, span: Span) -> Load:
        """What one assignment needs between the start and the finish of its task."""
        units = round(item.units * WHOLE)
        if units <= 0:
            return NO_LOAD
        try:
            return self._spread(task, item, self._time(task, calendar_id), span, units)
        except WorktimeError:
            # A calendar without any work: the engine did not ask it, and no work can be done on it.
            return NO_LOAD

    def _spread(self, task: Task, item: Assignment, time: WorkingTime, span: Span, units: int) -> Load:
        days: list[int] = []
        minutes: list[int] = []
        for day, worked in self._worked(time, _pieces(task, item, time, span)):
            needed = (worked * units + WHOLE // 2) // WHOLE
            if days and days[-1] == day:
                minutes[-1] += needed
            elif needed:
                days.append(day)
                minutes.append(needed)
        return Load(days, minutes)

    def _time(self, task: Task, calendar_id: int | None) -> WorkingTime:
        ruler = self._clocks.ruler(task)
        if task.calendar_id is not None and task.ignores_resource_calendar and not task.is_elapsed:
            return ruler
        own = self._clocks.calendars.calendar(self._standard_id if calendar_id is None else calendar_id)
        if task.is_elapsed or task.calendar_id is None:
            return own
        return self._clocks.calendars.shared(ruler, own)

    def _worked(self, time: WorkingTime, pieces: list[Span]) -> Iterator[tuple[int, int]]:
        """Day by day the working minutes of some stretches."""
        for start, finish in pieces:
            first, last = first_day_of(start), last_day_of(finish)
            if first == last:
                yield first, time.between(start, finish)
                continue
            yield first, time.between(start, (first + 1) * MINUTES_PER_DAY)
            if last - first > 1:
                counted = self._counted.setdefault(id(time), DayMinutes(time))
                yield from zip(range(first + 1, last), counted.each(first + 1, last - 1), strict=True)
            yield last, time.between(last * MINUTES_PER_DAY, finish)


def _pieces(task: Task, item: Assignment, time: WorkingTime, span: Span) -> list[Span]:
    """When a person is there: after the assignment's delay, until its work is done, without the pauses of a split."""
    start, finish = span
    if item.delay_minutes:
        start = time.add(start, item.delay_minutes)
    if item.work_minutes and not task.is_elapsed:
        work = max(0, item.work_minutes - item.overtime_minutes)
        pieces = _split(task, time, start, finish)
        return _first_minutes(time, pieces, int(work / item.units + 0.5))
    return _split(task, time, start, finish)


def _split(task: Task, time: WorkingTime, start: int, finish: int) -> list[Span]:
    if start >= finish:
        return []
    if not task.splits:
        return [(start, finish)]
    pieces = sorted(task.splits)
    origin = pieces[0][0]
    if origin != start:
        # It has moved, and kept its pauses.
        pieces = [
            (time.add(start, time.between(origin, a)), time.add(start, time.between(origin, b)))
            for a, b in pieces
        ]
    # What lies behind the last piece is still worked: the task has become longer.
    pieces[-1] = (pieces[-1][0], max(pieces[-1][1], finish))
    cut = [(max(a, start), min(b, finish)) for a, b in pieces]
    return [(a, b) for a, b in cut if a < b]


def _first_minutes(time: WorkingTime, pieces: list[Span], minutes: int) -> list[Span]:
    found: list[Span] = []
    for start, finish in pieces:
        worked = time.between(start, finish)
        if worked > minutes:
            return [*found, (start, time.add(start, minutes))] if minutes else found
        found.append((start, finish))
        minutes -= worked
    return found
