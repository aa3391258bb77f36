"""What the walk asks of a plan: who stands where, what runs on which hours, and which dates are given."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from tasks.scheduling.network import Assignment, Link, Network, Task
from tasks.scheduling.tests.minute_hours import DAY, ROOM, Clock, Hours, NotWalked, hours_of

Span = tuple[int, int]


class Team:
    """Several people: the first one begins, the last one who has something to do finishes."""

    def __init__(self, members: Sequence[tuple[Hours, int]], whole: int) -> None:
        self.members = members
        self.whole = whole

    def fit(self, minute: int, work: int) -> Span:
        spans = [(hours.fit(minute, own), own) for hours, own in self.shares(work)]
        start = min([span[0] for span, _ in spans])
        return start, max([start, *(span[1] for span, own in spans if own)])

    def fit_back(self, minute: int, work: int) -> Span:
        spans = [(hours.fit_back(minute, own), own) for hours, own in self.shares(work)]
        finish = max([span[1] for span, _ in spans])
        return min([finish, *(span[0] for span, own in spans if own)]), finish

    def done_after(self, minute: int, work: int) -> int:
        return max([hours.done_after(minute, own) for hours, own in self.shares(work)])

    def begun_before(self, minute: int, work: int) -> int:
        return min([hours.begun_before(minute, own) for hours, own in self.shares(work)])

    def count(self, start: int, finish: int) -> int:
        return max([hours.count(start, finish) for hours, _ in self.members])

    def shares(self, work: int) -> Sequence[tuple[Hours, int]]:
        """Of a part of the work everybody does the own part."""
        if work == self.whole or not self.whole:
            return self.members
        return [(hours, own * work // self.whole) for hours, own in self.members]


class MinutePlan:
    """Rows by id, hours by calendar."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.project = network.project
        self.begin = network.project.start_minute
        self.origin = self.begin // DAY * DAY - ROOM
        self.tasks = {task.id: task for task in network.tasks}
        self.rules = {rules.id: rules for rules in network.calendars}
        self.clock = Clock(self.origin)
        self.hours_of = cache(lambda calendar_id: hours_of(self.rules, calendar_id, self.origin))
        self.hours = cache(self._hours)
        self.length = cache(self._length)

    # Rows and links

    def children(self, task_id: int) -> list[int]:
        return [task.id for task in self.network.tasks if task.parent_id == task_id]

    def spanned(self, task_id: int) -> list[int]:
        """The rows that a summary reaches over: its active ones, or all when none is."""
        rows = self.children(task_id)
        return [row for row in rows if self.is_active(row)] or rows

    def line(self, task_id: int) -> Iterator[Task]:
        """A task and the summaries above it."""
        at: int | None = task_id
        while at is not None:
            yield self.tasks[at]
            at = self.tasks[at].parent_id

    def is_active(self, task_id: int) -> bool:
        return all(row.is_active for row in self.line(task_id))

    def into(self, task_id: int) -> list[Link]:
        """Links of those that hold another."""
        return [
            link
            for link in self.network.links
            if link.successor_id == task_id and self.is_active(link.predecessor_id)
        ]

    def out_of(self, task_id: int) -> list[Link]:
        """Links to those that another hurries for."""
        return [
            link
            for link in self.network.links
            if link.predecessor_id == task_id
            and self.is_active(link.successor_id)
            and self.is_active(task_id)
        ]

    # Working time

    def ruler(self, task: Task) -> Hours:
        """What lag and slack are counted on."""
        own = self.project.calendar_id if task.calendar_id is None else task.calendar_id
        return self.hours_of(own)

    def _hours(self, task: Task) -> Hours | Team:
        """What the task runs on."""
        if task.is_elapsed:
            return self.clock
        members = [
            (self._hours_of_person(task, resource.calendar_id), _own_minutes(task, assignment))
            for assignment in self.network.assignments
            for resource in self.network.resources
            if (assignment.task_id, assignment.resource_id) == (task.id, resource.id)
            and resource.kind == "work"
        ]
        if not members or (task.calendar_id is not None and task.ignores_resource_calendar):
            return self.ruler(task)
        alike = all(hours.flags == members[0][0].flags for hours, _ in members)
        if alike and not self._ends_with_delayed_work(task, max(own for _, own in members)):
            return members[0][0]
        return Team(members, task.duration_minutes)

    def _ends_with_delayed_work(self, task: Task, longest: int) -> bool:
        """Whether all begin later, and their work takes longer than the duration then."""
        kinds = {resource.id: resource.kind for resource in self.network.resources}
        delays = [
            assignment.delay_minutes if assignment.work_minutes and assignment.units > 0 else 0
            for assignment in self.network.assignments
            if assignment.task_id == task.id and kinds.get(assignment.resource_id) == "work"
        ]
        begun = task.actual_start_minute is not None
        return not begun and min(delays) > 0 and longest > task.duration_minutes

    def _hours_of_person(self, task: Task, calendar_id: int | None) -> Hours:
        person = self.hours_of(self.project.calendar_id if calendar_id is None else calendar_id)
        return person if task.calendar_id is None else person.together(self.ruler(task))

    def _length(self, task: Task) -> int:
        """The duration, with the pauses between the pieces of interrupted work."""
        pieces = sorted(task.splits)
        hours = self.hours(task)
        return task.duration_minutes + sum(
            max(0, hours.count(one[1], other[0])) for one, other in pairwise(pieces)
        )

    # Given dates

    def given(self, task: Task) -> Span | None:
        """Dates that are not computed; a finish before the start is taken for the start."""
        span = self._given(task)
        return None if span is None else (span[0], max(span))

    def _given(self, task: Task) -> Span | None:
        start, finish, hours = task.start_minute, task.finish_minute, self.hours(task)
        if task.is_pinned and start is not None and finish is not None:
            return start, finish
        if task.actual_start_minute is not None:
            return task.actual_start_minute, self._really_done(task, task.actual_start_minute)
        if task.mode == "auto" or (start is None and finish is None):
            return None
        if start is None:
            assert finish is not None  # one of them is there
            return hours.begun_before(finish, task.duration_minutes), finish
        return start, hours.done_after(start, task.duration_minutes) if finish is None else finish

    def _really_done(self, task: Task, start: int) -> int:
        """When work that has begun will be, or was."""
        if task.actual_finish_minute is not None:
            return task.actual_finish_minute
        hours = self.hours(task)
        done = task.duration_minutes * task.percent_complete // 100
        stopped = hours.done_after(start, done)
        if done == task.duration_minutes:
            return stopped
        resumed = task.resume_minute if task.resume_minute is not None else self.project.status_minute
        goes_on = stopped if resumed is None else max(resumed, stopped)
        return hours.fit(goes_on, task.duration_minutes - done)[1]


def _own_minutes(task: Task, assignment: Assignment) -> int:
    """Work lasts as long as its units make it, without overtime, after the person's own delay."""
    if not assignment.work_minutes or assignment.units <= 0:
        return task.duration_minutes
    work = max(0, assignment.work_minutes - assignment.overtime_minutes) / assignment.units
    if work != int(work):
        raise NotWalked("parts of a minute")
    return assignment.delay_minutes + int(work)
