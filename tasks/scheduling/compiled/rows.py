"""What the kernels pass over: a plan by row, with links as arrows into and out of each.

Rows are records: what a pass asks of a row lies together. One more stands behind the last, where counts of children and
arrows end; it is the parent of those at the top.
"""

from typing import NamedTuple

import numpy as np

from tasks.scheduling.compiled.clocks import ClockTables
from tasks.scheduling.compiled.codes import FOREVER, NEVER, PROJECT_START
from tasks.scheduling.compiled.kernel import Array

ROW = np.dtype(
    [
        # The outline. ``spanned``: the children that a summary reaches over, its active ones, or all when none is.
        ("id", "i8"),
        ("parent", "i8"),
        ("first_child", "i8"),
        ("first_spanned", "i8"),
        ("first_in", "i8"),
        ("first_out", "i8"),
        # Time, in ticks: of the task, and with the pauses of split tasks.
        ("length", "i8"),
        ("duration", "i8"),
        ("ruler", "i8"),
        ("clock", "i8"),
        # What the task says itself.
        ("constraint", "i8"),
        ("constraint_moment", "i8"),
        ("deadline", "i8"),
        ("delay", "i8"),
        # Dates that are not computed: a code for why, or NOT_GIVEN.
        ("given", "i8"),
        ("given_start", "i8"),
        ("given_finish", "i8"),
        ("delay_is_elapsed", "?"),
        ("is_plain", "?"),  # no summary, and nothing but links and calendars decides its dates
        ("is_active", "?"),
        ("is_done", "?"),
        ("is_silent", "?"),  # done or inactive, so that no predecessor has to hurry for it
        ("is_elapsed", "?"),
        ("has_begun", "?"),
    ],
    align=True,
)
ARROW = np.dtype([("other", "i8"), ("code", "i8"), ("index", "i8"), ("lag", "f8")], align=True)
"""A link: the row at its other end, how it runs as in the plain passes, its number, its lag in ticks or percent."""

DATES = np.dtype(
    [
        ("start", "i8"),
        ("finish", "i8"),
        ("driver", "i8"),
        ("via", "i8"),
        ("late_start", "i8"),
        ("late_finish", "i8"),
        ("start_position", "i8"),  # of the early dates on the row's ruler
        ("finish_position", "i8"),
        ("total", "i8"),
        ("free", "i8"),
        ("length", "i8"),  # of a summary: what it spans
        ("other", "i8"),  # why, where the driver is OTHER
        ("first", "i8"),  # of a summary: its first row to start and its last to finish
        ("last", "i8"),
        ("wanted_start", "i8"),  # what the links asked for, where a constraint date won over them
        ("wanted_finish", "i8"),
        ("is_wanted", "?"),
        ("sets_finish", "?"),
    ],
    align=True,
)
"""What the passes find out of a row; as in the plain passes, but flat."""

BOUNDS = np.dtype(
    [
        ("start", "i8"),
        ("finish", "i8"),
        ("driver", "i8"),
        ("finish_driver", "i8"),
        ("via", "i8"),
        ("finish_via", "i8"),
        ("late_start", "i8"),
        ("late_finish", "i8"),
        ("has_predecessor", "?"),
        ("is_before", "?"),  # one of its predecessors lies before the project start
    ],
    align=True,
)
"""What is asked of the children of a summary, and how late they may be."""

SETTINGS = np.dtype([("standard", "i8"), ("honors_constraints", "?"), ("ends_own_path", "?")], align=True)
"""The project's calendar; whether constraint dates win over links; whether there are several critical paths."""


class Net(NamedTuple):
    """A plan, and what becomes of it."""

    settings: Array  # one SETTINGS
    clocks: ClockTables
    rows: Array
    child: Array
    spanned: Array
    into: Array  # of ARROW: links whose predecessor is active
    out: Array
    dates: Array
    bounds: Array


def nothing_asked(count: int) -> Array:
    """The bounds of so many rows, and that of the top."""
    bounds = np.zeros(count + 1, BOUNDS).view(np.recarray)
    bounds[count] = (NEVER, NEVER, PROJECT_START, PROJECT_START, -1, -1, FOREVER, FOREVER, False, False)
    return bounds
