"""On which time a task runs."""

from collections.abc import Sequence
from typing import Protocol

from projects.worktime.calendar import WorkingTime
from projects.worktime.shelf import Shelf
from tasks.scheduling.network import Network, Task

Person = tuple[int | None, int | None]
"""Calendar, and the minutes that this person is there from the start of the task on; None for its duration."""


class Clock(Protocol):
    """What the passes ask of time."""

    def fit(self, moment: int, minutes: int) -> tuple[int, int]: ...

    def fit_back(self, moment: int, minutes: int) -> tuple[int, int]: ...

    def add(self, moment: int, minutes: int) -> int: ...

    def subtract(self, moment: int, minutes: int) -> int: ...

    def between(self, start: int, finish: int) -> int: ...


class ElapsedTime:
    """The wall clock: every minute counts."""

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

    def __init__(self, duration: int, members: Sequence[tuple[WorkingTime, int]]) -> None:
        self.duration = duration
        self.members = tuple(members)

    def fit(self, moment: int, minutes: int) -> tuple[int, int]:
        start = min(calendar.next_working(moment) for calendar, _ in self.members)
        return start, self.add(start, minutes)

    def fit_back(self, moment: int, minutes: int) -> tuple[int, int]:
        finish = max(calendar.previous_working(moment) for calendar, _ in self.members)
        return self.subtract(finish, minutes), finish

    def add(self, moment: int, minutes: int) -> int:
        return max(calendar.add(moment, self._share(own, minutes)) for calendar, own in self.members)

    def subtract(self, moment: int, minutes: int) -> int:
        return min(calendar.subtract(moment, self._share(own, minutes)) for calendar, own in self.members)

    def between(self, start: int, finish: int) -> int:
        return max(calendar.between(start, finish) for calendar, _ in self.members)

    def _share(self, own: int, minutes: int) -> int:
        if minutes == self.duration or not self.duration:
            return own
        return own * minutes // self.duration


ELAPSED = ElapsedTime()


class Clocks:
    """Finds the clock that a task runs on and the calendar that its slack and lag are measured on."""

    def __init__(self, network: Network, shelf: Shelf | None = None) -> None:
        self.shelf = shelf or Shelf(network.calendars)
        self.standard = self.shelf.calendar(network.project.calendar_id)

    def ruler(self, task: Task) -> WorkingTime:
        """The task's own calendar, or else the project's."""
        return self.standard if task.calendar_id is None else self.shelf.calendar(task.calendar_id)

    def clock(self, task: Task, people: Sequence[Person]) -> Clock:
        """The working time of the people on a task within that of the task."""
        if task.is_elapsed:
            return ELAPSED
        ruler = self.ruler(task)
        if not people or (task.calendar_id is not None and task.ignores_resource_calendar):
            return ruler
        members = [
            (self._own_time(task, calendar_id), task.duration_minutes if minutes is None else minutes)
            for calendar_id, minutes in people
        ]
        if all(calendar is members[0][0] for calendar, _ in members):
            return members[0][0]
        return TeamTime(task.duration_minutes, members)

    def _own_time(self, task: Task, calendar_id: int | None) -> WorkingTime:
        calendar = self.shelf.calendar(calendar_id)
        return calendar if task.calendar_id is None else self.shelf.shared(self.ruler(task), calendar)
