"""Why a date is the latest one possible: what holds a task from behind, and so makes its slack negative."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from tasks.scheduling.constraint_types import MUST, NO_LATER
from tasks.scheduling.network import Network
from tasks.scheduling.plan import Plan, nearest
from tasks.scheduling.reference.backward import without_lag
from tasks.scheduling.reference.early import FOREVER
from tasks.scheduling.reference.grid import FROM_START, LAG_SHIFT, TO_FINISH, WITH_LAG, Grid, lay_out

PressureKind = Literal[
    "successor",  # the link to ``by_id``
    "deadline",
    "constraint",  # a must date or a no-later-than date
    "given",  # the date is not computed: by hand, pinned, or as it really was
    "children",  # a summary: its first child to have to start, ``by_id``
    "project_finish",  # nothing else holds it
]


class LateDriver(NamedTuple):
    """A task of the chain and what gives it its late date."""

    task_id: int
    kind: PressureKind
    by_id: int | None = None
    via_id: int | None = None  # the summary whose link or date it is, when it is not its own


class _Bound(NamedTuple):
    moment: int
    kind: PressureKind
    by_row: int = -1
    of_row: int = -1


def late_driver(plan: Plan, task_id: int, network: Network) -> list[LateDriver]:
    """From a task over the successors that wait for it to the deadline, constraint or end of the project behind.

    Where ``total_slack`` is negative, the last one of the chain is what has to give way.
    """
    return list(_chain(lay_out(network), plan, task_id))


def _chain(grid: Grid, plan: Plan, task_id: int) -> Iterator[LateDriver]:
    seen: set[int] = set()
    row = grid.row_of[task_id]
    while row >= 0 and row not in seen:
        seen.add(row)
        found = _binding(grid, plan, row)
        by, of = found.by_row, found.of_row
        yield LateDriver(
            grid.tasks[row].id,
            found.kind,
            grid.tasks[by].id if by >= 0 else None,
            grid.tasks[of].id if of not in (row, -1) else None,
        )
        row = by


def _binding(grid: Grid, plan: Plan, row: int) -> _Bound:
    task = grid.tasks[row]
    if grid.children[row]:
        first = min(grid.spans[row], key=lambda child: (plan[grid.tasks[child].id].late_start, child))
        return _Bound(0, "children", first)
    if grid.is_done[row]:
        return _Bound(0, "given")
    if task.constraint_type in MUST and grid.project.honors_constraints:
        return _Bound(0, "constraint", -1, row)
    starts: list[_Bound] = []
    finishes: list[_Bound] = []
    at = row
    while at >= 0:
        _collect(grid, plan, at, starts, finishes)
        at = grid.parent[at]
    # Of equal ones the first holds it: an own date rather than the end of the project that it decides.
    starts.append(_Bound(FOREVER, "project_finish"))
    finishes.append(_Bound(plan.finish, "project_finish"))
    start, finish = min(starts, key=_moment), min(finishes, key=_moment)
    duration = grid.durations[row]
    begin = grid.clocks[row].fit_back(finish.moment, duration)[0] if duration else finish.moment
    return start if start.moment < begin else finish


def _moment(bound: _Bound) -> int:
    return bound.moment


def _collect(grid: Grid, plan: Plan, row: int, starts: list[_Bound], finishes: list[_Bound]) -> None:
    """What a row's own dates and successors allow; those of its summaries hold for it, too."""
    task = grid.tasks[row]
    if task.deadline_minute is not None:
        finishes.append(_Bound(task.deadline_minute, "deadline", -1, row))
    end = NO_LATER.get(task.constraint_type)
    if end is not None and task.constraint_minute is not None:
        held = starts if end == "start" else finishes
        held.append(_Bound(task.constraint_minute, "constraint", -1, row))
    for _, after, code, lag, _ in grid.outgoing[row]:
        if grid.is_silent[after]:
            continue
        dates = plan[grid.tasks[after].id]
        moment = dates.late_finish if code & TO_FINISH else dates.late_start
        if code >= WITH_LAG:
            length = plan[task.id].duration_minutes
            moment = nearest(without_lag(grid.rulers[after], moment, code >> LAG_SHIFT, lag, length))
        (starts if code & FROM_START else finishes).append(_Bound(moment, "successor", after, row))
