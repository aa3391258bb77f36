"""Dates that are honoured although the links of a plan ask for later ones.

A plan with such dates can be computed, and its slack turns negative (``late_driver`` names the date). Who sets a date
may want to be told before, or to be refused: that is what these are for.
"""

from collections.abc import Iterator

from tasks.scheduling.constraint_types import CAPPED
from tasks.scheduling.errors import ImpossibleConstraint
from tasks.scheduling.network import Network
from tasks.scheduling.plan import Plan, nearest
from tasks.scheduling.reference.early import with_lag
from tasks.scheduling.reference.grid import FROM_START, LAG_SHIFT, TO_FINISH, WITH_LAG, Arrow, Grid, lay_out


def impossible_constraints(plan: Plan, network: Network) -> list[ImpossibleConstraint]:
    """One for each task that its own date holds before a predecessor lets it, the first such predecessor named."""
    if not network.project.honors_constraints:
        return []
    grid = lay_out(network)
    found = []
    for row, task in enumerate(grid.tasks):
        if task.constraint_type not in CAPPED or plan[task.id].driver.kind != "constraint":
            continue
        broken = next(_broken(grid, plan, row), None)
        if broken is not None:
            before = grid.tasks[broken[0]].id
            found.append(ImpossibleConstraint(task.id, before, task.constraint_type))
    return found


def _broken(grid: Grid, plan: Plan, row: int) -> Iterator[Arrow]:
    """The links into a row, or into a summary above it, that ask for later dates."""
    dates = plan[grid.tasks[row].id]
    at = row
    while at >= 0:
        for arrow in grid.incoming[at]:
            if _asked(grid, plan, row, arrow) > (dates.finish if arrow[2] & TO_FINISH else dates.start):
                yield arrow
        at = grid.parent[at]


def _asked(grid: Grid, plan: Plan, row: int, arrow: Arrow) -> int:
    before, _, code, lag, _ = arrow
    dates = plan[grid.tasks[before].id]
    moment = dates.start if code & FROM_START else dates.finish
    if code < WITH_LAG:
        return moment
    return nearest(with_lag(grid.rulers[row], moment, code >> LAG_SHIFT, lag, dates.duration_minutes))
