"""From a network to a plan."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from tasks.scheduling.backward import Late, pass_backward
from tasks.scheduling.forward import CONSTRAINT, OTHER, Early, length_of, pass_forward
from tasks.scheduling.given import Held
from tasks.scheduling.grid import Grid, lay_out
from tasks.scheduling.network import Network
from tasks.scheduling.order import steps_in_order
from tasks.scheduling.plan import Driver, DriverKind, Plan, TaskDates
from tasks.scheduling.slack import free_slack, positions, total_slack

FROM_PROJECT_START = Driver("project_start")


def schedule(network: Network) -> Plan:
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


def _schedule(network: Network) -> Plan:
    grid = lay_out(network)
    order = steps_in_order(grid)
    start, aim = network.project.start_minute, None
    if network.project.from_finish:
        aim = (
            network.project.start_minute
            if network.project.finish_minute is None
            else network.project.finish_minute
        )
        start = _latest_start(grid, order, aim)
    early = pass_forward(grid, order, start, {})
    finish = project_finish(grid, early) if aim is None else aim
    late = pass_backward(grid, order, early, finish)
    held = _as_late_as_possible(grid, early, late)
    if held:
        early = pass_forward(grid, order, start, held)
    return _plan(grid, early, late, finish)


def _latest_start(grid: Grid, order: list[int], aim: int) -> int:
    """When a plan has to begin to be done by its finish."""
    late = pass_backward(grid, order, pass_forward(grid, order, aim, {}), aim)
    starts = [
        late.starts[row] for row in range(len(grid.tasks)) if grid.is_active[row] and not grid.children[row]
    ]
    return min(starts, default=aim)


def _as_late_as_possible(grid: Grid, early: Early, late: Late) -> Held:
    """The tasks that go to their late dates in a second pass."""
    kind: DriverKind = "project_finish"
    return {
        row: (late.starts[row], late.finishes[row], kind)
        for row, task in enumerate(grid.tasks)
        if task.constraint_type == "ALAP" and not grid.children[row] and late.starts[row] > early.starts[row]
    }


def project_finish(grid: Grid, early: Early) -> int:
    """The largest early finish of what is active."""
    moments = [early.finishes[row] for row in range(len(grid.tasks)) if grid.is_active[row]]
    return max(moments, default=grid.network.project.start_minute)


def _plan(grid: Grid, early: Early, late: Late, finish: int) -> Plan:
    known = positions(grid, early)
    total = total_slack(grid, early, late, known)
    free = free_slack(grid, early, total, known, finish)
    limit = grid.network.project.critical_slack_limit_minutes
    critical = [slack <= limit for slack in total]
    if any(grid.is_done):
        critical = [
            is_critical and not is_done for is_critical, is_done in zip(critical, grid.is_done, strict=True)
        ]
    lengths = [task.duration_minutes for task in grid.tasks]
    for row, rows in enumerate(grid.children):
        if rows:
            lengths[row] = length_of(grid, early, row)
    columns = zip(
        early.starts,
        early.finishes,
        early.starts,
        early.finishes,
        late.starts,
        late.finishes,
        total,
        free,
        critical,
        [_driver(grid, early, row) for row in range(len(total))],
        lengths,
        strict=True,
    )
    dates = dict(zip(grid.row_of, map(TaskDates._make, columns), strict=True))
    start = min(early.starts, default=grid.network.project.start_minute)
    return Plan(start=start, finish=finish, tasks=dates)


def _driver(grid: Grid, early: Early, row: int) -> Driver:
    driver, via = early.drivers[row], early.via[row]
    tasks = grid.tasks
    if driver >= 0:
        task_id = grid.network.links[driver].predecessor_id
        sets_finish = row in early.sets_finish
        if via >= 0:
            return Driver("parent_predecessor", task_id, tasks[via].id, driver, sets_finish)
        return Driver("predecessor", task_id, None, driver, sets_finish)
    if driver == OTHER:
        kind = early.others[row]
        if kind != "children":
            return Driver(kind)
        first, last = early.first_child[row]
        return Driver(kind, tasks[first].id, tasks[last].id)
    if driver == CONSTRAINT:
        return Driver("parent_constraint", None, tasks[via].id) if via >= 0 else Driver("constraint")
    return FROM_PROJECT_START
