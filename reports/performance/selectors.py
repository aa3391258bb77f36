"""What the page of plan and actual shows of a project, in one unit and at one date; remembered for the revision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils import timezone

from projects import caching
from projects.worktime.moments import ends_on
from reports.charts.earned import EarnedChart, Ending, draw_earned
from reports.dashboard.money import stamp_of_prices
from reports.earned.formulas import EarnedValue
from reports.figures.finish import finish_of
from reports.performance.reading import Reading
from reports.performance.sums import performance, period_ends, schedule_of
from tasks.models import Baseline, Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.models import Project
    from reports.earned.earned_schedule import EarnedSchedule
    from reports.earned.formulas import Number
    from reports.performance.sums import Line
    from reports.performance.words import Unit

#: Rows above the one whose parts are shown.
MOST_ABOVE: Final = 20


class Period(NamedTuple):
    """A month, or more of them: what each brought, and the indices by its end. What is ahead is planned only."""

    first: dt.date
    last: dt.date
    planned: int
    earned: int | None
    actual: int | None
    spi: Number | None
    cpi: Number | None


@dataclass(frozen=True, slots=True)
class Sums:
    """All figures of the page but names."""

    total: EarnedValue
    schedule: EarnedSchedule | None
    #: The row whose parts are shown, where one is asked for.
    whole: EarnedValue | None
    parts: dict[int, EarnedValue]
    removed: EarnedValue
    line: Line
    estimated: int
    ending: Ending | None

    @property
    def periods(self) -> list[Period]:
        """Months with what each brought."""
        return periods_of(self.line)

    def chart(self, unit: Unit) -> tuple[EarnedChart, str]:
        """The curve, and what a 1 of its axis is."""
        scale, name = unit.axis(max([*self.line.planned, *self.line.actual]))
        return draw_earned(self.line, ending=self.ending, scale=scale), name


def chosen_baseline(project: Project) -> Baseline | None:
    """The one that the project is compared with."""
    return Baseline.objects.filter(project=project, is_chosen=True).first()


def sums_of(project: Project, baseline: Baseline, *, on: dt.date, unit: Unit, under: int | None) -> Sums:
    """One look into the cache while nothing has changed (and one question about prices, for money); some ten queries after that."""
    today = timezone.localdate()
    stamp = stamp_of_prices(project.organization_id) if unit.is_money else "work"
    key = f"project:detail:earned:{baseline.pk}:{on}:{today}:{under}:{stamp}:{project.forecast_finish_minute}"
    return caching.per_revision(
        project, key, lambda: _sums(project, baseline, on=on, today=today, unit=unit, under=under)
    )


def _sums(
    project: Project, baseline: Baseline, *, on: dt.date, today: dt.date, unit: Unit, under: int | None
) -> Sums:
    reading = Reading(project, baseline)
    amounts = reading.money() if unit.is_money else reading.work()
    found = performance(reading, amounts, on=on, today=today, under=under)
    parts = dict(found.by_row)
    whole = parts.pop(under, None) if under else None
    return Sums(
        found.total, schedule_of(reading, amounts, round(found.total.ev), on), whole, parts,
        found.removed, found.line, reading.estimated, ending_of(project, baseline, found.total),
    )  # fmt: skip


def ending_of(project: Project, baseline: Baseline, total: EarnedValue) -> Ending | None:
    """Where the plan is led, as far as that can be said: by the later of the forecast and the baseline's finish, to three forecasts of cost."""
    if not total.ac or total.ev >= total.bac:
        return None
    day = max(filter(None, (finish_of(project).expected_on, ends_on(baseline.finish_minute))), default=None)
    eac = total.eac
    sums = [float(each) for each in (eac.cpi, eac.budget_rate, eac.cpi_spi) if each is not None]
    return Ending(day, sums) if day else None


def periods_of(line: Line) -> list[Period]:
    """From the sums by day: at the end of each period, or at the status date where that lies in it."""
    shown = len(line.earned)
    places = {day: place for place, day in enumerate(line.days)}
    ends = [day for day in period_ends(line.days[0] + dt.timedelta(days=1), line.days[-1]) if day in places]
    if not ends or ends[-1] < line.days[-1]:
        ends.append(line.days[-1])
    found = []
    for before, last in pairwise([line.days[0], *ends]):
        start, end = places[before], places[last]
        known = min(end, shown - 1)
        first = before + dt.timedelta(days=1)
        planned = line.planned[end] - line.planned[start]
        if start >= shown - 1:
            found.append(Period(first, last, planned, None, None, None, None))
            continue
        value = EarnedValue(0, line.planned[known], line.earned[known], line.actual[known])
        found.append(
            Period(
                first, last, planned, line.earned[known] - line.earned[start],
                line.actual[known] - line.actual[start], value.spi, value.cpi,
            )
        )  # fmt: skip
    return found


class Part(NamedTuple):
    """A row with all below it, as the table shows it."""

    id: int
    name: str
    code: str
    is_summary: bool
    value: EarnedValue


def named(parts: Sequence[tuple[int, EarnedValue]]) -> list[Part]:
    """The rows of a page with their names; one query."""
    tasks = Task.objects.only("name", "wbs_code", "is_summary").in_bulk([pk for pk, _ in parts])
    return [
        Part(pk, task.name, task.wbs_code, task.is_summary, value)
        for pk, value in parts
        if (task := tasks.get(pk))
    ]


def above(project: Project, under: int | None) -> list[Task]:
    """The row whose parts are shown and what stands above it, the top first; a query a level. Empty where there is no such row."""
    found: list[Task] = []
    while under is not None and len(found) < MOST_ABOVE:
        task = (
            Task.objects.filter(project=project, deleted_at__isnull=True, pk=under)
            .only("name", "wbs_code", "parent")
            .first()
        )
        if task is None:
            return []
        found.insert(0, task)
        under = task.parent_id
    return found  # fmt: skip
