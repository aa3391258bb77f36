"""What the forward pass finds out."""

from dataclasses import dataclass

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.plan import DriverKind
from tasks.scheduling.reference.grid import ELAPSED, PERCENT, WORKING, Grid

NEVER = -(1 << 60)
FOREVER = 1 << 60

# What drives a row: the index of a link, or one of these.
PROJECT_START = -1
CONSTRAINT = -2
OTHER = -3

EarlyBound = tuple[int, int, int, int, int, int]
"""What is asked of a row: earliest start and finish, each with what drives it and through which summary (or -1)."""

UNBOUND: EarlyBound = (NEVER, NEVER, PROJECT_START, PROJECT_START, -1, -1)

Reach = tuple[bool, bool]
"""Whether a row has predecessors, and whether one of them lies before the project start; summaries included."""


@dataclass(slots=True)
class Early:
    """Dates and what decided them, by row. The lists of summaries have one more entry, for the rows at the top."""

    starts: list[int]
    finishes: list[int]
    drivers: list[int]
    via: list[int]  # the summary through which a link or date drives, -1 for an own one
    bounds: list[EarlyBound | None]  # of summaries: what their children have to keep, None for nothing
    reach: list[Reach]  # of summaries
    others: dict[int, DriverKind]  # why, where the driver is OTHER
    wanted: dict[int, tuple[int, int]]  # what the links asked for, where a constraint date won over them
    first_child: dict[int, tuple[int, int]]  # of a summary: its first row to start and its last to finish
    sets_finish: set[int]  # rows whose finish is driven

    def forget(self, row: int) -> None:
        """Take back what a pass may note about a row beside its dates."""
        self.others.pop(row, None)
        self.wanted.pop(row, None)
        self.first_child.pop(row, None)
        self.sets_finish.discard(row)


def nothing_yet(count: int) -> Early:
    """For so many rows."""
    nowhere = [0] * count
    return Early(
        starts=nowhere,
        finishes=nowhere[:],
        drivers=[PROJECT_START] * count,
        via=[-1] * count,
        bounds=[None] * (count + 1),
        reach=[(False, False)] * (count + 1),
        others={},
        wanted={},
        first_child={},
        sets_finish=set(),
    )


def with_lag(ruler: WorkingTime, moment: int, kind: int, lag: float, duration: int) -> int:
    """A moment moved by a lag on the successor's calendar, on the clock, or by a share of the predecessor."""
    if kind == WORKING:
        return ruler.add(moment, int(lag))
    if kind == ELAPSED:
        return moment + int(lag)
    minutes = share_of(duration, lag)
    return ruler.add(moment, minutes) if kind == PERCENT else moment + minutes


def share_of(duration: int, percent: float) -> int:
    """Percent of a duration. A quarter of 330 minutes is 82.5: the half goes along, or a chain of them would drift.

    So moments may have a part behind the point within the passes, to the 1024th, which floats hold exactly; what a
    plan says is rounded (``nearest``).
    """
    minutes = duration * percent / 100
    whole = int(minutes)
    return whole if whole == minutes else round(minutes * 1024) / 1024  # type: ignore[return-value]  # see above


def length_of(grid: Grid, early: Early, row: int) -> int:
    """The duration of a task, or of what a summary spans."""
    if grid.children[row]:
        return grid.standard.between(early.starts[row], early.finishes[row])
    return grid.tasks[row].duration_minutes
