"""A plan that stays loaded: an edit costs what depends on it, not the plan."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from projects.worktime.errors import WorktimeError
from tasks.scheduling.errors import DateOutOfRange
from tasks.scheduling.live.ends import Ends
from tasks.scheduling.live.grid import LiveGrid
from tasks.scheduling.live.waves import backward_steps, forward_steps
from tasks.scheduling.network import Assignment, Link, Network, Task
from tasks.scheduling.plan import Plan, TaskDates, nearest
from tasks.scheduling.reference.backward import pass_backward
from tasks.scheduling.reference.checks import refuse_far_dates
from tasks.scheduling.reference.drivers import Drivers
from tasks.scheduling.reference.early import length_of
from tasks.scheduling.reference.forward import pass_forward
from tasks.scheduling.reference.grid import lay_out
from tasks.scheduling.reference.order import steps_in_order
from tasks.scheduling.reference.passes import collection_paused, measure, plan_of, run


class LivePlan:
    """Edits change the network at once; ``settle`` follows them to the dates that move.

    What it answers equals what ``schedule(live.network)`` says. Late dates and slack are brought up to date when
    they are asked for: along the rows concerned where the project finish stays, and else all of them, since all
    are others then. Plans that are scheduled from their finish, have tasks as late as possible or several critical
    paths are computed as a whole, and so are edits of the outline, of calendars and of the project.
    """

    def __init__(self, network: Network) -> None:
        self._moved: set[int] = set()  # ids that have moved since the last ``settle``
        self._load(network)

    def _load(self, network: Network) -> None:
        with collection_paused():
            grid = lay_out(network)
            order = steps_in_order(grid)
            passes = run(grid, order)
            self._rows = LiveGrid(network, grid, order, passes)
            self._ends = Ends(grid, passes.early)
        self._passes = passes
        self._is_broken = False  # an edit led to dates that cannot be computed
        self._late_finish = passes.finish  # the project finish that the late dates count from

    def _start_over(self, network: Network) -> None:
        before = self._spans()
        self._load(network)
        self._moved.update([pk for pk, span in self._spans().items() if before.get(pk) != span])

    def _spans(self) -> dict[int, tuple[int, int]]:
        early, row_of = self._passes.early, self._rows.grid.row_of
        return {pk: (early.starts[row], early.finishes[row]) for pk, row in row_of.items()}

    # The network

    @property
    def network(self) -> Network:
        """The network with all edits."""
        return self._rows.network()

    def put_task(self, task: Task) -> None:
        """Add a task at the end, or change the one with its id."""
        if not self._rows.put_task(task):
            network = self.network
            tasks = {each.id: each for each in network.tasks} | {task.id: task}
            self._start_over(replace(network, tasks=tuple(tasks.values())))

    def drop_task(self, task_id: int) -> None:
        """Remove a task with all that is under it, their links and their assignments."""
        if not self._rows.drop_task(task_id):
            self._start_over(self._rows.network(without=self._rows.family(task_id)))

    def put_link(self, link: Link) -> None:
        """Add a link after all others; a circle is refused and changes nothing."""
        self._rows.put_link(link)

    def drop_link(self, link: Link) -> None:
        """Remove a link that equals this one."""
        self._rows.drop_link(link)

    def put_people(self, task_id: int, assignments: Iterable[Assignment]) -> None:
        """Replace who is on a task."""
        self._rows.put_people(task_id, tuple(assignments))

    def replace(self, **parts: Any) -> None:
        """Change whole parts of the network: ``project``, ``calendars``, ``resources`` or any other."""
        self._start_over(replace(self.network, **parts))

    # The answer

    def settle(self) -> frozenset[int]:
        """Compute the dates that follow from the edits since the last time; ids of the tasks that moved or came."""
        rows, passes = self._rows, self._passes
        if self._is_broken or rows.is_whole:
            self._start_over(self.network)
        elif rows.ripples.early:
            ripples, grid = rows.ripples, rows.grid
            moved = ripples.moved
            try:
                steps = forward_steps(grid, rows.ranks, passes, ripples)
                pass_forward(grid, steps, grid.project.start_minute, {}, passes.early)
                refuse_far_dates(grid.tasks, moved, passes.early.starts, passes.early.finishes)
            except (DateOutOfRange, WorktimeError):
                self._is_broken = True
                raise
            ripples.changed.clear()
            self._ends.note(moved)
            self._moved.update([grid.tasks[row].id for row in moved])
            moved.clear()
        if not rows.is_whole:
            self._passes.finish = self._ends.finish()
        found = frozenset(self._moved & self._rows.grid.row_of.keys())
        self._moved.clear()
        return found

    def __getitem__(self, task_id: int) -> TaskDates:
        """The dates of one task, as of the last ``settle``."""
        self._settle_late()
        grid, passes = self._rows.grid, self._passes
        row = grid.row_of[task_id]
        start, finish = nearest(passes.early.starts[row]), nearest(passes.early.finishes[row])
        total = nearest(passes.slack.total[row])
        is_critical = total <= grid.project.critical_slack_limit_minutes and not grid.is_done[row]
        return TaskDates(
            start, finish, start, finish, nearest(passes.late.starts[row]), nearest(passes.late.finishes[row]), total,
            nearest(passes.slack.free[row]), is_critical, Drivers(grid, passes.early)(row),
            nearest(length_of(grid, passes.early, row)),
        )  # fmt: skip

    @property
    def finish(self) -> int:
        """The project finish, as of the last ``settle``."""
        return nearest(self._passes.finish)

    def plan(self) -> Plan:
        """The whole plan as of the last ``settle``; later edits leave it as it is."""
        self._settle_late()
        plan = plan_of(self._rows.grid, self._passes)
        plan.tasks.items()  # makes all the tuples now
        return plan

    def _settle_late(self) -> None:
        if self._is_broken:
            self._start_over(self.network)
        rows, passes = self._rows, self._passes
        grid, ripples = rows.grid, rows.ripples
        try:
            if passes.finish != self._late_finish:
                pass_backward(grid, reversed(rows.ranks.order()), passes.early, passes.finish, passes.late)
                measure(grid, grid.row_of.values(), passes)
                ripples.late.clear()
            elif ripples.late or ripples.slack:
                steps = backward_steps(grid, rows.ranks, passes, ripples)
                pass_backward(grid, steps, passes.early, passes.finish, passes.late)
                measure(grid, [row for row in ripples.slack if rows.is_there(row)], passes)
        except WorktimeError:
            self._is_broken = True
            raise
        self._late_finish = passes.finish
        ripples.slack.clear()
