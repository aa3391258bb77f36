"""When the work of an assignment is done: as the file says day by day, else by calendar, contour and what is done already."""

from collections.abc import Sequence
from typing import NamedTuple

from projects.worktime.calendar import WorkingTime
from tasks.costing.amounts import WORK_PER_MINUTE, share
from tasks.costing.contours import placed
from tasks.costing.given import Assignment, Piece, Task
from tasks.costing.spread import Spread, less, resized


class Placed(NamedTuple):
    """Work of one assignment in time: what is done and what remains, regular and overtime apart."""

    actual: Spread
    actual_overtime: Spread
    remaining: Spread
    remaining_overtime: Spread
    start: int
    finish: int
    stop: int  # where what is done ends


def place(item: Assignment, task: Task, calendar: WorkingTime) -> Placed:
    """Actual work up to where it stopped, remaining work from there to the finish."""
    start = _first(item.actual_start, item.start, task.start)
    finish = max(_first(item.actual_finish, item.finish, task.finish), start + 1)
    stop = _stop(item, start, finish, calendar)
    actual, actual_overtime = _done(item, start, stop, calendar)
    remaining, remaining_overtime = _left(item, start, stop, finish, calendar)
    return Placed(
        Spread.of(actual, calendar),
        Spread.of(actual_overtime, calendar),
        Spread.of(remaining, calendar),
        Spread.of(remaining_overtime, calendar),
        start,
        finish,
        stop,
    )


def _stop(item: Assignment, start: int, finish: int, calendar: WorkingTime) -> int:
    """Up to where work is done: as recorded, or else by its share of the working time."""
    if item.work > 0 and item.actual_work >= item.work:
        return finish
    if item.stop is not None and item.stop > start:
        return min(item.stop, finish)
    if item.actual_work <= 0:
        return start
    return calendar.add(start, share(calendar.between(start, finish), item.actual_work, item.work))


def _done(item: Assignment, start: int, stop: int, calendar: WorkingTime) -> tuple[list[Piece], list[Piece]]:
    """Regular work and overtime that is done. Some programs count overtime into the work of a day, others beside it."""
    if not item.actual_work:
        return [], []
    given, overtime = _with_amount(item.actual_pieces), _with_amount(item.actual_overtime_pieces)
    regular = item.actual_work - item.actual_overtime
    if not given and not overtime:
        whole = [Piece(start, max(stop, start + 1), item.actual_work)]
        return resized(whole, regular), resized(whole, item.actual_overtime)
    if not overtime:
        return resized(given, regular), resized(given, item.actual_overtime)
    overtime = resized(overtime, item.actual_overtime)
    if abs(sum(piece.amount for piece in given) - item.actual_work) < WORK_PER_MINUTE:
        given = less(given, Spread(overtime, calendar))
    return resized(given, regular), overtime


def _left(
    item: Assignment, start: int, stop: int, finish: int, calendar: WorkingTime
) -> tuple[list[Piece], list[Piece]]:
    """Regular work and overtime that remains; overtime is even over the work (rule 3 of the cases)."""
    left = item.work - item.actual_work
    if left <= 0:
        return [], []
    overtime = min(max(item.overtime - item.actual_overtime, 0), left)
    pieces = _with_amount(item.remaining_pieces)
    if not pieces and item.actual_work:
        pieces = [Piece(stop, max(finish, stop + 1), left)]
    elif not pieces:
        pieces = placed(start, finish, left, item.contour, calendar)
    return resized(pieces, left - overtime), resized(pieces, overtime)


def _with_amount(pieces: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.amount > 0]


def _first(*moments: int | None) -> int:
    return next((moment for moment in moments if moment is not None), 0)
