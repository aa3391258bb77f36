"""From a network to a plan."""

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tasks.scheduling.network import Network
from tasks.scheduling.plan import DatesByTask, DriverKind, Plan, nearest
from tasks.scheduling.reference.backward import LateDates, never_late, pass_backward
from tasks.scheduling.reference.checks import FIRST_MINUTE, LAST_MINUTE, refuse_far_dates
from tasks.scheduling.reference.drivers import Drivers
from tasks.scheduling.reference.early import Early, length_of, nothing_yet
from tasks.scheduling.reference.forward import pass_forward
from tasks.scheduling.reference.given import Held
from tasks.scheduling.reference.grid import Grid, lay_out
from tasks.scheduling.reference.order import steps_in_order
from tasks.scheduling.reference.slack import Slack, measure_free, measure_positions, measure_total, no_slack

IN_PERCENT = ("percent", "elapsed_percent")
GIVEN = ("actual", "manual", "pinned")


def reference_plan(network: Network) -> Plan:
    """All dates of a plan. The same network gives the same plan, in whatever order its rows come."""
    with collection_paused():
        return _schedule(network)


@contextmanager
def collection_paused() -> Iterator[None]:
    """A pass makes a hundred thousand small things and no garbage; looking for it would cost a quarter more."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass(slots=True)
class Passes:
    """What the passes over a grid found out."""

    early: Early
    late: LateDates
    slack: Slack
    finish: int


def _schedule(network: Network) -> Plan:
    grid = lay_out(network)
    return plan_of(grid, run(grid, steps_in_order(grid)))


def run(grid: Grid, order: list[int]) -> Passes:
    """All passes over a grid."""
    start, aim = grid.project.start_minute, None
    if grid.project.from_finish:
        aim = grid.project.start_minute if grid.project.finish_minute is None else grid.project.finish_minute
        start = _latest_start(grid, order, aim)
    early = _early(grid, order, start, {})
    finish = project_finish(grid, early) if aim is None else aim
    late = _late(grid, order, early, finish)
    held = _as_late_as_possible(grid, early, late)
    if held:
        early = _early(grid, order, start, held)
    slack = no_slack(len(grid.tasks))
    measure(grid, range(len(grid.tasks)), Passes(early, late, slack, finish))
    return Passes(early, late, slack, finish)


def _early(grid: Grid, order: list[int], start: int, held: Held) -> Early:
    early = nothing_yet(len(grid.tasks))
    pass_forward(grid, order, start, held, early)
    if min(early.starts, default=0) < FIRST_MINUTE or max(early.finishes, default=0) > LAST_MINUTE:
        refuse_far_dates(grid.tasks, range(len(grid.tasks)), early.starts, early.finishes)
    return early


def _late(grid: Grid, order: list[int], early: Early, finish: int) -> LateDates:
    late = never_late(len(grid.tasks))
    pass_backward(grid, reversed(order), early, finish, late)
    return late


def measure(grid: Grid, rows: Collection[int], passes: Passes) -> None:
    """The slack of some rows."""
    measure_positions(grid, rows, passes.early, passes.slack)
    measure_total(grid, rows, passes.early, passes.late, passes.slack)
    measure_free(grid, rows, passes.early, passes.finish, passes.slack)


def _latest_start(grid: Grid, order: list[int], aim: int) -> int:
    """When a plan has to begin to be done by its finish."""
    late = _late(grid, order, _early(grid, order, aim, {}), aim)
    starts = [
        late.starts[row] for row in range(len(grid.tasks)) if grid.is_active[row] and not grid.children[row]
    ]
    return min(starts, default=aim)


def _as_late_as_possible(grid: Grid, early: Early, late: LateDates) -> Held:
    """The tasks that go to their late dates in a second pass; dates that are given stay."""
    kind: DriverKind = "project_finish"
    return {
        row: (late.starts[row], late.finishes[row], kind)
        for row, task in enumerate(grid.tasks)
        if task.constraint_type == "ALAP"
        and not grid.children[row]
        and late.starts[row] > early.starts[row]
        and early.others.get(row) not in GIVEN
    }


def project_finish(grid: Grid, early: Early) -> int:
    """The largest early finish of what is active."""
    moments = [finish for finish, active in zip(early.finishes, grid.is_active, strict=True) if active]
    return max(moments, default=grid.project.start_minute)


def plan_of(grid: Grid, passes: Passes) -> Plan:
    """The lists of the passes as a plan."""
    early, late, slack = passes.early, passes.late, passes.slack
    lengths = [task.duration_minutes for task in grid.tasks]
    for row, rows in enumerate(grid.children):
        if rows:
            lengths[row] = length_of(grid, early, row)
    columns = [early.starts, early.finishes, late.starts, late.finishes, slack.total, slack.free, lengths]
    if any(link.lag_kind in IN_PERCENT for link in grid.links):
        columns = [list(map(nearest, column)) for column in columns]
    starts, finishes, late_starts, late_finishes, total, free, lengths = columns
    limit = grid.project.critical_slack_limit_minutes
    critical = [minutes <= limit for minutes in total]
    for row, done in enumerate(grid.is_done):
        if done:
            critical[row] = False
    dates = DatesByTask(
        grid.row_of,
        (starts, finishes, starts, finishes, late_starts, late_finishes, total, free, critical, lengths),
        Drivers(grid, early),
    )
    if len(grid.row_of) < len(starts):  # some rows are gone
        starts = [starts[row] for row in grid.row_of.values()]
    start = min(starts, default=grid.project.start_minute)
    return Plan(start, nearest(passes.finish), dates)
