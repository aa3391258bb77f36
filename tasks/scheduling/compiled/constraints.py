"""What a constraint date does to the dates that the links ask for."""

from tasks.scheduling.compiled import calendars, clocks
from tasks.scheduling.compiled.codes import ALAP, ASAP, FNET, FNLT, MSO, NOTHING, ON_THE_CLOCK, SNET, SNLT
from tasks.scheduling.compiled.kernel import kernel
from tasks.scheduling.compiled.rows import Net


@kernel
def hold_early(net: Net, row: int, start: int, finish: int) -> tuple[bool, int, int]:
    """Whether a must date or a no-later-than date wins over the links, and the dates where it does."""
    task = net.rows[row]
    kind, moment = task.constraint, task.constraint_moment
    if moment == NOTHING or kind in (SNET, FNET, ASAP, ALAP):
        return False, start, finish
    honored, duration = net.settings[0].honors_constraints, task.duration
    if kind in (MSO, SNLT):
        if start == moment or (start < moment and kind == SNLT) or (start > moment and not honored):
            return False, start, finish
        if duration == 0:
            return True, moment, moment
        start, finish = clocks.fit(net.clocks, row, moment, duration)
        return True, start, finish
    if finish == moment or (finish < moment and kind == FNLT) or (finish > moment and not honored):
        return False, start, finish
    if duration != 0 and task.clock != ON_THE_CLOCK:
        moment = settled(net, row, moment)
    return True, clocks.subtract(net.clocks, row, moment, duration), moment


@kernel
def settled(net: Net, row: int, finish: int) -> int:
    """Where an exact finish stays, in the shifts of the only person, if there is one, and else those of the task."""
    task = net.rows[row]
    shifts = task.clock if task.clock >= 0 else task.ruler
    return calendars.settled(net.clocks.tables, shifts, finish)
