"""What work costs at the rates of the day on which it is done."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from operator import attrgetter

from tasks.costing.amounts import WORK_PER_HOUR, rounded
from tasks.costing.given import Piece, Rate, Resource
from tasks.costing.spread import Spread

NO_RATE = Rate()
STANDARD, OVERTIME = attrgetter("standard"), attrgetter("overtime")
_ALWAYS = -(10**18)


def table_of(resource: Resource, table: int) -> Sequence[Rate]:
    """The rates of one table A-E by their dates; without one, those of table A, and at worst a rate of nothing."""
    found = [rate for rate in resource.rates if rate.table == table]
    found = found or [rate for rate in resource.rates if rate.table == 0]
    return sorted(found, key=lambda rate: _ALWAYS if rate.start is None else rate.start) or [NO_RATE]


def rate_at(rates: Sequence[Rate], moment: int) -> Rate:
    """The rate that holds at a moment: the last one that has begun, or the first."""
    found = rates[0]
    for rate in rates[1:]:
        if rate.start is not None and rate.start <= moment:
            found = rate
    return found


def cost_of_work(work: Spread, rates: Sequence[Rate], kind: "attrgetter[int]") -> list[Piece]:
    """Cost of work in time, by the standard or the overtime rate (``STANDARD``, ``OVERTIME``).

    The sum is exact to a millionth: what is left of one piece when it is rounded goes into the next.
    """
    if not work.pieces:
        return []
    changes = [rate.start for rate in rates[1:] if rate.start is not None]
    pieces = work.cut(changes)
    exact = accumulate((piece.amount * kind(rate_at(rates, piece.start)) for piece in pieces), initial=0)
    money = [rounded(part, WORK_PER_HOUR) for part in exact]
    return [
        Piece(piece.start, piece.finish, after - before)
        for piece, (before, after) in zip(pieces, pairwise(money), strict=True)
    ]
