"""An amount placed in time, as sorted arrays: how much of it lies before a moment, and on each day."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from operator import attrgetter

from projects.worktime.calendar import WorkingTime
from projects.worktime.moments import MINUTES_PER_DAY
from tasks.costing.amounts import share
from tasks.costing.given import Piece

_SPAN = attrgetter("start", "finish")


class Spread:
    """Pieces in the order of their beginnings, each even over the working time of a calendar (or of the clock).

    All amounts are whole numbers, and a part of a piece is a difference of two rounded sums: whatever days, weeks or months are asked for,
    they add up to the total exactly.
    """

    __slots__ = ("before", "calendar", "pieces", "reach", "starts", "total")

    def __init__(self, pieces: Iterable[Piece], calendar: WorkingTime | None = None) -> None:
        self.pieces = [piece for piece in pieces if piece.amount]
        if len(self.pieces) > 1:
            self.pieces.sort(key=_SPAN)
        self.starts = [piece.start for piece in self.pieces]
        self.reach = list(accumulate((piece.finish for piece in self.pieces), max))
        self.before = list(accumulate((piece.amount for piece in self.pieces), initial=0))
        self.total = self.before[-1]
        self.calendar = calendar

    @classmethod
    def of(cls, pieces: Sequence[Piece], calendar: WorkingTime | None = None) -> "Spread":
        """The same; where there is nothing it is one object for all, since most parts of most assignments are nothing."""
        return cls(pieces, calendar) if pieces else NOTHING

    def until(self, moment: int) -> int:
        """How much lies before a moment."""
        last = bisect_right(self.starts, moment)
        found = self.before[last]
        # Back over those that have begun, until none before is still open.
        while last and self.reach[last - 1] > moment:
            last -= 1
            piece = self.pieces[last]
            if piece.finish > moment:
                found -= piece.amount - self._part(piece, moment)
        return found

    def _part(self, piece: Piece, moment: int) -> int:
        if self.calendar is not None:
            whole = self.calendar.between(piece.start, piece.finish)
            if whole > 0:
                return share(piece.amount, self.calendar.between(piece.start, moment), whole)
        return share(piece.amount, moment - piece.start, piece.finish - piece.start)

    def by_day(self, first_day: int, count: int) -> list[int]:
        """How much lies on each of so many days, from midnight to midnight; days are counted since 1970-01-01."""
        found = [0] * count
        self.add_to(found, first_day)
        return found

    def add_to(self, days: list[int], first_day: int) -> None:
        """Add to each day of a list what lies on it. Costs the days on which there is something, not those of the list."""
        if not self.pieces:
            return
        low = max(self.starts[0] // MINUTES_PER_DAY, first_day)
        high = min((self.reach[-1] - 1) // MINUTES_PER_DAY + 1, first_day + len(days))
        before = self.until(low * MINUTES_PER_DAY)
        for day in range(low, high):
            after = self.until((day + 1) * MINUTES_PER_DAY)
            days[day - first_day] += after - before
            before = after

    def cut(self, moments: Sequence[int]) -> list[Piece]:
        """The pieces, divided at these moments, which are sorted."""
        found: list[Piece] = []
        for piece in self.pieces:
            start, done = piece.start, 0
            for moment in moments:
                if start < moment < piece.finish:
                    part = self._part(piece, moment) - done
                    found.append(Piece(start, moment, part))
                    start, done = moment, done + part
            found.append(Piece(start, piece.finish, piece.amount - done))
        return found


NOTHING = Spread(())


def lump(moment: int, amount: int) -> Piece:
    """An amount that falls due at a moment: within the first minute after it."""
    return Piece(moment, moment + 1, amount)


def last_lump(moment: int, amount: int) -> Piece:
    """An amount that falls due when something ends: within the last minute, so that a finish at midnight is of the day before."""
    return Piece(moment - 1, moment, amount)


def less(pieces: Sequence[Piece], part: Spread) -> list[Piece]:
    """The pieces without a part of them that is known in time."""
    return [
        Piece(
            piece.start,
            piece.finish,
            piece.amount - part.until(piece.finish) + part.until(piece.start),
        )
        for piece in pieces
    ]


def resized(pieces: Sequence[Piece], total: int) -> list[Piece]:
    """The same places in time for another total, by the shares of the pieces; nothing where there are none."""
    known = sum(piece.amount for piece in pieces)
    if known == total:
        return list(pieces)
    if known <= 0:
        return []
    sums = [share(total, part, known) for part in accumulate((p.amount for p in pieces), initial=0)]
    return [
        Piece(piece.start, piece.finish, after - before)
        for piece, (before, after) in zip(pieces, pairwise(sums), strict=True)
    ]
