"""What a lag does to a moment."""

import numpy as np

from tasks.scheduling.compiled import calendars
from tasks.scheduling.compiled.codes import LAG_SHIFT, PERCENT, TICKS, WORKING
from tasks.scheduling.compiled.kernel import Array, kernel, part
from tasks.scheduling.compiled.rows import Net


@kernel
def share_of(ticks: int, percent: float) -> int:
    """Percent of a duration, to the tick."""
    return int(np.rint(ticks / TICKS * percent / 100 * TICKS))


@part
def is_summary(net: Net, row: int) -> bool:
    """Whether a row has children."""
    return bool(net.rows[row].first_child < net.rows[row + 1].first_child)


@part
def length_of(net: Net, row: int) -> int:
    """The duration of a task, or of what a summary spans."""
    if not is_summary(net, row):
        return int(net.rows[row].length)
    tables, standard, dates = net.clocks.tables, net.settings[0].standard, net.dates[row]
    return calendars.position(tables, standard, dates.finish) - calendars.position(
        tables, standard, dates.start
    )


@kernel
def moved(net: Net, arrow: Array, before: int, after: int, moment: int, sign: int) -> int:
    """A moment moved by a lag: on the successor's calendar, on the clock, or by a share of the predecessor's length."""
    kind = arrow.code >> LAG_SHIFT
    ticks = sign * (share_of(length_of(net, before), arrow.lag) if kind >= PERCENT else int(arrow.lag))
    if kind in (WORKING, PERCENT):
        return calendars.add(net.clocks.tables, net.rows[after].ruler, moment, ticks)
    return moment + ticks
