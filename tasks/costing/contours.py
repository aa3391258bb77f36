"""How work is spread over a duration: ten equal parts of the working time, each with the share of the units that work in it."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

from projects.worktime.calendar import WorkingTime
from tasks.costing.amounts import rounded, share
from tasks.costing.given import Contour, Piece

#: Percent of the units in each tenth, as Microsoft Project documents them.
SHARES: Final[dict[Contour, tuple[int, ...]]] = {
    "back_loaded": (10, 15, 25, 50, 50, 75, 75, 100, 100, 100),
    "front_loaded": (100, 100, 100, 75, 75, 50, 50, 25, 15, 10),
    "double_peak": (25, 50, 100, 50, 25, 25, 50, 100, 50, 25),
    "early_peak": (25, 50, 100, 100, 75, 50, 50, 25, 15, 10),
    "late_peak": (10, 15, 25, 50, 50, 75, 100, 100, 50, 25),
    "bell": (10, 20, 40, 80, 100, 100, 80, 40, 20, 10),
    "turtle": (25, 50, 75, 100, 100, 100, 100, 75, 50, 25),
}


def placed(start: int, finish: int, amount: int, contour: Contour, calendar: WorkingTime) -> list[Piece]:
    """An amount between two moments, by a contour; ``flat`` and ``contoured`` (of which only pieces tell more) are even."""
    shares = SHARES.get(contour)
    minutes = calendar.between(start, finish)
    if shares is None or minutes < len(shares):
        return [Piece(start, finish, amount)]
    ends = [
        calendar.add(calendar.next_working(start), rounded(minutes * tenth, len(shares)))
        for tenth in range(1, len(shares))
    ]
    return _divided([start, *ends, finish], shares, amount)


def _divided(moments: Sequence[int], shares: Sequence[int], amount: int) -> list[Piece]:
    whole = sum(shares)
    sums = [share(amount, part, whole) for part in accumulate(shares, initial=0)]
    return [
        Piece(start, finish, after - before)
        for (start, finish), (before, after) in zip(pairwise(moments), pairwise(sums), strict=True)
    ]
