"""Levelling a plan with people: the one way in."""

from collections.abc import Mapping
from dataclasses import replace

from projects.worktime.moments import MINUTES_PER_DAY
from tasks.scheduling.columns import Columns, network_of
from tasks.scheduling.leveling.construct import Construction
from tasks.scheduling.leveling.diagnose import clashes_of, refuse_unlevelable, too_many_units
from tasks.scheduling.leveling.leveled import Leveled
from tasks.scheduling.leveling.people import Elsewhere
from tasks.scheduling.plan import nearest
from tasks.scheduling.reference.grid import lay_out
from tasks.scheduling.reference.order import steps_in_order
from tasks.scheduling.schedule import schedule


def level(columns: Columns, elsewhere: Elsewhere | None = None, *, within_slack: bool = False) -> Leveled:
    """Level a plan by delays alone: earlier delays of tasks that may move are taken away first.

    ``elsewhere`` is what people do outside of the plan, around which it is levelled. ``within_slack`` moves no task beyond its latest finish
    (of the plan without delays), so that the plan ends when it would; what does not fit then is reported.

    Raises LevelingRefused for a plan that is placed from its end, NetworkError or WorktimeError for one that is wrong. The result has to
    be looked at by ``verify`` before anything is done with it.
    """
    busy, margin = elsewhere or {}, 0 if within_slack else None
    made, alone = _constructed(columns, busy, margin)
    while margin is not None and made.finish > alone:
        # A lag in percent of a summary grows with it: slack then promises more than there is, and some of it is left.
        margin = 2 * margin or MINUTES_PER_DAY
        made, alone = _constructed(columns, busy, margin)
    return _leveled(columns, busy, made)


def _constructed(columns: Columns, busy: Elsewhere, margin: int | None) -> tuple[Construction, int]:
    """One generation, and when the plan would end without delays that may change."""
    network = network_of(columns)
    grid = lay_out(network)
    steps_in_order(grid)  # names a circle
    refuse_unlevelable(grid)
    made = Construction(network, grid, busy, margin)
    cleared = schedule(_with_delays(columns, dict.fromkeys(made.movable, 0)))
    made.run(cleared.late_finish.tolist())
    return made, cleared.project_finish


def _leveled(columns: Columns, busy: Elsewhere, made: Construction) -> Leveled:
    grid = made.grid
    starts, finishes = (tuple(map(nearest, some)) for some in (made.early.starts, made.early.finishes))
    return Leveled(
        columns=_with_delays(columns, {row: grid.tasks[row].leveling_delay_minutes for row in made.movable}),
        elsewhere=busy,
        start=starts,
        finish=finishes,
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
