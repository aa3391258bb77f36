"""A baseline as money in time: what each row and each assignment was to cost, and when."""

from tasks.costing.assignments import Costed
from tasks.costing.given import Accrual, Baseline, Piece
from tasks.costing.rollup import Figures, TaskFigures
from tasks.costing.spread import NOTHING, Spread, last_lump, lump, resized


def assignment_budget(figures: Figures, row: TaskFigures, item: Costed) -> Spread:
    """What an assignment was to cost; nothing where its task was not part of the baseline (rule 12 of the cases)."""
    number = figures.plan.baseline
    calendar = figures.hours.of_work(row.task, item.resource)
    agreed = item.item.baselines.get(number)
    if agreed is None or number not in row.task.baselines or not agreed.cost:
        return NOTHING
    if item.resource is None or item.resource.is_budget:
        return NOTHING
    if agreed.cost_pieces:
        return Spread(resized(agreed.cost_pieces, agreed.cost), calendar)
    return Spread(_placed(agreed, agreed.cost, item.resource.accrual), calendar)


def own_budget(figures: Figures, row: TaskFigures, in_assignments: int) -> tuple[Spread, int]:
    """What a row itself was to cost beyond its assignments (their budgets are given), and how much of that has no dates.

    Of a task that is what its baseline has more than those of its assignments: the fixed cost, by its accrual, and assignments that were deleted since. A summary has
    nothing of its own: its baseline is a sum that was taken once, and may not be that of the rows below any more.
    """
    agreed = row.task.baselines.get(figures.plan.baseline)
    if agreed is None or row.is_summary:
        return NOTHING, 0
    rest = (agreed.cost or 0) - in_assignments
    if agreed.start is None or agreed.finish is None:
        return NOTHING, rest
    if not rest:
        return NOTHING, 0
    return Spread(_placed(agreed, rest, row.task.fixed_accrual), row.calendar), 0


def _placed(agreed: Baseline, amount: int, accrual: Accrual) -> list[Piece]:
    """At the start, at the end, or even over the working time between (rule 13 of the cases)."""
    if agreed.start is None or agreed.finish is None:
        return []
    if accrual == "start":
        return [lump(agreed.start, amount)]
    if accrual == "end":
        return [last_lump(agreed.finish, amount)]
    return [Piece(agreed.start, max(agreed.finish, agreed.start + 1), amount)]
