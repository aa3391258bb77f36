"""Planned, earned and actual value of everything in a plan at a moment, from its baseline, progress and cost."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from reports.earned.budget import assignment_budget, own_budget
from reports.earned.earned_schedule import EarnedSchedule, schedule_in_days
from reports.earned.formulas import EarnedValue
from reports.earned.rules import Progress, earned_share
from tasks.costing.amounts import rounded
from tasks.costing.rollup import Figures, TaskFigures
from tasks.costing.spread import Spread

Reading = Literal["share_of_budget", "baseline_time"]
"""What a share of a task earns: that share of its budget, or what the baseline would have cost by that share of its working time."""

NOTHING = EarnedValue(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Part:
    """A budget in time with what of it is earned: of an assignment, or of a row beyond its assignments."""

    budget: Spread
    undated: int  # budget without dates: part of the whole, planned for no day
    earned: int
    actual: tuple[Spread, ...]

    def at(self, moment: int) -> EarnedValue:
        return EarnedValue(
            self.budget.total + self.undated,
            self.budget.until(moment),
            self.earned,
            sum(spread.until(moment) for spread in self.actual),
        )


@dataclass(frozen=True, slots=True)
class _Row:
    row: TaskFigures
    items: list[_Part]  # as the assignments of the row
    own: _Part


class EarnedValues:
    """Budgets of a plan, placed once, with what is earned as progress stands; then asked for any moment. One walk over the rows a question."""

    def __init__(self, figures: Figures, reading: Reading = "share_of_budget") -> None:
        self.figures = figures
        self.reading = reading
        self._rows = [self._placed(row) for row in reversed(figures.tasks.values())]

    def _placed(self, row: TaskFigures) -> _Row:
        share = _share(row)
        budgets = [assignment_budget(self.figures, row, item) for item in row.own]
        own, undated = own_budget(self.figures, row, sum(budget.total for budget in budgets))
        items = [
            _Part(budget, 0, self._earned(row, budget, share), item.actual)
            for item, budget in zip(row.own, budgets, strict=True)
        ]
        earned = self._earned(row, own, share) + _share_of(undated, share)
        return _Row(row, items, _Part(own, undated, earned, (row.fixed_actual,)))

    def _earned(self, row: TaskFigures, budget: Spread, share: Fraction) -> int:
        agreed = row.task.baselines.get(self.figures.plan.baseline)
        if (
            self.reading == "share_of_budget"
            or agreed is None
            or agreed.start is None
            or agreed.finish is None
        ):
            return _share_of(budget.total, share)
        minutes = row.calendar.between(agreed.start, agreed.finish)
        return budget.until(row.calendar.add(agreed.start, _share_of(minutes, share)))

    def tasks_at(self, moment: int) -> dict[int, EarnedValue]:
        """Every row by uid, a summary with all that stands below it. What is earned is known for the progress as it stands."""
        found: dict[int, EarnedValue] = {}
        for each in self._rows:
            whole = each.own.at(moment)
            for part in each.items:
                whole += part.at(moment)
            for child in each.row.children:
                whole += found[child.task.uid]
            found[each.row.task.uid] = whole
        return found

    def assignments_at(self, moment: int) -> dict[int, EarnedValue]:
        """Every assignment by uid."""
        return {
            item.item.uid: part.at(moment)
            for each in self._rows
            for item, part in zip(each.row.own, each.items, strict=True)
        }

    def resources_at(self, moment: int) -> dict[int, EarnedValue]:
        """Every resource by uid: the sum of what it is on."""
        of_items = self.assignments_at(moment)
        return {
            uid: sum((of_items[item.item.uid] for item in each.own), NOTHING)
            for uid, each in self.figures.resources.items()
        }

    def schedule_at(self, uid: int, moment: int) -> EarnedSchedule | None:
        """Earned schedule of a row and all below, in working days of its calendar; ``None`` where nothing was planned or no such row is."""
        top = self.figures.tasks.get(uid)
        if top is None:
            return None
        below, open_rows = set(), [top]
        while open_rows:
            row = open_rows.pop()
            below.add(row.task.uid)
            open_rows += row.children
        rows = [each for each in self._rows if each.row.task.uid in below]
        earned = sum(part.earned for each in rows for part in (each.own, *each.items))
        return schedule_in_days(_budgets(rows), earned, moment, top.calendar)

    def planned_by_day(self, first_day: int, count: int) -> list[int]:
        """Planned value of the whole plan on each of so many days since 1970-01-01, of which no day knows another."""
        return _by_day([*_budgets(self._rows)], first_day, count)

    def actual_by_day(self, first_day: int, count: int) -> list[int]:
        """Actual cost of the whole plan, likewise."""
        spent = [spread for each in self._rows for item in each.row.own for spread in item.actual]
        return _by_day([*spent, *(each.row.fixed_actual for each in self._rows)], first_day, count)


def _share(row: TaskFigures) -> Fraction:
    task = row.task
    progress = Progress(percent=row.percent_complete, physical=task.physical_percent_complete)
    return earned_share(task.earned_by, progress)


def _share_of(whole: int, share: Fraction) -> int:
    return rounded(whole * share.numerator, share.denominator)


def _budgets(rows: list[_Row]) -> list[Spread]:
    return [part.budget for each in rows for part in (each.own, *each.items)]


def _by_day(spreads: list[Spread], first_day: int, count: int) -> list[int]:
    found = [0] * count
    for spread in spreads:
        spread.add_to(found, first_day)
    return found
