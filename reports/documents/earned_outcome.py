"""A plan beside its baseline, read once for all tables of a report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from reports.performance.reading import Reading
from reports.performance.sums import performance, schedule_of
from reports.performance.words import Unit
from tasks.models import Task

if TYPE_CHECKING:
    from projects.models import Project
    from reports.earned.earned_schedule import EarnedSchedule
    from reports.earned.formulas import EarnedValue
    from reports.performance.sums import Performance
    from tasks.models import Baseline


class PlanRow(NamedTuple):
    """A row of the plan, with the name of the one above it."""

    id: int
    code: str
    name: str
    parent: str | None
    is_summary: bool
    level: int


class Counted(NamedTuple):
    """A plan beside its baseline in one unit."""

    unit: Unit
    found: Performance
    schedule: EarnedSchedule | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan beside its baseline at a day: in hours, and in money where it may be seen and there is some."""

    project: Project
    baseline: Baseline
    on: dt.date
    #: Tasks whose hours are told by their progress.
    estimated: int
    counted: tuple[Counted, ...]
    #: Of the plan, in its order.
    rows: list[PlanRow]

    @property
    def main(self) -> Counted:
        """The unit that figures are first said in: money, if there is any."""
        return self.counted[-1]

    @property
    def total(self) -> EarnedValue:
        """All of it, in the main unit."""
        return self.main.found.total


def read_outcome(
    project: Project, baseline: Baseline, *, on: dt.date, today: dt.date, sees_money: bool
) -> Outcome:
    """Every row with all below it; some ten queries, five more for money, whatever the size of the plan."""
    reading = Reading(project, baseline)
    counted = [_counted(reading, Unit(is_money=False), on, today)]
    if sees_money:
        in_money = _counted(reading, Unit(is_money=True), on, today)
        counted += [in_money] if in_money.found.total.bac else []
    return Outcome(project, baseline, on, reading.estimated, tuple(counted), _rows(project))


def _counted(reading: Reading, unit: Unit, on: dt.date, today: dt.date) -> Counted:
    amounts = reading.money() if unit.is_money else reading.work()
    found = performance(reading, amounts, on=on, today=today, whole=True)
    return Counted(unit, found, schedule_of(reading, amounts, round(found.total.ev), on))


def _rows(project: Project) -> list[PlanRow]:
    """In the plan's order, each with its level; one query."""
    found = Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number", "pk")
    levels: dict[int | None, int] = {None: 0}
    rows = []
    for pk, code, name, above, parent, is_summary in found.values_list(
        "pk", "wbs_code", "name", "parent_id", "parent__name", "is_summary"
    ):
        levels[pk] = levels.get(above, 0) + 1
        rows.append(PlanRow(pk, code, name, parent, is_summary, levels[pk]))
    return rows
