"""On which time a task runs."""

from collections.abc import Sequence
from typing import Protocol

from projects.worktime.calendar import WorkingTime
from projects.worktime.shelf import Shelf
from tasks.scheduling.network import Network, Task


class Clock(Protocol):
    """What the passes ask of time."""

    def next_working(self, moment: int) -> int: ...

    def previous_working(self, moment: int) -> int: ...

    def add(self, moment: int, minutes: int) -> int: ...

    def subtract(self, moment: int, minutes: int) -> int: ...

    def between(self, start: int, finish: int) -> int: ...


class ElapsedTime:
    """The wall clock: every minute counts."""

    def next_working(self, moment: int) -> int:
        return moment

    def previous_working(self, moment: int) -> int:
        return moment

    def add(self, moment: int, minutes: int) -> int:
        return moment + minutes

    def subtract(self, moment: int, minutes: int) -> int:
        return moment - minutes

    def between(self, start: int, finish: int) -> int:
        return finish - start


class TeamTime:
    """Several people, each on an own calendar: the first one begins, the last one finishes."""

    def __init__(self, members: Sequence[WorkingTime]) -> None:
        self.members = tuple(members)

    def next_working(self, moment: int) -> int:
        return min(member.next_working(moment) for member in self.members)

    def previous_working(self, moment: int) -> int:
        return max(member.previous_working(moment) for member in self.members)

    def add(self, moment: int, minutes: int) -> int:
        return max(member.add(moment, minutes) for member in self.members)

    def subtract(self, moment: int, minutes: int) -> int:
        return min(member.subtract(moment, minutes) for member in self.members)

    def between(self, start: int, finish: int) -> int:
        return max(member.between(start, finish) for member in self.members)


ELAPSED = ElapsedTime()


class Clocks:
    """Finds the clock that a task runs on and the calendar that its slack and lag are measured on."""

    def __init__(self, network: Network) -> None:
        self.shelf = Shelf(network.calendars)
        self.standard = self.shelf.calendar(network.project.calendar_id)
        self._project_calendar_id = network.project.calendar_id
        self._teams: dict[tuple[int, ...], TeamTime] = {}

    def ruler(self, task: Task) -> WorkingTime:
        """The task's own calendar, or else the project's."""
        return (
            self.standard
            if task.calendar_id is None
            else self.shelf.calendar(task.calendar_id)
        )

    def clock(self, task: Task, people: Sequence[int | None]) -> Clock:
        """The working time of the people (given by their calendars) within that of the task."""
        if task.is_elapsed:
            return ELAPSED
        ruler = self.ruler(task)
        if not people or (
            task.calendar_id is not None and task.ignores_resource_calendar
        ):
            return ruler
        own = [
            self.standard if person is None else self.shelf.calendar(person)
            for person in people
        ]
        if task.calendar_id is not None:
            own = [self.shelf.shared(ruler, member) for member in own]
        members = {id(member): member for member in own}
        if len(members) == 1:
            return own[0]
        key = tuple(sorted(members))
        if key not in self._teams:
            self._teams[key] = TeamTime([members[k] for k in key])
        return self._teams[key]
