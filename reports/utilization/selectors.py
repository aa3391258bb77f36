"""How busy people and machines are: what the plans need of them against what they have, by day, week or month.

What is planned is kept in `resource_loads` at every change of a plan, so nothing here grows with the number of tasks.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from projects import caching
from projects.worktime.moments import day_number
from reports.portfolio.listing import fold
from reports.utilization.window import UtilizationWindow
from resources.models import Resource, ResourceKind, ResourceSkill, Skill
from tasks.allocation.capacity import capacity_of

if TYPE_CHECKING:
    from projects.models import Organization
    from reports.utilization.window import UtilizationFilters

#: What a day inside a longer period is cut to, in the words of PostgreSQL.
_TRUNCATE: Final = {"w": "week", "m": "month"}
WORKING: Final = (ResourceKind.PERSON, ResourceKind.EQUIPMENT)


class Someone(NamedTuple):
    """A person or a machine, as a line of the map names it."""

    pk: int
    name: str
    department: str
    kind: str
    skills: tuple[int, ...]
    #: What the words of the filter are looked for in.
    text: str


class Utilization(NamedTuple):
    """Planned minutes against capacity."""

    planned: int
    capacity: int

    @property
    def is_over(self) -> bool:
        """Whether there is more to do than time to do it."""
        return self.planned > self.capacity

    @property
    def percentage(self) -> int | None:
        """A whole number that is never 100 where it is over, nor 0 where there is something; None without capacity."""
        if not self.capacity:
            return None
        percent = (self.planned * 200 + self.capacity) // (self.capacity * 2)
        return max(percent, 101 if self.is_over else 1 if self.planned else 0)


@dataclass(frozen=True, slots=True)
class Board:
    """Everybody who works, with minutes by column: what is planned, what there is, where a day inside is over."""

    people: list[Someone]
    planned: list[array[int]]
    capacity: list[array[int]]
    #: Places of columns in which some day is over, by person.
    over: list[frozenset[int]]
    skills: dict[int, str]
    #: In how many columns each person is over.
    excesses: list[int]

    def load(self, person: int, column: int) -> Utilization:
        """One cell."""
        return Utilization(self.planned[person][column], self.capacity[person][column])


@dataclass(frozen=True)
class PeopleGroup:
    """People who are summed up: a department, those with a skill, or all."""

    board: Board
    name: str
    people: Sequence[int]
    #: What the address of this group alone says; nothing for all.
    query: dict[str, str] = field(default_factory=dict)

    @cached_property
    def loads(self) -> list[Utilization]:
        """By column. Summed up when asked for: a section of rows shows few of the groups."""
        planned = [self.board.planned[place] for place in self.people]
        capacity = [self.board.capacity[place] for place in self.people]
        return list(map(Utilization, _columns(planned), _columns(capacity)))


def _columns(rows: Sequence[array[int]]) -> list[int]:
    return list(map(sum, zip(*rows, strict=True)))


@dataclass(frozen=True, slots=True)
class HeatMap:
    """What a page shows: groups in order, the whole, and the figures of the status bar."""

    board: Board
    whole: PeopleGroup
    groups: list[PeopleGroup]
    average: int | None
    over_people: int
    over_cells: int


def board_of(organization: Organization, window: UtilizationWindow) -> Board:
    """The figures of an organization; remembered until one of its plans or people changes.

    All people at once and not by the key of each: five hundred of those are five hundred answers of the cache.
    """
    return caching.per_organization(
        organization.pk, "resource:utilization:all", str(window), lambda: _board(organization, window)
    )


def _board(organization: Organization, window: UtilizationWindow) -> Board:
    """Four queries and those of the calendars, whatever the number of people and tasks."""
    people, skills = _people(organization)
    places = {someone.pk: place for place, someone in enumerate(people)}
    columns = {period.first: place for place, period in enumerate(window.periods)}
    empty = array("q", bytes(8 * len(columns)))
    planned = [empty[:] for _ in people]
    over: list[set[int]] = [set() for _ in people]
    for pk, first_on, minutes in _planned(organization, window):
        if pk in places and first_on in columns:
            planned[places[pk]][columns[first_on]] = minutes
    for pk, first_on in _over(organization, window):
        if pk in places and first_on in columns:
            over[places[pk]].add(columns[first_on])
    capacity = capacity_of(list(places), organization_id=organization.pk)
    days = [(day_number(period.first), day_number(period.last)) for period in window.periods]
    available = capacity.each(places, days)
    there = [array("q", available[someone.pk]) for someone in people]
    excesses = [sum(map(int.__gt__, *pair)) for pair in zip(planned, there, strict=True)]
    return Board(people, planned, there, [frozenset(found) for found in over], skills, excesses)


def _people(organization: Organization) -> tuple[list[Someone], dict[int, str]]:
    """In the order of a phone book. Resources of one project alone are no capacity of the organization."""
    rows = Resource.objects.filter(
        organization=organization, is_active=True, project=None, kind__in=WORKING
    ).order_by("kana", "name", "pk")
    skills = dict(Skill.objects.filter(organization=organization).order_by("name").values_list("pk", "name"))
    held: dict[int, list[int]] = {}
    for resource, skill in ResourceSkill.objects.filter(organization=organization).values_list(
        "resource", "skill"
    ):
        held.setdefault(resource, []).append(skill)
    people = [
        Someone(pk, name, department, kind, tuple(held.get(pk, ())), fold(f"{name} {kana} {department}"))
        for pk, name, kana, department, kind in rows.values_list("pk", "name", "kana", "department", "kind")
    ]
    return people, skills


def _planned(organization: Organization, window: UtilizationWindow) -> list[tuple[int, dt.date, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT resource_id, first_on, planned_minutes FROM resource_loads"
            " WHERE organization_id = %s AND grain = %s AND first_on BETWEEN %s AND %s",
            [organization.pk, window.grain, window.first, window.last],
        )
        rows: list[tuple[int, dt.date, int]] = cursor.fetchall()
    return rows


def _over(organization: Organization, window: UtilizationWindow) -> list[tuple[int, dt.date]]:
    """Periods with a day that is over, though the period as a whole may not be."""
    if window.grain == "d":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT resource_id, date_trunc(%s, first_on::timestamp)::date FROM resource_loads"
            " WHERE organization_id = %s AND grain = 'd' AND planned_minutes > capacity_minutes"
            " AND first_on BETWEEN %s AND %s",
            [_TRUNCATE[window.grain], organization.pk, window.first, window.last],
        )
        rows: list[tuple[int, dt.date]] = cursor.fetchall()
    return rows


def heat_map(organization: Organization, filters: UtilizationFilters, board: Board | None = None) -> HeatMap:
    """The figures of those whom the filters let through, in their groups; of `board`, where it is not what is planned."""
    board = board or board_of(organization, filters.window)
    words = fold(filters.text).split()
    shown = [place for place, someone in enumerate(board.people) if _passes(someone, filters, words)]
    whole = PeopleGroup(board, organization.name if filters.is_plain else _("合計"), shown)
    over = [board.excesses[place] for place in shown]
    total = Utilization(sum(load.planned for load in whole.loads), sum(load.capacity for load in whole.loads))
    groups = [PeopleGroup(board, *each) for each in _groups(board, shown, filters)]
    return HeatMap(board, whole, groups, total.percentage, sum(map(bool, over)), sum(over))


def _passes(someone: Someone, filters: UtilizationFilters, words: Sequence[str]) -> bool:
    return (
        (filters.kind == "all" or someone.kind == filters.kind)
        and (not filters.department or someone.department == filters.department)
        and (not filters.skill or filters.skill in someone.skills)
        and all(word in someone.text for word in words)
    )


def _groups(
    board: Board, shown: Sequence[int], filters: UtilizationFilters
) -> Iterable[tuple[str, list[int], dict[str, str]]]:
    """Name, people and address of each group; those that belong nowhere come last, without a name."""
    members: dict[int | str, list[int]] = {}
    for place in shown:
        someone = board.people[place]
        keys: Sequence[int | str] = (
            someone.skills or ("",) if filters.group == "skill" else (someone.department,)
        )
        for key in keys:
            members.setdefault(key, []).append(place)
    names: list[tuple[int | str, str, dict[str, str]]] = [
        (name, name, {"department": name}) for name in sorted(map(str, members)) if name
    ]
    if filters.group == "skill":
        names = [(pk, name, {"skill": str(pk)}) for pk, name in board.skills.items()]
    for key, name, query in [*names, ("", "", {})]:
        if key in members:
            yield name, members[key], query


def departments_of(board: Board) -> list[str]:
    """What can be chosen from."""
    return sorted({someone.department for someone in board.people if someone.department})
