"""Levelling a plan with people: the one way in."""

from collections.abc import Mapping
from dataclasses import replace

from projects.worktime.moments import MINUTES_PER_DAY
from tasks.scheduling.columns import Columns, network_of
from tasks.scheduling.leveling.construct import Construction
from tasks.scheduling.leveling.diagnose import LevelingRefused, clashes_of, too_many_units
from tasks.scheduling.leveling.leveled import Leveled
from tasks.scheduling.leveling.people import Elsewhere
from tasks.scheduling.plan import KINDS
from tasks.scheduling.reference.given import Held
from tasks.scheduling.reference.grid import lay_out
from tasks.scheduling.reference.order import steps_in_order
from tasks.scheduling.schedule import schedule
from tasks.scheduling.scheduled import ScheduledColumns

MOST_ROUNDS = 8
"""So often rows as late as possible may be led to another place; then levelling gives up."""
BY_FINISH = KINDS.index("project_finish")


def level(columns: Columns, elsewhere: Elsewhere | None = None, *, within_slack: bool = False) -> Leveled:
    """Level a plan by delays alone: earlier delays of tasks that may move are taken away first.

    ``elsewhere`` is what people do outside of the plan, around which it is levelled. ``within_slack`` moves no task beyond its latest finish
    (of the plan without delays), so that the plan ends when it would; what does not fit then is reported.

    Raises LevelingRefused for a plan that is placed from its end, and where tasks as late as possible come to no rest, NetworkError or WorktimeError for one that is wrong. The result has to
    be looked at by ``verify`` before anything is done with it.
    """
    busy, margin = elsewhere or {}, 0 if within_slack else None
    made, alone = _settled(columns, busy, margin)
    while margin is not None and made.finish > alone:
        # A lag in percent of a summary grows with it: slack then promises more than there is, and some of it is left.
        margin = 2 * margin or MINUTES_PER_DAY
        made, alone = _settled(columns, busy, margin)
    return _leveled(columns, busy, made)


def _settled(columns: Columns, busy: Elsewhere, margin: int | None) -> tuple[Construction, int]:
    """One generation, and when the plan would end without delays that may change.

    Rows as late as possible follow the finish, which follows the delays: they are held where the plan without delays has them, then
    where the levelled one has them, until they stay there. Where others that keep their time free lead them away again and again, it is
    only counted.
    """
    made = _laid_out(columns, busy, margin, {})
    late = [row for row, task in enumerate(made.grid.tasks) if task.constraint_type == "ALAP"]
    cleared = schedule(_with_delays(columns, dict.fromkeys(made.movable, 0)))
    if not late:
        made.run(cleared.late_finish.tolist())
        return made, cleared.project_finish
    for keeps_free in (True, False):
        held = _held(cleared, late)
        for _round in range(MOST_ROUNDS):
            made = _laid_out(columns, busy, margin, held, keeps_free=keeps_free)
            made.run(cleared.late_finish.tolist())
            plan = schedule(_with_delays(columns, made.minutes))
            if _stays(made, plan):
                made.finish = plan.project_finish
                return made, cleared.project_finish
            held = _held(plan, late)
    raise LevelingRefused("as_late_as_possible", tuple(made.grid.tasks[row].id for row in late))


def _laid_out(
    columns: Columns, busy: Elsewhere, margin: int | None, held: Held, *, keeps_free: bool = True
) -> Construction:
    network = network_of(columns)
    grid = lay_out(network)
    steps_in_order(grid)  # names a circle
    if grid.project.from_finish:
        raise LevelingRefused("from_finish", ())
    return Construction(network, grid, busy, margin=margin, held=held, keeps_free=keeps_free)


def _stays(made: Construction, plan: ScheduledColumns) -> bool:
    """Whether the engine has all rows where they were placed."""
    dates = zip(made.dates, plan.start.tolist(), plan.finish.tolist(), made.grid.is_active, strict=True)
    return all(lies == (start, finish) for lies, start, finish, is_active in dates if is_active)


def _held(plan: ScheduledColumns, late: list[int]) -> Held:
    """The rows that lie at their late dates, with these."""
    return {
        row: (int(plan.start[row]), int(plan.finish[row]), "project_finish")
        for row in late
        if plan.driver_kind[row] == BY_FINISH
    }


def _leveled(columns: Columns, busy: Elsewhere, made: Construction) -> Leveled:
    grid = made.grid
    return Leveled(
        columns=_with_delays(columns, made.minutes),
        elsewhere=busy,
        start=tuple(start for start, _ in made.dates),
        finish=tuple(finish for _, finish in made.dates),
        delays=tuple(sorted(made.delays, key=lambda one: grid.row_of[one.task_id])),
        too_many_units=tuple(too_many_units(grid, made.parts, made.people)),
        clashes=tuple(clashes_of(grid, made.people, made.stuck)),
        finish_before=schedule(columns).project_finish,
        finish_after=made.finish,
    )


def _with_delays(columns: Columns, minutes_of: Mapping[int, int]) -> Columns:
    """The plan with other delays of some rows, in minutes of the clock."""
    minutes = columns.tasks.leveling_delay_minutes.copy()
    elapsed = columns.tasks.leveling_delay_is_elapsed.copy()
    rows = list(minutes_of)
    minutes[rows], elapsed[rows] = list(minutes_of.values()), True
    tasks = replace(columns.tasks, leveling_delay_minutes=minutes, leveling_delay_is_elapsed=elapsed)
    return replace(columns, tasks=tasks)
