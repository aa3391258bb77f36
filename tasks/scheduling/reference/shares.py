"""One person's part of a task, and whole minutes cut into whole minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """One person's part of a task."""

    resource_id: int
    units: float
    work_minutes: int
    #: How long after the task this person begins.
    delay_minutes: int = 0

    def whole(self, duration_minutes: int) -> int:
        """The work of who is there from the own beginning to the end."""
        return whole_part(max(duration_minutes - self.delay_minutes, 0), self.units)

    def fills(self, duration_minutes: int) -> bool:
        """Whether the own part takes as long as the task, whatever rounding took away or added."""
        return self.work_minutes == self.whole(duration_minutes)

    def lasts(self, duration_minutes: int) -> int:
        """When the own part is done, counted from the beginning of the task."""
        if self.fills(duration_minutes):
            return duration_minutes
        return self.delay_minutes + half_up(self.work_minutes / self.units) if self.units > 0 else 0

    def units_for(self, work_minutes: int, duration_minutes: int) -> float:
        """The units that do so much work in the time, in hundredths of a percent; as they are where there is none."""
        room = duration_minutes - self.delay_minutes
        return round(work_minutes / room, 4) if room > 0 else self.units


def half_up(exact: float) -> int:
    """To a whole minute, as the engine counts how long a person is there."""
    return int(exact + 0.5)


def whole_part(duration_minutes: int, units: float) -> int:
    """The work of a person who is there from beginning to end."""
    return half_up(duration_minutes * units)


def portions(whole: int, weights: Sequence[float]) -> list[int]:
    """A whole number cut by weights into whole numbers that add up to it: the largest remainders are rounded up."""
    shares = [Fraction(weight) for weight in weights]
    total = sum(shares)
    if total <= 0:
        shares, total = [Fraction(1)] * len(weights), Fraction(len(weights))
    exact = [whole * share / total for share in shares]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda number: (parts[number] - exact[number], number))
    for number in by_remainder[: whole - sum(parts)]:
        parts[number] += 1
    return parts
