"""The rules of docs/conformance.md once more, so slowly that each can be read: time is walked minute by minute.

Nothing of the engine is used, neither its calendars nor its order of rows, so that where both agree, neither the tables and
bisections of the one nor a slip in the other can be the reason. It knows links, lags, calendars, constraints, deadlines,
summaries, elapsed durations, tasks as late as possible, and people who share one calendar.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from tasks.scheduling.network import Link, Network, Task
from tasks.scheduling.tests.minute_hours import DAY, ROOM, Clock, Hours, NotWalked, hours_of


class Walked(NamedTuple):
    """What comes out for one task."""

    start: int
    finish: int
    late_start: int
    late_finish: int
    total_slack: int
    free_slack: int


def refuse_unknown(network: Network) -> None:
    """What decides dates by rules of its own."""
    for task in network.tasks:
        given = task.is_pinned or task.mode == "manual" or task.actual_start_minute is not None
        if given or task.splits or task.leveling_delay_minutes or not task.is_active:
            raise NotWalked(f"task {task.id}")
    busy = [assignment.task_id for assignment in network.assignments]
    if network.project.multiple_critical_paths or len(set(busy)) < len(busy):
        raise NotWalked("several critical paths, or several people")


class MinuteWalk:
    """Asks for each task what it needs to know, wherever that stands."""

    def __init__(self, network: Network) -> None:
        refuse_unknown(network)
        self.network = network
        self.project = network.project
        self.begin = network.project.start_minute
        self.origin = self.begin // DAY * DAY - ROOM
        self.tasks = {task.id: task for task in network.tasks}
        self.rules = {rules.id: rules for rules in network.calendars}
        self.clock = Clock(self.origin)
        self.held: dict[int, tuple[int, int]] = {}
        self._early = cache(self._find_early)
        self._late = cache(self._find_late)
        self.hours_of = cache(lambda calendar_id: hours_of(self.rules, calendar_id, self.origin))
        if self.project.from_finish:
            self._begin_late_enough()
        else:
            self.end = max([self.early(task.id)[1] for task in network.tasks])
        self.held = {
            task.id: self.late(task.id)
            for task in network.tasks
            if task.constraint_type == "ALAP"
            and not self.children(task.id)
            and self.late(task.id)[0] > self.early(task.id)[0]
        }
        self._early = cache(self._find_early)

    def _begin_late_enough(self) -> None:
        """A plan that has to be done by a date begins when its first task has to."""
        finish = self.project.finish_minute
        self.begin = self.end = self.begin if finish is None else finish
        self.begin = min([self.late(task.id)[0] for task in self.network.tasks if not self.children(task.id)])
        self._early, self._late = cache(self._find_early), cache(self._find_late)

    def dates(self, task_id: int) -> Walked:
        """Everything about one task."""
        return Walked(
            *self.early(task_id), *self.late(task_id), self.total_slack(task_id), self.free_slack(task_id)
        )

    # The plan

    def children(self, task_id: int) -> list[int]:
        return [task.id for task in self.network.tasks if task.parent_id == task_id]

    def line(self, task_id: int) -> Iterator[Task]:
        """A task and the summaries above it."""
        at: int | None = task_id
        while at is not None:
            yield self.tasks[at]
            at = self.tasks[at].parent_id

    def into(self, task_id: int) -> list[Link]:
        return [link for link in self.network.links if link.successor_id == task_id]

    def out_of(self, task_id: int) -> list[Link]:
        return [link for link in self.network.links if link.predecessor_id == task_id]

    # Working time

    def ruler(self, task: Task) -> Hours:
        """What lag and slack are counted on."""
        own = self.project.calendar_id if task.calendar_id is None else task.calendar_id
        return self.hours_of(own)

    def hours(self, task: Task) -> Hours:
        """What the task runs on."""
        if task.is_elapsed:
            return self.clock
        people = [
            resource.calendar_id
            for resource in self.network.resources
            for assignment in self.network.assignments
            if (assignment.task_id, assignment.resource_id) == (task.id, resource.id)
            and resource.kind == "work"
        ]
        if not people or (task.calendar_id is not None and task.ignores_resource_calendar):
            return self.ruler(task)
        (calendar_id,) = people
        person = self.hours_of(self.project.calendar_id if calendar_id is None else calendar_id)
        return person if task.calendar_id is None else person.together(self.ruler(task))

    # Forward

    def early(self, task_id: int) -> tuple[int, int]:
        """Early start and finish."""
        return self._early(task_id)

    def _find_early(self, task_id: int) -> tuple[int, int]:
        rows = self.children(task_id)
        if rows:
            found = [self.early(row) for row in rows]
            return min(start for start, _ in found), max(finish for _, finish in found)
        return self.held.get(task_id) or self._bound(task_id, *self.asked(task_id))

    def after_lag(self, link: Link, task_id: int) -> int:
        """Where a link lets its successor begin, or end."""
        before = self.early(link.predecessor_id)
        moment = before[0] if link.link_type in ("SS", "SF") else before[1]
        hours = self.clock if link.lag_kind.startswith("elapsed") else self.ruler(self.tasks[task_id])
        return hours.moved(moment, self.lag(link))

    def lag(self, link: Link) -> int:
        """In minutes."""
        if not link.lag_kind.endswith("percent"):
            return link.lag_minutes
        length = self.tasks[link.predecessor_id].duration_minutes
        if self.children(link.predecessor_id):
            length = self.hours_of(self.project.calendar_id).count(*self.early(link.predecessor_id))
        minutes = length * link.lag_percent / 100
        if minutes != int(minutes):
            raise NotWalked("parts of a minute")
        return int(minutes)

    def asked(self, task_id: int) -> tuple[int, int]:
        """Where the links and the dates that only push let it lie."""
        starts: list[int] = []
        finishes: list[int] = []
        for row in self.line(task_id):
            for link in self.into(row.id):
                into = finishes if link.link_type in ("FF", "SF") else starts
                into.append(self.after_lag(link, row.id))
            if row.constraint_type == "SNET" and row.constraint_minute is not None:
                starts.append(row.constraint_minute)
            if row.constraint_type == "FNET" and row.constraint_minute is not None:
                finishes.append(row.constraint_minute)
        if not starts and not finishes:
            starts = [self.begin]
        start, finish = self.fitted(task_id, max(starts)) if starts else (-ROOM, -ROOM)
        if finishes and max(finishes) > finish:
            start, finish = self._up_to(task_id, max(finishes), start)
        if start < self.begin and self._only_led_there(task_id):
            start, finish = self.fitted(task_id, self.begin)
        return start, finish

    def fitted(self, task_id: int, moment: int) -> tuple[int, int]:
        """Begin at the next working minute; a milestone where it is asked to be."""
        task = self.tasks[task_id]
        if not task.duration_minutes:
            return moment, moment
        hours = self.hours(task)
        start = hours.opening(moment)
        return start, hours.done_after(start, task.duration_minutes)

    def _up_to(self, task_id: int, finish: int, start: int) -> tuple[int, int]:
        """An exact finish stays in its shift, beginning included; between shifts it goes back to the end of the last."""
        task = self.tasks[task_id]
        if not task.duration_minutes:
            return finish, finish
        ruler = self.ruler(task)
        if not ruler.worked(finish):
            finish = ruler.closing(finish)
        return max(start, self.hours(task).begun_before(finish, task.duration_minutes)), finish

    def _only_led_there(self, task_id: int) -> bool:
        """Behind predecessors none of which lies before the project start itself."""
        before = [
            self.early(link.predecessor_id)[0] for row in self.line(task_id) for link in self.into(row.id)
        ]
        return bool(before) and min(before) >= self.begin

    def _bound(self, task_id: int, start: int, finish: int) -> tuple[int, int]:
        """No-later-than dates pull back, must dates hold."""
        task, hours = self.tasks[task_id], self.hours(self.tasks[task_id])
        kind, date, honored = task.constraint_type, task.constraint_minute, self.project.honors_constraints
        if date is None:
            return start, finish
        if (kind == "MSO" and (honored or start < date)) or (kind == "SNLT" and honored and start > date):
            return self.fitted(task_id, date)
        if (kind == "MFO" and (honored or finish < date)) or (kind == "FNLT" and honored and finish > date):
            return hours.begun_before(date, task.duration_minutes), date
        return start, finish

    # Backward

    def late(self, task_id: int) -> tuple[int, int]:
        """Late start and finish."""
        return self._late(task_id)

    def _find_late(self, task_id: int) -> tuple[int, int]:
        rows = self.children(task_id)
        if rows:
            found = [self.late(row) for row in rows]
            return min(start for start, _ in found), max(finish for _, finish in found)
        starts, finishes = self._ceilings(task_id)
        task = self.tasks[task_id]
        if task.constraint_minute is not None and self.project.honors_constraints:
            if task.constraint_type == "MSO":
                starts, finishes = [task.constraint_minute], []
            elif task.constraint_type == "MFO":
                starts, finishes = [], [task.constraint_minute]
        last = min([*finishes, self.end])
        if not task.duration_minutes:
            return (min([*starts, last]),) * 2
        hours = self.hours(task)
        finish = hours.closing(last)
        start = hours.begun_before(finish, task.duration_minutes)
        if starts and min(starts) < start:
            start, finish = self.fitted(task_id, min(starts))
        return start, finish

    def _ceilings(self, task_id: int) -> tuple[list[int], list[int]]:
        """What successors, deadlines and no-later-than dates allow; those of summaries hold for their tasks, too."""
        starts: list[int] = []
        finishes: list[int] = []
        for row in self.line(task_id):
            for link in self.out_of(row.id):
                after = self.late(link.successor_id)
                moment = after[1] if link.link_type in ("FF", "SF") else after[0]
                successor = self.tasks[link.successor_id]
                hours = self.clock if link.lag_kind.startswith("elapsed") else self.ruler(successor)
                into = starts if link.link_type in ("SS", "SF") else finishes
                into.append(hours.moved(moment, -self.lag(link)))
            if row.deadline_minute is not None:
                finishes.append(row.deadline_minute)
            if row.constraint_type == "SNLT" and row.constraint_minute is not None:
                starts.append(row.constraint_minute)
            if row.constraint_type == "FNLT" and row.constraint_minute is not None:
                finishes.append(row.constraint_minute)
        return starts, finishes

    # Slack

    def measure(self, task_id: int) -> Hours:
        """Slack is counted as the duration is."""
        task = self.tasks[task_id]
        return self.clock if task.is_elapsed else self.ruler(task)

    def total_slack(self, task_id: int) -> int:
        """The smaller one of start and finish, from where the links wanted it if a date pulled it back."""
        start, finish = self.early(task_id)
        late_start, late_finish = self.late(task_id)
        if not self.children(task_id) and task_id not in self.held and self._has_predecessor_or_date(task_id):
            wanted = self.asked(task_id)
            if start < wanted[0]:
                start, finish = wanted
        hours = self.measure(task_id)
        return min(hours.count(start, late_start), hours.count(finish, late_finish))

    def _has_predecessor_or_date(self, task_id: int) -> bool:
        return any(self.into(row.id) for row in self.line(task_id))

    def free_slack(self, task_id: int) -> int:
        """To the nearest successor from where the lag ends, else to the end; never more than there is in all."""
        hours = self.measure(task_id)
        gaps = []
        for link in self.out_of(task_id):
            after = self.early(link.successor_id)
            moment = after[1] if link.link_type in ("FF", "SF") else after[0]
            gaps.append(hours.count(self.after_lag(link, link.successor_id), moment))
        if not gaps:
            gaps = [hours.count(self.early(task_id)[1], self.end)]
        return max(0, min([*gaps, self.total_slack(task_id)]))
