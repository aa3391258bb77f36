"""How much of a budget is earned: the rules by which progress is measured, each with what it reads of a task."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

Rule = Literal["percent", "physical", "work", "none_or_all", "half_at_start", "steps", "units"]


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of how far a task is. Percents are 0 to 100."""

    percent: int = 0  # of the duration, typed in
    physical: int = 0  # of the result, typed in
    work_done: int = 0
    work: int = 0
    has_begun: bool = False
    is_done: bool = False
    steps_passed: tuple[int, ...] = ()  # what those passed stand for together: 着手 10, 製造 60, レビュー 100
    units_done: int = 0
    units: int = 0


def earned_share(rule: Rule, progress: Progress) -> Fraction:
    """The share of the budget that is earned, from 0 to 1. What is done is earned whole, whatever the rule."""
    if progress.is_done:
        return Fraction(1)
    return min(max(_RULES[rule](progress), Fraction(0)), Fraction(1))


def _of(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole > 0 else Fraction(0)


_RULES: Final[dict[Rule, Callable[[Progress], Fraction]]] = {
    "percent": lambda progress: Fraction(progress.percent, 100),
    "physical": lambda progress: Fraction(progress.physical, 100),
    "work": lambda progress: _of(progress.work_done, progress.work),
    "none_or_all": lambda _: Fraction(0),
    "half_at_start": lambda progress: Fraction(1, 2) if progress.has_begun else Fraction(0),
    "steps": lambda progress: Fraction(max(progress.steps_passed, default=0), 100),
    "units": lambda progress: _of(progress.units_done, progress.units),
}
