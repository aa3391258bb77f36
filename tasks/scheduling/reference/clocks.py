"""On which time a task runs."""

from collections.abc import Sequence
from typing import Protocol

from projects.worktime.calendar import NO_TABLE, Table, WorkingTime
from projects.worktime.calendars import Calendars
from tasks.scheduling.network import Network, Task
from tasks.scheduling.reference.people import Person, finishes_late

FAR = 1 << 60


class Clock(Protocol):
    """What the passes ask of time. Whatever lies inside of the table they look up there, without a call."""

    table: Table

    def fit(self, moment: int, minutes: int) -> tuple[int, int]: ...

    def fit_back(self, moment: int, minutes: int) -> tuple[int, int]: ...

    def add(self, moment: int, minutes: int) -> int: ...

    def subtract(self, moment: int, minutes: int) -> int: ...

    def between(self, start: int, finish: int) -> int: ...


class ElapsedTime:
    """The wall clock: every minute counts."""

    table = NO_TABLE

    def fit(self, moment: int, minutes: int) -> tuple[int, int]:
        return moment, moment + minutes

    def fit_back(self, moment: int, minutes: int) -> tuple[int, int]:
        return moment - minutes, moment

    def add(self, moment: int, minutes: int) -> int:
        return moment + minutes

    def subtract(self, moment: int, minutes: int) -> int:
        return moment - minutes

    def between(self, start: int, finish: int) -> int:
        return finish - start


class TeamTime:
    """Several people, each on an own calendar: the first one begins, the last one finishes.

    A member is a calendar and the minutes that this person has to do of the task's ``duration``.
    """

    table = NO_TABLE

    def __init__(self, duration: int, members: Sequence[tuple[WorkingTime, int]]) -> None:
        self.duration = duration
        self.members = tuple(members)

    def fit(self, moment: int, minutes: int) -> tuple[int, int]:
        # No one works between the first one's start and an own one: each may be asked from the same moment on.
        start, finish = FAR, -FAR
        for calendar, own in self._shares(minutes):
            begin, end = calendar.fit(moment, own)
            if begin < start:
                start = begin
            if own and end > finish:
                finish = end
        return start, max(start, finish)

    def fit_back(self, moment: int, minutes: int) -> tuple[int, int]:
        start, finish = FAR, -FAR
        for calendar, own in self._shares(minutes):
            begin, end = calendar.fit_back(moment, own)
            if end > finish:
                finish = end
            if own and begin < start:
                start = begin
        return min(start, finish), finish

    def add(self, moment: int, minutes: int) -> int:
        return max([calendar.add(moment, own) for calendar, own in self._shares(minutes)])

    def subtract(self, moment: int, minutes: int) -> int:
        return min([calendar.subtract(moment, own) for calendar, own in self._shares(minutes)])

    def between(self, start: int, finish: int) -> int:
        return max([calendar.between(start, finish) for calendar, _ in self.members])

    def _shares(self, minutes: int) -> Sequence[tuple[WorkingTime, int]]:
        """What everybody does of so many minutes of the task."""
        if minutes == self.duration or not self.duration:
            return self.members
        return [(calendar, own * minutes // self.duration) for calendar, own in self.members]


ELAPSED = ElapsedTime()


class Clocks:
    """Finds the clock that a task runs on and the calendar that its slack and lag are measured on."""

    def __init__(self, network: Network, calendars: Calendars | None = None) -> None:
        self.calendars = calendars or Calendars(network.calendars)
        self.standard = self.calendars.calendar(network.project.calendar_id)

    def ruler(self, task: Task) -> WorkingTime:
        """The task's own calendar, or else the project's."""
        return self.standard if task.calendar_id is None else self.calendars.calendar(task.calendar_id)

    def clock(self, task: Task, people: Sequence[Person]) -> Clock:
        """The working time of the people on a task within that of the task."""
        if task.is_elapsed:
            return ELAPSED
        ruler = self.ruler(task)
        if not people or (task.calendar_id is not None and task.ignores_resource_calendar):
            return ruler
        members = [
            (self._own_time(task, calendar_id), task.duration_minutes if minutes is None else minutes)
            for calendar_id, minutes, _ in people
        ]
        first, *others = [calendar for calendar, _ in members]
        if others.count(first) == len(others) and not finishes_late(task, people):
            return first
        return TeamTime(task.duration_minutes, members)

    def _own_time(self, task: Task, calendar_id: int | None) -> WorkingTime:
        calendar = self.calendars.calendar(calendar_id)
        return calendar if task.calendar_id is None else self.calendars.shared(self.ruler(task), calendar)
