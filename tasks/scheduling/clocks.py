"""On which time a task runs."""

from collections.abc import Sequence
from typing import Protocol

from projects.worktime.calendar import WorkingTime
from projects.worktime.shelf import Shelf
from tasks.scheduling.network import Network, Task

Person = tuple[int | None, int | None, float]
"""Calendar, work in minutes, units."""


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

    def __init__(self, network: Network) -> None:
        self.shelf = Shelf(network.calendars)
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
        members = [(self._own_time(task, person), self._minutes(task, person)) for person in people]
        if all(calendar is members[0][0] for calendar, _ in members):
            return members[0][0]
        return TeamTime(task.duration_minutes, members)

    def _own_time(self, task: Task, person: Person) -> WorkingTime:
        calendar = self.shelf.calendar(person[0])
        return calendar if task.calendar_id is None else self.shelf.shared(self.ruler(task), calendar)

    def _minutes(self, task: Task, person: Person) -> int:
        """What a person has to do lasts work by units; without work it is the task's duration."""
        _, work, units = person
        if not task.duration_minutes or not work or units <= 0:
            return task.duration_minutes
        return int(work / units + 0.5)
