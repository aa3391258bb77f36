"""Work and cost of one assignment, in time: what is done and what remains, regular, overtime and per use."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from projects.worktime.calendar import WorkingTime
from tasks.costing.amounts import rounded, share
from tasks.costing.given import Assignment, Piece, Rate, Resource, Task
from tasks.costing.placing import Placed, place
from tasks.costing.rates import OVERTIME, STANDARD, cost_of_work, rate_at, table_of
from tasks.costing.spread import Spread, last_lump, lump, resized


class Money(NamedTuple):
    """What is spent and what is to come, in time."""

    spent: Spread
    to_come: Spread

    @property
    def total(self) -> int:
        """Both."""
        return self.spent.total + self.to_come.total


@dataclass(frozen=True, slots=True)
class Costed:
    """One assignment with its figures. Regular cost holds costs per use and costs that were typed in, too."""

    item: Assignment
    resource: Resource | None  # None: no resource, which counts nothing
    placed: Placed
    regular: Money
    overtime: Money

    @property
    def counts_work(self) -> bool:
        """Whether its work is work: of people and machines, not of material, costs, budgets, or no resource."""
        return self.resource is not None and self.resource.kind == "work" and not self.resource.is_budget

    @property
    def work(self) -> int:
        """Work with overtime."""
        return self.item.work if self.counts_work else 0

    @property
    def actual_work(self) -> int:
        """What of it is done."""
        return self.item.actual_work if self.counts_work else 0

    @property
    def actual(self) -> tuple[Spread, Spread]:
        """What is spent, regular and overtime."""
        return self.regular.spent, self.overtime.spent

    @property
    def remaining(self) -> tuple[Spread, Spread]:
        """What is to come, regular and overtime."""
        return self.regular.to_come, self.overtime.to_come

    @property
    def cost(self) -> int:
        """All that it costs."""
        return self.regular.total + self.overtime.total

    @property
    def actual_cost(self) -> int:
        """What of it is spent."""
        return self.regular.spent.total + self.overtime.spent.total

    def actual_until(self, moment: int) -> int:
        """What is spent up to a moment."""
        return self.regular.spent.until(moment) + self.overtime.spent.until(moment)


def cost_assignment(item: Assignment, task: Task, resource: Resource | None, calendar: WorkingTime) -> Costed:
    """Place the work of an assignment in time and price it; what has no resource and budget resources cost nothing."""
    found = place(item, task, calendar)
    regular: Pieces = ([], [])
    overtime: Pieces = ([], [])
    if resource is None or resource.is_budget:
        pass
    elif resource.kind == "cost":
        regular = _entered(item, task, resource, found, calendar)
    else:
        rates = table_of(resource, item.rate_table)
        regular = _accrued(item, resource, found, _regular(item, resource, found, rates))
        overtime = _accrued(item, resource, found, _overtime(found, rates))
    return Costed(item, resource, found, _money(regular, calendar), _money(overtime, calendar))


Pieces = tuple[list[Piece], list[Piece]]
"""What is spent and what is to come."""


def _money(pieces: Pieces, calendar: WorkingTime) -> Money:
    return Money(Spread.of(pieces[0], calendar), Spread.of(pieces[1], calendar))


def _regular(item: Assignment, resource: Resource, found: Placed, rates: Sequence[Rate]) -> Pieces:
    """Work at the rates of its days, and cost per use in the first minute (rules 1 to 3 of the cases)."""
    actual = cost_of_work(found.actual, rates, STANDARD)
    remaining = cost_of_work(found.remaining, rates, STANDARD)
    per_use = rate_at(rates, found.start).per_use
    if resource.kind == "work":
        numerator, denominator = item.units.as_integer_ratio()
        per_use = rounded(per_use * numerator, denominator)
    if per_use:
        (actual if item.actual_work > 0 else remaining).append(lump(found.start, per_use))
    return actual, remaining


def _overtime(found: Placed, rates: Sequence[Rate]) -> Pieces:
    return (
        cost_of_work(found.actual_overtime, rates, OVERTIME),
        cost_of_work(found.remaining_overtime, rates, OVERTIME),
    )


def _accrued(item: Assignment, resource: Resource, found: Placed, pieces: Pieces) -> Pieces:
    """Where everything falls due at the start or at the end, it does so at once (rule 4)."""
    if resource.accrual == "prorated":
        return pieces
    whole = sum(piece.amount for part in pieces for piece in part)
    return _at_once(resource, found, whole, item.actual_work > 0, 0 < item.work <= item.actual_work)


def _at_once(resource: Resource, found: Placed, whole: int, has_begun: bool, is_done: bool) -> Pieces:
    if resource.accrual == "start":
        piece, is_due = lump(found.start, whole), has_begun
    else:
        piece, is_due = last_lump(found.finish, whole), is_done
    return ([piece], []) if is_due else ([], [piece])


def _entered(
    item: Assignment, task: Task, resource: Resource, found: Placed, calendar: WorkingTime
) -> Pieces:
    """A cost that was typed in; prorated it is spent as the duration of the task is (rule 5)."""
    whole = item.cost or 0
    if resource.accrual != "prorated":
        has_begun = task.actual_start is not None
        return _at_once(resource, found, whole, has_begun, 0 < task.duration <= task.actual_duration)
    spent = share(whole, *_time_spent(item, task, found, calendar))
    stop = found.stop
    if stop == found.start and spent:
        stop = calendar.add(found.start, share(calendar.between(found.start, found.finish), spent, whole))
    done = item.actual_pieces or [Piece(found.start, stop, 1)]
    left = item.remaining_pieces or [Piece(stop, found.finish, 1)]
    return _over_time(done, calendar, spent), _over_time(left, calendar, whole - spent)


def _time_spent(item: Assignment, task: Task, found: Placed, calendar: WorkingTime) -> tuple[int, int]:
    """How much of the duration is over: of the resource's own days, of its own dates, or else of the task's duration."""
    done = _minutes(item.actual_pieces, calendar)
    left = _minutes(item.remaining_pieces, calendar)
    if done + left > 0:
        return done, done + left
    if item.actual_start is not None and found.stop > found.start:
        return calendar.between(found.start, found.stop), calendar.between(found.start, found.finish)
    return task.actual_duration, task.duration


def _minutes(pieces: Sequence[Piece], calendar: WorkingTime) -> int:
    return sum(calendar.between(piece.start, piece.finish) for piece in pieces if piece.amount)


def _over_time(pieces: Sequence[Piece], calendar: WorkingTime, money: int) -> list[Piece]:
    """Money over the working time of pieces, whatever amounts they hold."""
    even = [
        Piece(
            piece.start,
            max(piece.finish, piece.start + 1),
            max(calendar.between(piece.start, piece.finish), 1),
        )
        for piece in pieces
        if piece.amount
    ]
    return resized(even, money)
