"""Who could take a role: people with its skill (or of its department), by how much of it they have time for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from reports.utilization.selectors import Utilization, board_of
from reports.utilization.window import UtilizationWindow
from resources.models import ResourceKind, ResourceRate, ResourceSkill
from tasks.staffing.months import first_of
from tasks.staffing.selectors import MonthWindow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from reports.utilization.selectors import Board, Someone
    from tasks.models import RoleDemand

#: So many people are proposed.
MOST_CANDIDATES: Final = 30
#: Months of a role beyond so many are not looked at.
MOST_MONTHS: Final = 24


class CandidateMonth(NamedTuple):
    """What the role needs of a person in a month, and what that person has left, in minutes."""

    month: int
    needed: int
    free: int


class Candidate(NamedTuple):
    """A person who could take the role."""

    person: Someone
    level: int
    months: list[CandidateMonth]
    #: How much of all that is needed there is time for, in whole percent.
    share: int
    #: The first month from which on all that is still needed fits; None: never.
    all_from: int | None
    #: What the role costs with this person, by the rate of each month; None where it is not known or not to be seen.
    cost: Decimal | None


def candidates(role: RoleDemand, *, from_month: int, sees_money: bool) -> list[Candidate]:
    """The best first. Six queries and those of the calendars, whatever the number of people."""
    needed = {month: minutes for month, minutes in role.by_month.items() if month >= from_month}
    if not needed:
        return []
    window = MonthWindow(min(needed), min(max(needed) - min(needed) + 1, MOST_MONTHS))
    board = board_of(role.project.organization, UtilizationWindow("m", first_of(window.first), window.length))
    levels = dict(
        ResourceSkill.objects.filter(organization=role.organization_id, skill=role.skill_id).values_list("resource", "level")
    ) if role.skill_id else {}  # fmt: skip
    places = [place for place, each in enumerate(board.people) if _could(each, role, levels)]
    rates = _rates(role.organization_id, [board.people[place].pk for place in places]) if sees_money else {}
    found = [_candidate(board, place, needed, window, levels, rates) for place in places]
    found.sort(key=lambda each: (-each.share, -each.level, each.cost is None, each.cost or 0))
    return found[:MOST_CANDIDATES]


def _could(person: Someone, role: RoleDemand, levels: Mapping[int, int]) -> bool:
    if person.kind != ResourceKind.PERSON:
        return False
    if role.skill_id:
        return person.pk in levels
    return not role.department or person.department == role.department


def _rates(organization_id: int, people: Collection[int]) -> dict[int, list[tuple[int, Decimal]]]:
    """By person the months from which on a rate holds, ascending, with the rate of an hour."""
    rows = ResourceRate.objects.filter(organization=organization_id, resource__in=people).order_by(
        "valid_from"
    )
    found: dict[int, list[tuple[int, Decimal]]] = {}
    for rate in rows:
        month = rate.valid_from.year * 12 + rate.valid_from.month - 1
        found.setdefault(rate.resource_id, []).append((month, rate.cost_per_hour))
    return found


def _candidate(
    board: Board, place: int, needed: Mapping[int, int], window: MonthWindow, levels: Mapping[int, int],
    rates: Mapping[int, list[tuple[int, Decimal]]],
) -> Candidate:  # fmt: skip
    person = board.people[place]
    months = [
        CandidateMonth(month, minutes, max(0, _left(board.load(place, month - window.first))))
        for month, minutes in sorted(needed.items())
        if month in window.months
    ]
    whole = sum(each.needed for each in months)
    fits = sum(min(each.needed, each.free) for each in months)
    short = [place for place, each in enumerate(months) if each.free < each.needed]
    after = short[-1] + 1 if short else 0
    return Candidate(
        person, levels.get(person.pk, 0), months, fits * 100 // whole,
        months[after].month if after < len(months) else None, _cost(months, rates.get(person.pk)),
    )  # fmt: skip


def _left(load: Utilization) -> int:
    return load.capacity - load.planned


def _cost(months: list[CandidateMonth], rates: list[tuple[int, Decimal]] | None) -> Decimal | None:
    """None where no rate holds in one of the months."""
    cost = Decimal(0)
    for each in months:
        rate = next((amount for since, amount in reversed(rates or []) if since <= each.month), None)
        if rate is None:
            return None
        cost += rate * each.needed / 60
    return cost.quantize(Decimal(1))
