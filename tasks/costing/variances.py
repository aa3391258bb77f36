"""How far a plan is from its baseline: current less agreed (rule 10 of the cases)."""

from dataclasses import dataclass

from projects.worktime.calendar import WorkingTime
from tasks.costing.given import Baseline

NO_BASELINE = Baseline()


@dataclass(frozen=True, slots=True)
class Variances:
    """Minutes of working time for start and finish, amounts for duration, work and cost."""

    start: int
    finish: int
    duration: int
    work: int
    cost: int


def variances_of(
    baseline: Baseline | None,
    calendar: WorkingTime,
    dates: tuple[int | None, int | None],
    amounts: tuple[int, int, int],
) -> Variances:
    """Of dates (start, finish) and amounts (duration, work, cost).

    A date that was never agreed on has not moved. An amount that was not is counted as 0, so that all of it is a variance: that is how
    Microsoft Project stores it.
    """
    agreed = baseline or NO_BASELINE
    duration, work, cost = amounts
    return Variances(
        _moved(calendar, agreed.start, dates[0]),
        _moved(calendar, agreed.finish, dates[1]),
        duration - (agreed.duration or 0),
        work - (agreed.work or 0),
        cost - (agreed.cost or 0),
    )


def _moved(calendar: WorkingTime, agreed: int | None, now: int | None) -> int:
    return 0 if agreed is None or now is None else calendar.between(agreed, now)
