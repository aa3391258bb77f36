"""How a part of a whole becomes a figure."""

from __future__ import annotations

from math import floor


def percent(part: float, whole: float) -> int:
    """Half up, and 100 only for the whole; 0 of nothing."""
    if not whole:
        return 0
    found = floor(100 * part / whole + 0.5)
    return 99 if found == 100 and part < whole else found
