"""Levelling a plan with people: the one way in."""

from collections.abc import Mapping
from dataclasses import replace

from projects.worktime.moments import MINUTES_PER_DAY, last_day_of
from tasks.scheduling.columns import Columns, network_of
from tasks.scheduling.leveling.construct import Construction
from tasks.scheduling.leveling.diagnose import LevelingRefused, clashes_of, too_many_units
from tasks.scheduling.leveling.leveled import Leveled
from tasks.scheduling.leveling.people import Elsewhere
from tasks.scheduling.leveling.plan_bound import PlanBound, lower_bound
from tasks.scheduling.leveling.relaxed import relaxed_of
from tasks.scheduling.leveling.shorten import Search, shortened
from tasks.scheduling.plan import KINDS
from tasks.scheduling.reference.given import Held
from tasks.scheduling.reference.grid import lay_out
from tasks.scheduling.reference.order import steps_in_order
from tasks.scheduling.schedule import schedule
from tasks.scheduling.scheduled import ScheduledColumns

MOST_ROUNDS = 8
"""So often rows as late as possible may be led to another place; then levelling gives up."""
BY_FINISH = KINDS.index("project_finish")


def level(
    columns: Columns,
    elsewhere: Elsewhere | None = None,
    *,
    within_slack: bool = False,
    search: Search | None = None,
) -> Leveled:
    """Level a plan by delays alone: earlier delays of tasks that may move are taken away first.

    ``elsewhere`` is what people do outside of the plan, around which it is levelled. ``within_slack`` moves no task beyond its latest finish
    (of the plan without delays), so that the plan ends when it would; what does not fit then is reported. With ``search`` other orders
    are tried for an earlier finish; within slack there is none to be found.

    Raises LevelingRefused for a plan that is placed from its end, and where tasks as late as possible come to no rest, NetworkError or WorktimeError for one that is wrong. The result has to
    be looked at by ``verify`` before anything is done with it.
    """
    ground = Ground(columns, elsewhere or {})
    if within_slack:
        return _leveled(ground, _within_slack(ground))
    made = ground.settled()
    bound = ground.bound(made.finish)
    if search is not None:
        # What ends on the day of the bound is not looked for any further: a planner reads days.
        day = last_day_of(bound.finish) if bound is not None else 0
        goal = max(ground.alone, (day + 1) * MINUTES_PER_DAY)
        made = shortened(made, goal, lambda keys: ground.settled(keys=keys), search)
    return _leveled(ground, made, bound)


def _within_slack(ground: "Ground") -> Construction:
    made, margin = ground.settled(margin=0), 0
    while made.finish > ground.alone:
        # A lag in percent of a summary grows with it: slack then promises more than there is, and some of it is left.
        margin = 2 * margin or MINUTES_PER_DAY
        made = ground.settled(margin=margin)
    return made


class Ground:
    """A plan that is levelled again and again, laid out once."""

    def __init__(self, columns: Columns, busy: Elsewhere) -> None:
        self.columns, self.busy = columns, busy
        self.network = network_of(columns)
        self.grid = lay_out(self.network)
        self.order = steps_in_order(self.grid)  # names a circle
        if self.grid.project.from_finish:
            raise LevelingRefused("from_finish", ())
        self.late = [row for row, task in enumerate(self.grid.tasks) if task.constraint_type == "ALAP"]
        self.cleared = schedule(self.delayed(dict.fromkeys(self._laid_out(None, {}).movable, 0)))
        self.latest: list[int] = self.cleared.late_finish.tolist()
        #: When the plan would end without delays that may change.
        self.alone = self.cleared.project_finish

    def settled(self, *, margin: int | None = None, keys: list[int] | None = None) -> Construction:
        """One generation.

        Rows as late as possible follow the finish, which follows the delays: they are held where the plan without delays has them, then
        where the levelled one has them, until they stay there. Where others that keep their time free lead them away again and again,
        it is only counted.
        """
        if not self.late:
            made = self._laid_out(margin, {})
            made.run(self.latest, keys)
            return made
        for keeps_free in (True, False):
            held = self._held(self.cleared)
            for _round in range(MOST_ROUNDS):
                made = self._laid_out(margin, held, keeps_free=keeps_free)
                made.run(self.latest, keys)
                plan = schedule(self.delayed(made.minutes))
                if _stays(made, plan):
                    made.finish = plan.project_finish
                    return made
                held = self._held(plan)
        raise LevelingRefused("as_late_as_possible", tuple(self.grid.tasks[row].id for row in self.late))

    def bound(self, reached: int) -> PlanBound | None:
        """What no plan ends before, up to ``reached``, the finish of one; None where nothing is known."""
        made = self._laid_out(None, {})
        made.reserve()
        movable = frozenset(made.movable)
        relaxed = relaxed_of(self.grid, self.order, movable)
        return lower_bound(relaxed, self.order, made.parts, movable, made.people, reached)

    def _laid_out(self, margin: int | None, held: Held, *, keeps_free: bool = True) -> Construction:
        return Construction(
            self.network, self.grid, self.busy, margin=margin, held=held, keeps_free=keeps_free
        )

    def _held(self, plan: ScheduledColumns) -> Held:
        """The rows that lie at their late dates, with these."""
        return {
            row: (int(plan.start[row]), int(plan.finish[row]), "project_finish")
            for row in self.late
            if plan.driver_kind[row] == BY_FINISH
        }

    def delayed(self, minutes_of: Mapping[int, int]) -> Columns:
        """The plan with other delays of some rows, in minutes of the clock."""
        minutes = self.columns.tasks.leveling_delay_minutes.copy()
        elapsed = self.columns.tasks.leveling_delay_is_elapsed.copy()
        rows = list(minutes_of)
        minutes[rows], elapsed[rows] = list(minutes_of.values()), True
        tasks = replace(self.columns.tasks, leveling_delay_minutes=minutes, leveling_delay_is_elapsed=elapsed)
        return replace(self.columns, tasks=tasks)


def _stays(made: Construction, plan: ScheduledColumns) -> bool:
    """Whether the engine has all rows where they were placed."""
    dates = zip(made.dates, plan.start.tolist(), plan.finish.tolist(), made.grid.is_active, strict=True)
    return all(lies == (start, finish) for lies, start, finish, is_active in dates if is_active)


def _leveled(ground: Ground, made: Construction, bound: PlanBound | None = None) -> Leveled:
    grid, dates = ground.grid, made.dates
    return Leveled(
        columns=ground.delayed(made.minutes),
        elsewhere=ground.busy,
        start=tuple(start for start, _ in dates),
        finish=tuple(finish for _, finish in dates),
        delays=tuple(sorted(made.delays, key=lambda one: grid.row_of[one.task_id])),
        too_many_units=tuple(too_many_units(grid, made.parts, made.people)),
        clashes=tuple(clashes_of(grid, made.people, made.stuck)),
        finish_before=schedule(ground.columns).project_finish,
        finish_after=made.finish,
        bound=bound,
    )
