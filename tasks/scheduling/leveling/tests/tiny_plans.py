"""Plans of two to four tasks, small enough for every place of every task to be tried, hour by hour; shares nothing with levelling but the input."""

from dataclasses import replace
from random import Random

from projects.worktime.rules import CalendarException, CalendarRules
from tasks.scheduling.leveling.people import Elsewhere
from tasks.scheduling.network import (
    Assignment,
    LagKind,
    Link,
    LinkType,
    Network,
    ProjectSettings,
    Resource,
    Task,
)

MONDAY = 20458
DAYS = 24
FIRST = MONDAY * 1440
MORNING, AFTERNOON, SPLIT = ((480, 720),), ((720, 960),), ((540, 660), (780, 900))
SHIFTS = {1: MORNING, 2: AFTERNOON, 3: SPLIT}
"""By calendar the working time of a day; the first is the project's."""


def tiny(chance: Random) -> tuple[Network, Elsewhere]:
    """Calendars that differ, leave, half units, all links with lags, earliest dates, and time that is taken."""
    away = {pk: tuple(sorted(chance.sample(range(8), chance.randint(0, 2)))) for pk in (1, 2)}
    calendars = [CalendarRules(pk, week=(shifts,) * 7) for pk, shifts in SHIFTS.items()]
    people = []
    for pk, days in away.items():
        base = chance.choice((1, 1, 2, 3))
        leave = tuple(CalendarException(MONDAY + day, MONDAY + day) for day in days)
        calendars.append(CalendarRules(10 * base + pk, base_id=base, exceptions=leave))
        people.append(Resource(pk, calendar_id=10 * base + pk, max_units=chance.choice((1.0, 1.0, 1.0, 0.5))))
    count = chance.randint(2, 4)
    tasks = [Task(pk, 60 * chance.randint(1, 6)) for pk in range(1, count + 1)]
    if chance.random() < 0.3:
        moment = FIRST + 60 * chance.randint(0, 60)
        tasks[0] = replace(
            tasks[0], constraint_type=chance.choice(("SNET", "FNET")), constraint_minute=moment
        )
    if chance.random() < 0.3:
        begin = FIRST + chance.randint(0, 3) * 1440 + 540
        tasks[-1] = replace(tasks[-1], is_pinned=True, start_minute=begin, finish_minute=begin + 120)
    teams = {pk: chance.choice(((1,), (1,), (2,), (1, 2))) for pk in range(1, count + 1)}
    some = [Assignment(pk, one, chance.choice((1.0, 1.0, 0.5))) for pk, team in teams.items() for one in team]
    links = [
        _link(chance, one, other)
        for one in range(1, count)
        for other in range(one + 1, count + 1)
        if chance.random() < 0.35
    ]
    project = ProjectSettings(FIRST + 480, calendar_id=1)
    busy = (
        {1: [(FIRST + 1440 + 480, FIRST + 1440 + 960, chance.choice((5_000, 10_000)))]}
        if chance.random() < 0.4
        else {}
    )
    return Network(project, tuple(tasks), tuple(links), tuple(calendars), tuple(people), tuple(some)), busy


def _link(chance: Random, one: int, other: int) -> Link:
    kind: LagKind = chance.choice(("working", "working", "elapsed"))
    lag = 60 * chance.choice((0, 0, 0, 1, 4, -1, -3))
    ends: LinkType = chance.choice(("FS", "FS", "SS", "FF", "SF"))
    return Link(one, other, ends, kind, lag)


