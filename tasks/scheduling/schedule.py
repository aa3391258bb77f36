"""From a network to a plan."""

from tasks.scheduling.backward import Late, pass_backward
from tasks.scheduling.forward import Early, Held, pass_forward
from tasks.scheduling.grid import Grid, lay_out
from tasks.scheduling.network import Network
from tasks.scheduling.order import steps_in_order
from tasks.scheduling.plan import Driver, Plan, TaskDates
from tasks.scheduling.slack import free_slack, total_slack


def schedule(network: Network) -> Plan:
    """All dates of a plan. The same network gives the same plan, in whatever order its rows come."""
    grid = lay_out(network)
    order = steps_in_order(grid)
    early = pass_forward(grid, order, network.project.start_minute, {})
    finish = project_finish(grid, early)
    late = pass_backward(grid, order, early, finish)
    held: Held = {
        row: (late.starts[row], late.finishes[row], "project_finish")
        for row, task in enumerate(grid.tasks)
        if task.constraint_type == "ALAP" and not grid.children[row] and late.starts[row] > early.starts[row]
    }
    if held:
        early = pass_forward(grid, order, network.project.start_minute, held)
    return _plan(grid, early, late, finish)


def project_finish(grid: Grid, early: Early) -> int:
    """The largest early finish of what is active."""
    moments = [early.finishes[row] for row in range(len(grid.tasks)) if grid.is_active[row]]
    return max(moments, default=grid.network.project.start_minute)


def _plan(grid: Grid, early: Early, late: Late, finish: int) -> Plan:
    total = total_slack(grid, early, late)
    free = free_slack(grid, early, total, finish)
    limit = grid.network.project.critical_slack_limit_minutes
    dates = {}
    for row, task in enumerate(grid.tasks):
        dates[task.id] = TaskDates(
            early.starts[row],
            early.finishes[row],
            early.starts[row],
            early.finishes[row],
            late.starts[row],
            late.finishes[row],
            total[row],
            free[row],
            total[row] <= limit and task.actual_finish_minute is None,
            _driver(grid, early, row),
            task.duration_minutes,
        )
    start = min(
        (early.starts[row] for row in range(len(grid.tasks))),
        default=grid.network.project.start_minute,
    )
    return Plan(start=start, finish=finish, tasks=dates)


def _driver(grid: Grid, early: Early, row: int) -> Driver:
    kind, arrow, via = early.kinds[row], early.arrows[row], early.via[row]
    task_id = grid.network.links[arrow].predecessor_id if arrow >= 0 else None
    via_id = grid.tasks[via].id if via >= 0 else None
    if kind == "children":
        return Driver(kind, task_id=via_id)
    return Driver(kind, task_id=task_id, via_id=via_id, link_index=arrow if arrow >= 0 else None)
