"""The day that a constraint names, of the minute that it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projects.worktime.moments import day_of, ends_on, first_day_of
from tasks.scheduling.constraint_types import HOLDS_FINISH

if TYPE_CHECKING:
    from datetime import date


def constraint_day(kind: str, minute: int | None) -> date | None:
    """The day that a constraint begins on, or the last one where it holds a finish; none where it has no date."""
    if minute is None or kind in HOLDS_FINISH:
        return ends_on(minute)
    return day_of(first_day_of(minute))
