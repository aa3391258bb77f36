"""Earned schedule: when what is earned now was to be earned, and so how late a plan is in time instead of money."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from projects.worktime.calendar import WorkingTime
from projects.worktime.moments import MINUTES_PER_DAY
from reports.earned.formulas import Number, ratio
from tasks.costing.spread import Spread


@dataclass(frozen=True, slots=True)
class EarnedSchedule:
    """In periods (days, weeks or months) from the beginning of the plan."""

    earned: Fraction  # ES
    actual: Fraction  # AT

    @property
    def sv(self) -> Fraction:
        """SV(t) = ES - AT."""
        return self.earned - self.actual

    @property
    def spi(self) -> Fraction | None:
        """SPI(t) = ES / AT; undefined before the first period is over."""
        return ratio(self.earned, self.actual)


def earned_schedule(planned: Sequence[Number], earned: Number, actual: Number) -> EarnedSchedule | None:
    """From what was planned up to the end of each period (never falling), what is earned, and how many periods are over.

    Within a period it is linear. ``None`` where nothing was planned. What is earned beyond the plan counts as its last period.
    """
    if not planned or planned[-1] <= 0:
        return None
    if earned >= planned[-1]:
        # The first period by whose end all was planned: what lies behind it plans nothing more.
        return EarnedSchedule(Fraction(planned.index(planned[-1]) + 1), Fraction(actual))
    over = bisect_right(planned, earned)
    before = planned[over - 1] if over else 0
    part = Fraction(earned - before) / Fraction(planned[over] - before)
    return EarnedSchedule(over + part, Fraction(actual))


def schedule_in_days(
    budgets: Sequence[Spread], earned: int, status: int, calendar: WorkingTime
) -> EarnedSchedule | None:
    """Earned schedule in working days of a calendar, from the first day on which anything was planned to the day of the status date.

    Days without work are no periods; what is planned for one belongs to the next.
    """
    planned = [budget for budget in budgets if budget.pieces]
    if not planned:
        return None
    first = min(budget.starts[0] for budget in planned) // MINUTES_PER_DAY
    last = max((budget.reach[-1] - 1) // MINUTES_PER_DAY for budget in planned)
    amounts = [0] * (last - first + 1)
    for budget in planned:
        budget.add_to(amounts, first)
    sums = list(accumulate(amounts))
    is_work = [_is_work(calendar, first + day) for day in range(len(sums))]
    periods = [total for total, work in zip(sums, is_work, strict=True) if work]
    if not periods or periods[-1] < sums[-1]:
        periods.append(sums[-1])
    over = sum(_is_work(calendar, day) for day in range(first, (status - 1) // MINUTES_PER_DAY + 1))
    return earned_schedule(periods, earned, over)


def _is_work(calendar: WorkingTime, day: int) -> bool:
    return calendar.between(day * MINUTES_PER_DAY, (day + 1) * MINUTES_PER_DAY) > 0
