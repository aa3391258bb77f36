"""What a history is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the asker was told."""

    KEPT = "kept"
    REFUSED = "refused"
    #: No answer: it may have happened.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Append:
    """An element put at the end of a list."""

    key: str
    element: int


@dataclass(frozen=True, slots=True)
class Read:
    """A list as it was seen."""

    key: str
    seen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one asker did at once; moments are seconds on one clock, of asking and of the answer."""

    number: int
    person: str
    began: float
    ended: float
    steps: tuple[Append | Read, ...]
    outcome: Outcome = Outcome.KEPT
    #: By which way it was asked: pool, replica, cache.
    way: str = ""

    def appends(self) -> Iterator[Append]:
        """In their order."""
        return (step for step in self.steps if isinstance(step, Append))

    def reads(self) -> Iterator[Read]:
        """Of a refused transaction none: it was told nothing that counts."""
        if self.outcome is Outcome.KEPT:
            yield from (step for step in self.steps if isinstance(step, Read))


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What no honest history holds: its kind, who takes part, and how."""

    kind: str
    transactions: tuple[int, ...]
    words: str


def writers_of(history: Iterable[Transaction]) -> dict[tuple[str, int], Transaction]:
    """Who appended each element of each list."""
    return {(step.key, step.element): each for each in history for step in each.appends()}