class Tried:
    """Every place of every task, in hours after the first midnight."""

    def __init__(self, network: Network, busy: Elsewhere) -> None:
        self.network = network
        bases = {one.id: one.base_id for one in network.calendars}
        away = {one.id: {day.first_day - MONDAY for day in one.exceptions} for one in network.calendars}
        self.hours = {
            one.id: [
                24 * day + hour
                for day in range(DAYS)
                if day not in away[one.id]
                for begin, end in SHIFTS[bases[one.id] or one.id]
                for hour in range(begin // 60, end // 60)
            ]
            for one in network.calendars
        }
        self.calendar_of = {one.id: one.calendar_id for one in network.resources}
        self.room = {one.id: [round(one.max_units * 10_000)] * 24 * DAYS for one in network.resources}
        for pk, stretches in busy.items():
            for begin, end, units in stretches:
                for hour in range((begin - FIRST) // 60, (end - FIRST) // 60):
                    self.room[pk][hour] -= min(units, round(network.resources[pk - 1].max_units * 10_000))
        self.first = (network.project.start_minute - FIRST) // 60
        self.dates: dict[int, tuple[int, int]] = {}
        self.best = 24 * DAYS

    def shortest(self, below: int) -> int:
        """The earliest finish of all plans, or ``below`` where none is earlier (moments of the plan)."""
        self.best = (below - FIRST) // 60
        self._place_pinned()
        self._next([one for one in self.network.tasks if not one.is_pinned])
        return FIRST + 60 * self.best

    def _place_pinned(self) -> None:
        for task in self.network.tasks:
            if task.is_pinned:
                start, finish = (task.start_minute - FIRST) // 60, (task.finish_minute - FIRST) // 60
                self.dates[task.id] = start, finish
                for one in self._people(task):
                    hours = [
                        hour
                        for hour in self.hours[self.calendar_of[one.resource_id]]
                        if start <= hour < finish
                    ]
                    self._take(one, hours, 1)

    def _next(self, tasks: list[Task]) -> None:
        if not tasks:
            self.best = min(self.best, max(finish for _, finish in self.dates.values()))
            return
        task, *others = tasks
        people = self._people(task)
        long = task.duration_minutes // 60
        for begin in range(self.first if not self._is_led(task) else 0, self.best):
            worked = [
                [hour for hour in self.hours[self.calendar_of[one.resource_id]] if hour >= begin][:long]
                for one in people
            ]
            start, finish = min(hours[0] for hours in worked), max(hours[-1] for hours in worked) + 1
            if finish >= self.best:
                break
            if start == begin and self._is_free(people, worked) and self._keeps(task, start, finish):
                self.dates[task.id] = start, finish
                for one, hours in zip(people, worked, strict=True):
                    self._take(one, hours, 1)
                self._next(others)
                for one, hours in zip(people, worked, strict=True):
                    self._take(one, hours, -1)
                del self.dates[task.id]

    def _people(self, task: Task) -> list[Assignment]:
        return [one for one in self.network.assignments if one.task_id == task.id]

    def _is_led(self, task: Task) -> bool:
        """Whether something else than the beginning of the plan says where a task may begin: it may then lie before it."""
        return task.constraint_type == "FNET" or any(
            one.successor_id == task.id for one in self.network.links
        )

    def _take(self, one: Assignment, hours: list[int], times: int) -> None:
        for hour in hours:
            self.room[one.resource_id][hour] -= times * self._units(one)

    def _units(self, one: Assignment) -> int:
        return min(
            round(one.units * 10_000), round(self.network.resources[one.resource_id - 1].max_units * 10_000)
        )

    def _is_free(self, people: list[Assignment], worked: list[list[int]]) -> bool:
        return all(
            self.room[one.resource_id][hour] >= self._units(one)
            for one, hours in zip(people, worked, strict=True)
            for hour in hours
        )

    def _keeps(self, task: Task, start: int, finish: int) -> bool:
        """Links from tasks before it, and its own date. A finish that is asked for may be any time of night."""
        if task.constraint_type == "SNET" and start < (task.constraint_minute - FIRST) / 60:
            return False
        asked = [(task.constraint_minute - FIRST) // 60] if task.constraint_type == "FNET" else []
        for link in self.network.links:
            if link.successor_id != task.id:
                continue
            moment = self._lagged(link, self.dates[link.predecessor_id][link.link_type[0] == "F"])
            if link.link_type[1] == "F":
                asked.append(moment)
            elif start < moment:
                return False
        calendars = {self.calendar_of[one.resource_id] for one in self._people(task)}
        if (
            len(calendars) > 1
        ):  # what is asked of a team settles on the calendar of the project, then on that of one of them
            asked = [
                max((hour + 1 for hour in self.hours[1] if hour < moment), default=-24) for moment in asked
            ]
        return all(
            any(not any(finish <= hour < moment for hour in self.hours[one]) for one in calendars)
            for moment in asked
        )

    def _lagged(self, link: Link, moment: int) -> int:
        lag = link.lag_minutes // 60
        if link.lag_kind == "elapsed" or not lag:
            return moment + lag
        hours = self.hours[1]
        if lag > 0:
            return [hour for hour in hours if hour >= moment][lag - 1] + 1
        before = [hour for hour in hours if hour < moment]
        return before[lag] if len(before) >= -lag else -24
