"""Why does it end on Friday? On whose time a task runs from its start on, and which days of that are off."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal, NamedTuple

from projects.worktime.moments import first_day_of, last_day_of
from projects.worktime.recurrence import days_of
from projects.worktime.rules import CalendarRules
from tasks.scheduling.explain.why import Reason, why
from tasks.scheduling.network import Assignment, Network, Task
from tasks.scheduling.plan import Plan
from tasks.scheduling.reference.clocks import Clocks
from tasks.scheduling.reference.people import Person, person_of, presence_of

DayOffKind = Literal["calendar", "resource"]


class DaysOff(NamedTuple):
    """Days of a stretch without work: of a calendar by a name (a holiday), or because a person is away."""

    first: int
    last: int
    kind: DayOffKind
    name: str = ""


class Run(NamedTuple):
    """What a duration is counted on: the clock, a calendar, or the person who is done last."""

    kind: Literal["elapsed", "calendar", "resource"]
    id: int | None = None  # of the calendar (None is the standard one) or of the resource
    weekly: int = 0  # days off of the ordinary week in between
    special: tuple[DaysOff, ...] = ()


def why_finish(plan: Plan, task_id: int, network: Network) -> list[Reason]:
    """The chain behind a finish: a summary ends with its last child, whatever begins first."""
    chain: list[Reason] = []
    at = task_id
    while (driver := plan.tasks[at].driver).kind == "children" and driver.via_id is not None:
        chain.append(Reason(at, driver))
        at = driver.via_id
    return [*chain, *why(plan, at, network)]


class Runs:
    """Says of tasks what their duration is counted on."""

    def __init__(self, network: Network, plan: Plan) -> None:
        self.network, self.plan = network, plan
        self.clocks = Clocks(network)
        self.tasks = {task.id: task for task in network.tasks}
        self.summaries = {task.parent_id for task in network.tasks}
        self.rules = {rules.id: rules for rules in network.calendars}
        self.presence = presence_of(network.project, network.resources)
        self.assigned: dict[int, list[Assignment]] = {}
        for assignment in network.assignments:
            self.assigned.setdefault(assignment.task_id, []).append(assignment)

    def of(self, task_id: int) -> Run | None:
        """None where nothing is counted: summaries, milestones, dates that are given."""
        task = self.tasks[task_id]
        if task_id in self.summaries or not task.duration_minutes:
            return None
        if self.plan.tasks[task_id].driver.kind in {"manual", "pinned"}:
            return None
        if task.is_elapsed:
            return Run("elapsed")
        person = self._last_person(task)
        ruler_id = self.network.project.calendar_id if task.calendar_id is None else task.calendar_id
        if person is None:
            return Run("calendar", ruler_id, *self._days_off(task, [ruler_id], None))
        resource_id, own_id = person
        base_id = self._base_of(own_id)
        calendars = [base_id] if task.calendar_id is None else [base_id, task.calendar_id]
        return Run("resource", resource_id, *self._days_off(task, calendars, own_id))

    def _last_person(self, task: Task) -> tuple[int, int] | None:
        """Who is done last, with the calendar that is only this person's; None where all work on that of the project."""
        if task.calendar_id is not None and task.ignores_resource_calendar:
            return None
        start = self.plan.tasks[task.id].start
        ends: list[tuple[int, int, int | None]] = []
        for assignment in self.assigned.get(task.id, ()):
            person = person_of(assignment, self.presence)
            if person is None:
                continue
            minutes = task.duration_minutes if person.minutes is None else person.minutes
            finish = self.clocks.clock(task, [Person(person.calendar_id)]).fit(start, minutes)[1]
            ends.append((finish, -assignment.resource_id, person.calendar_id))
        if not ends:
            return None
        _, resource_id, calendar_id = max(ends, key=lambda end: end[:2])
        if calendar_id is None or calendar_id == self.network.project.calendar_id:
            return None
        return -resource_id, calendar_id

    def _days_off(
        self, task: Task, calendar_ids: list[int | None], own_id: int | None
    ) -> tuple[int, tuple[DaysOff, ...]]:
        """Of the calendars all of which have to be open; and of a person's own one, where they are away."""
        dates = self.plan.tasks[task.id]
        first, last = first_day_of(dates.start), last_day_of(dates.finish)
        opened = set.intersection(*(self._worked(pk, first, last) for pk in calendar_ids))
        named = self._named(calendar_ids, first, last)
        away: dict[int, str] = {}
        worked = opened
        if own_id is not None and own_id not in calendar_ids:
            away = _exceptions(self.rules[own_id], first, last)
            worked = opened & self._worked(own_id, first, last)
        weekly = 0
        special: list[DaysOff] = []
        for day in range(first, last + 1):
            if day in opened and day in away:
                # Without its name: why a person is away is not told.
                special.append(DaysOff(day, day, "resource"))
            elif day not in worked and day in named:
                special.append(DaysOff(day, day, "calendar", named[day]))
            elif day not in worked:
                weekly += 1
        return weekly, tuple(_joined(special))

    def _worked(self, calendar_id: int | None, first: int, last: int) -> set[int]:
        shifts = self.clocks.calendars.calendar(calendar_id).shifts_of(first - 1, last + 1)
        return {day for start, end in shifts for day in range(first_day_of(start), last_day_of(end) + 1)}

    def _base_of(self, own_id: int) -> int | None:
        """The calendar that a person's days away are cut out of; a calendar without a base is its own."""
        rules = self.rules.get(own_id)
        return own_id if rules is None or rules.base_id is None else rules.base_id

    def _named(self, calendar_ids: Iterable[int | None], first: int, last: int) -> dict[int, str]:
        names: dict[int, str] = {}
        for calendar_id in calendar_ids:
            seen: set[int] = set()
            rules = self.rules.get(calendar_id) if calendar_id is not None else None
            while rules is not None and rules.id not in seen:
                seen.add(rules.id)
                names = _exceptions(rules, first, last) | names
                rules = self.rules.get(rules.base_id) if rules.base_id is not None else None
        return names


def _exceptions(rules: CalendarRules, first: int, last: int) -> dict[int, str]:
    """The days of a stretch on which a calendar says something else than usual, with what it calls them."""
    names: dict[int, str] = {}
    for item in rules.exceptions:
        if item.first_day > last or item.last_day < first:
            continue
        days = days_of(item) if item.recurrence else range(item.first_day, item.last_day + 1)
        for day in days:
            if first <= day <= last:
                names.setdefault(day, item.name)
    return names


def _joined(days: Iterable[DaysOff]) -> Iterator[DaysOff]:
    """Days that follow each other and are off for one reason, as one."""

    def key(numbered: tuple[int, DaysOff]) -> tuple[int, str, str]:
        at, day = numbered
        return day.first - at, day.kind, day.name

    for _, group in groupby(enumerate(days), key):
        stretch = [day for _, day in group]
        yield stretch[0]._replace(last=stretch[-1].last)
