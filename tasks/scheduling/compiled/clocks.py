"""On which time a row runs: a calendar, the wall clock, or those of several people.

The same questions and answers as those of the clocks of the plain passes.
"""

from typing import NamedTuple

import numpy as np

from tasks.scheduling.compiled import calendars
from tasks.scheduling.compiled.calendars import Tables
from tasks.scheduling.compiled.codes import FIRST_TEAM, FOREVER, NEVER, ON_THE_CLOCK, TICK_SHIFT
from tasks.scheduling.compiled.kernel import Array, kernel, part

MEMBER = np.dtype([("calendar", "i8"), ("own", "i8")], align=True)
"""A member of a team, and the minutes that this person has to do of those of the task."""


class ClockTables(NamedTuple):
    """What rows run on; by team where its members begin."""

    tables: Tables
    rows: Array
    team: Array
    members: Array  # of MEMBER


@kernel
def share(clocks: ClockTables, row: int, member: int, ticks: int) -> int:
    """What a member does of so much of the task."""
    own: int = clocks.members[member].own
    whole, minutes = clocks.rows[row].length >> TICK_SHIFT, ticks >> TICK_SHIFT
    if whole != 0 and minutes != whole:
        own = own * minutes // whole
    return own << TICK_SHIFT


@part
def fit(clocks: ClockTables, row: int, moment: int, ticks: int) -> tuple[int, int]:
    """Begin at or after a moment and work so long: of a team the first one begins and the last one finishes."""
    clock = clocks.rows[row].clock
    if clock >= 0:
        return calendars.fit(clocks.tables, clock, moment, ticks)
    if clock == ON_THE_CLOCK:
        return moment, moment + ticks
    start, finish = FOREVER, NEVER
    for member in range(clocks.team[FIRST_TEAM - clock], clocks.team[FIRST_TEAM - clock + 1]):
        own = share(clocks, row, member, ticks)
        begin, end = calendars.fit(clocks.tables, clocks.members[member].calendar, moment, own)
        start = min(start, begin)
        if own != 0:
            finish = max(finish, end)
    return start, max(start, finish)


@part
def fit_back(clocks: ClockTables, row: int, moment: int, ticks: int) -> tuple[int, int]:
    """Be done at or before a moment after so much work."""
    clock = clocks.rows[row].clock
    if clock >= 0:
        return calendars.fit_back(clocks.tables, clock, moment, ticks)
    if clock == ON_THE_CLOCK:
        return moment - ticks, moment
    start, finish = FOREVER, NEVER
    for member in range(clocks.team[FIRST_TEAM - clock], clocks.team[FIRST_TEAM - clock + 1]):
        own = share(clocks, row, member, ticks)
        begin, end = calendars.fit_back(clocks.tables, clocks.members[member].calendar, moment, own)
        finish = max(finish, end)
        if own != 0:
            start = min(start, begin)
    return min(start, finish), finish


@kernel
def add(clocks: ClockTables, row: int, moment: int, ticks: int) -> int:
    """Where so much work after a moment is done by all."""
    clock = clocks.rows[row].clock
    if clock >= 0:
        return calendars.add(clocks.tables, clock, moment, ticks)
    if clock == ON_THE_CLOCK:
        return moment + ticks
    last = NEVER
    for member in range(clocks.team[FIRST_TEAM - clock], clocks.team[FIRST_TEAM - clock + 1]):
        own = share(clocks, row, member, ticks)
        last = max(last, calendars.add(clocks.tables, clocks.members[member].calendar, moment, own))
    return last


@kernel
def subtract(clocks: ClockTables, row: int, moment: int, ticks: int) -> int:
    """Where work has to begin so that all have done so much before a moment."""
    clock = clocks.rows[row].clock
    if clock >= 0:
        return calendars.add(clocks.tables, clock, moment, -ticks)
    if clock == ON_THE_CLOCK:
        return moment - ticks
    first = FOREVER
    for member in range(clocks.team[FIRST_TEAM - clock], clocks.team[FIRST_TEAM - clock + 1]):
        own = share(clocks, row, member, ticks)
        first = min(first, calendars.add(clocks.tables, clocks.members[member].calendar, moment, -own))
    return first


@kernel
def between(clocks: ClockTables, row: int, start: int, finish: int) -> int:
    """What is worked from one moment to another by the person who works most then."""
    clock, tables = clocks.rows[row].clock, clocks.tables
    if clock >= 0:
        return calendars.position(tables, clock, finish) - calendars.position(tables, clock, start)
    if clock == ON_THE_CLOCK:
        return finish - start
    most = NEVER
    for member in range(clocks.team[FIRST_TEAM - clock], clocks.team[FIRST_TEAM - clock + 1]):
        calendar = clocks.members[member].calendar
        worked = calendars.position(tables, calendar, finish) - calendars.position(tables, calendar, start)
        most = max(most, worked)
    return most
