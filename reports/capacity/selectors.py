"""The capacity of an organization: what there is, what is certain, what may come, what roles need, and what is left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from operator import sub
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from config.web import query
from config.web.fields import EARLIEST, LATEST
from reports.capacity.reading import CERTAIN, named_needs, planned_projects, role_needs
from reports.utilization.selectors import board_of
from reports.utilization.window import UtilizationWindow
from resources.models import ResourceKind
from tasks.staffing.months import first_of, month_number
from tasks.staffing.selectors import MonthWindow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projects.models import Organization
    from reports.capacity.reading import RoleNeed

LENGTHS: Final = (12, 24, 36)
BY: Final = ("department", "skill")
#: So many projects are taken at once in a trial.
MOST_TAKEN: Final = 20


@dataclass(frozen=True, slots=True)
class CapacityAsked:
    """What the address asks for, with everything unknown left out."""

    window: MonthWindow
    by: str
    #: The department, or the id of the skill as text, that is looked at alone; None: all.
    group: str | None
    #: Projects that are counted as if they were certain.
    taken: frozenset[int]

    @classmethod
    def read(cls, asked: Any, today: dt.date) -> CapacityAsked:
        """From a query string."""
        length = query.positive(asked.get("columns"), LENGTHS[0], LENGTHS[-1])
        length = length if length in LENGTHS else LENGTHS[0]
        by = asked.get("by", "")
        taken = [
            int(text) for text in asked.getlist("take")[:MOST_TAKEN] if text.isascii() and text.isdigit()
        ]
        return cls(
            window=MonthWindow(_first(asked.get("from", ""), today, length), length),
            by=by if by in BY else BY[0], group=query.text(asked, "group") if "group" in asked else None,
            taken=frozenset(pk for pk in taken if pk < 2**62),
        )  # fmt: skip


def _first(text: str, today: dt.date, length: int) -> int:
    try:
        first = month_number(dt.date.fromisoformat(f"{text}-01"))
    except ValueError:
        first = month_number(today)
    return min(max(first, month_number(EARLIEST)), month_number(LATEST) - length)


@dataclass(frozen=True, slots=True)
class CapacityGroup:
    """People who are summed up, and the roles that ask for such people, by month. `key` is how addresses name it.

    All is in hundredths of minutes: what may come is counted by percent, and sums of groups are those of all.
    """

    key: str
    name: str
    people: list[int]
    capacity: list[int]
    committed: list[int]
    likely: list[int]
    roles: list[int]

    @property
    def needed(self) -> list[int]:
        """All that is asked for, what may come by how probable it is."""
        return list(map(sum, zip(self.committed, self.likely, self.roles, strict=True)))

    @property
    def free(self) -> list[int]:
        """What is left; below zero there is too little."""
        return list(map(sub, self.capacity, self.needed))


@dataclass(frozen=True, slots=True)
class CapacityFound:
    """The figures of a page: the group that is looked at (or all), all groups, and the people of the one."""

    shown: CapacityGroup
    groups: list[CapacityGroup]
    people: list[CapacityGroup] = field(default_factory=list)


def capacity_found(organization: Organization, asked: CapacityAsked) -> CapacityFound:
    """Seven queries and those of the calendars, whatever the number of people, projects and roles."""
    figures = _Figures(organization, asked)
    groups = figures.groups(asked.by)
    chosen = next((group for group in groups if group.key == asked.group), None)
    if chosen is None:
        return CapacityFound(figures.group("", "", figures.everyone, figures.roles), groups)
    people = [
        figures.group(str(figures.board.people[place].pk), figures.board.people[place].name, [place], [])
        for place in chosen.people
    ]
    return CapacityFound(chosen, groups, people)


class _Figures:
    """Minutes of an organization, in hundredths, by place of the person on the board and by month."""

    def __init__(self, organization: Organization, asked: CapacityAsked) -> None:
        window = self.window = asked.window
        self.board = board_of(organization, UtilizationWindow("m", first_of(window.first), window.length))
        kept = enumerate(self.board.people)
        self.everyone = [place for place, each in kept if each.kind == ResourceKind.PERSON]
        percents = planned_projects(organization)
        percents |= dict.fromkeys(asked.taken & percents.keys(), CERTAIN)
        self.roles = role_needs(organization, window)
        self.percents = percents
        self.committed = [[minutes * 100 for minutes in row] for row in self.board.planned]
        self.likely = [[0] * window.length for _ in self.board.people]
        uncertain = {pk: percent for pk, percent in percents.items() if percent < CERTAIN}
        places = {each.pk: place for place, each in enumerate(self.board.people)}
        for need in named_needs(organization, uncertain, window):
            place, column = places.get(need.resource_id), need.month - window.first
            if place is not None:
                self.committed[place][column] -= need.minutes * 100
                self.likely[place][column] += need.minutes * need.percent

    def group(self, key: str, name: str, people: list[int], roles: Iterable[RoleNeed]) -> CapacityGroup:
        """Some people, with some roles."""
        needed = [0] * self.window.length
        for role in roles:
            needed[role.month - self.window.first] += role.minutes * self.percents.get(
                role.project_id, CERTAIN
            )
        capacity = [[minutes * 100 for minutes in self.board.capacity[place]] for place in people]
        return CapacityGroup(
            key, name, people, self._sums(capacity), self._sums(self.committed[place] for place in people),
            self._sums(self.likely[place] for place in people), needed,
        )  # fmt: skip

    def _sums(self, rows: Iterable[Sequence[int]]) -> list[int]:
        return list(map(sum, zip(*rows, strict=True))) or [0] * self.window.length

    def groups(self, by: str) -> list[CapacityGroup]:
        """In the order of their names; what belongs nowhere comes last, without a name. By skill, people are counted in each of theirs."""
        people: dict[str, list[int]] = {}
        roles: dict[str, list[RoleNeed]] = {}
        for place in self.everyone:
            each = self.board.people[place]
            for key in map(str, each.skills or ("",)) if by == "skill" else (each.department,):
                people.setdefault(key, []).append(place)
        for role in self.roles:
            key = str(role.skill_id or "") if by == "skill" else role.department
            roles.setdefault(key, []).append(role)
        names = {str(pk): name for pk, name in self.board.skills.items()} if by == "skill" else {}
        keys = sorted(people.keys() | roles.keys(), key=lambda key: (not key, names.get(key, key), key))
        return [self.group(key, names.get(key, key), people.get(key, []), roles.get(key, [])) for key in keys]


class Shortage(NamedTuple):
    """A month in which a group has too little with the projects that are taken, and had enough without."""

    group: CapacityGroup
    month: int
    missing: int


def shortages(without: Sequence[CapacityGroup], with_taken: Sequence[CapacityGroup]) -> list[Shortage]:
    """What slips when projects are taken: by month, then by how much is missing."""
    before = {group.key: group.free for group in without}
    found = [
        Shortage(group, column, -free)
        for group in with_taken
        for column, free in enumerate(group.free)
        if free < 0 and free < before[group.key][column]
    ]
    return sorted(found, key=lambda each: (each.month, -each.missing))
