"""Earned schedule: when what is earned now was to be earned, and so how late a plan is in time instead of money."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.earned.formulas import Number, ratio


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
