"""Which shifts there are on every day of a calendar.

A calendar is its week with layers of patterns, the last one on top; one that differs from another on some days is that
other one with layers of its own.
"""

from typing import NamedTuple

from tasks.scheduling.compiled.codes import DAY
from tasks.scheduling.compiled.kernel import Array, kernel


class CalendarPatterns(NamedTuple):
    """By calendar: on which one it is based, the patterns of its week, its layers; by pattern: its shifts."""

    base: Array
    week: Array  # seven patterns; below 0 where a calendar has no week of its own
    first_layer: Array
    layers: Array  # first day, last day, and seven patterns, below 0 for what is usual
    first_shift: Array
    shifts: Array  # start and end in ticks after midnight


@kernel
def count_shifts(patterns: CalendarPatterns, low: int, owner: Array, counts: Array) -> None:
    """Find the pattern of every day from a first one on, and how many shifts each calendar has."""
    for calendar in range(len(counts)):
        days, base, week = owner[calendar], patterns.base[calendar], patterns.week[calendar]
        for day in range(len(days)):
            days[day] = owner[base, day] if base >= 0 else week[(low + day + 3) % 7]
        for number in range(patterns.first_layer[calendar], patterns.first_layer[calendar + 1]):
            layer = patterns.layers[number]
            for day in range(max(layer[0] - low, 0), min(layer[1] - low + 1, len(days))):
                weekday = (low + day + 3) % 7
                pattern = layer[2 + weekday]
                days[day] = pattern if pattern >= 0 else week[weekday]
        for pattern in days:
            if pattern >= 0:
                counts[calendar] += patterns.first_shift[pattern + 1] - patterns.first_shift[pattern]


@kernel
def write_shifts(patterns: CalendarPatterns, low: int, owner: Array, shifts: Array, calendars: Array) -> None:
    """Write down the shifts of all days, and how much is worked before each."""
    for calendar in range(len(owner)):
        at = calendars[calendar].first
        for day in range(owner.shape[1]):
            pattern = owner[calendar, day]
            if pattern >= 0:
                for number in range(patterns.first_shift[pattern], patterns.first_shift[pattern + 1]):
                    shifts[at].start = (low + day) * DAY + patterns.shifts[number, 0]
                    shifts[at].end = (low + day) * DAY + patterns.shifts[number, 1]
                    at += 1
        worked = 0
        for number in range(calendars[calendar].first, calendars[calendar + 1].first):
            shifts[number].before = worked
            worked += shifts[number].end - shifts[number].start
        calendars[calendar].total = worked
