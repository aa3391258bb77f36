"""When a plan will be done if work goes on as it has: nothing unfinished lies in the past, and what has begun keeps its pace.

The plan itself stays as it is. Its columns are changed as Microsoft Project's "reschedule uncompleted work" would change
them, and go through the passes once more.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Final, NamedTuple

import numpy as np

from projects.worktime.calendar import WorkingTime
from projects.worktime.calendars import Calendars
from tasks.scheduling.columns import CODES, NOTHING, Columns, Flag, Whole
from tasks.scheduling.plan import CODE_OF_KIND
from tasks.scheduling.reference.clocks import ELAPSED, ElapsedTime
from tasks.scheduling.schedule import schedule
from tasks.scheduling.scheduled import ScheduledColumns

#: What is left of a task takes at most so many times what is planned, however little of it is done by now.
SLOWEST: Final = 3
_SNET, _ALAP = (CODES["constraint_type"][word] for word in ("SNET", "ALAP"))
_MANUAL: Final = CODES["mode"]["manual"]
_BY_LINKS: Final = [CODE_OF_KIND[kind] for kind in ("predecessor", "parent_predecessor")]


class LatePush(NamedTuple):
    """A task that is behind, and by how many working minutes it alone moves the finish of the plan."""

    task_id: int
    minutes: int


class Forecast(NamedTuple):
    """The expected dates of all tasks, and those that move the finish beyond the planned one, the worst first."""

    dates: ScheduledColumns
    pushes: tuple[LatePush, ...] = ()

    @property
    def finish(self) -> int:
        """When the last task is expected to be done, in plan minutes."""
        return self.dates.project_finish


class _Rows(NamedTuple):
    """Which rows the status date is about."""

    done: Flag
    #: Has begun and is not done.
    begun: Flag
    #: Has not begun, and cannot any more when it should have.
    missed: Flag
    #: Has not begun, and is placed from behind: it keeps its planned start, since a forecast looks ahead.
    kept: Flag


def forecast(columns: Columns, planned: ScheduledColumns, status: int) -> Forecast:
    """The forecast of a plan whose dates are `planned`; nothing unfinished is done before `status`, a plan minute.

    Raises NetworkError or WorktimeError where what is left cannot be placed within the years that plans know.
    """
    continued = _continued(columns, planned, status)
    if continued is None:
        return Forecast(planned)
    going_on, rows = continued
    expected = schedule(going_on)
    clock = Calendars(columns.calendars).calendar(columns.project.calendar_id)
    finish = expected.project_finish
    if finish <= planned.project_finish:
        return Forecast(expected)
    late = clock.between(planned.project_finish, finish)
    return Forecast(
        expected, tuple(sorted(_pushes(planned, expected, rows, late), key=lambda each: -each.minutes))
    )


def from_now_on(columns: Columns, planned: ScheduledColumns, status: int) -> Columns:
    """The plan with what is left behind the status date, as `forecast` takes it, with its deadlines; as it is where all of it lies ahead."""
    continued = _continued(columns, planned, status)
    if continued is None:
        return columns
    tasks = replace(continued[0].tasks, deadline_minute=columns.tasks.deadline_minute)
    return replace(continued[0], tasks=tasks)


def _continued(columns: Columns, planned: ScheduledColumns, status: int) -> tuple[Columns, _Rows] | None:
    calendars = Calendars(columns.calendars)
    status = calendars.calendar(columns.project.calendar_id).next_working(status)
    rows = _rows(columns, planned, status)
    if not (rows.begun | rows.missed).any():
        return None
    return _going_on(columns, planned, rows, status, calendars), rows


def _rows(columns: Columns, planned: ScheduledColumns, status: int) -> _Rows:
    tasks = columns.tasks
    leaf = tasks.is_active & ~np.isin(tasks.id, tasks.parent_id)
    was_started = tasks.actual_start_minute != NOTHING
    # A milestone that was started was reached.
    was_reached = was_started & (tasks.duration_minutes == 0)
    done = leaf & ((tasks.percent_complete >= 100) | (tasks.actual_finish_minute != NOTHING) | was_reached)
    has_begun = was_started | (tasks.percent_complete > 0)
    waiting = leaf & ~done & ~has_begun
    missed = waiting & (planned.start < status)
    from_behind = (tasks.constraint_type == _ALAP) | columns.project.from_finish
    return _Rows(done, leaf & ~done & has_begun, missed, waiting & ~missed & from_behind)


def _going_on(
    columns: Columns, planned: ScheduledColumns, rows: _Rows, status: int, calendars: Calendars
) -> Columns:
    """The plan with what is left behind the status date. Deadlines go: they move late dates, and none of these is asked for them."""
    tasks = columns.tasks
    done, begun, missed, kept = rows
    held, freed = missed | kept, begun | missed
    is_manual = tasks.mode == _MANUAL
    starts_now = np.where(missed & is_manual, status, np.where(freed, NOTHING, tasks.start_minute))
    new = replace(
        tasks,
        constraint_type=np.where(held, _SNET, tasks.constraint_type).astype(np.int8),
        constraint_minute=np.where(missed, status, np.where(kept, planned.start, tasks.constraint_minute)),
        deadline_minute=np.full(len(tasks), NOTHING, np.int64),
        leveling_delay_minutes=np.where(held, 0, tasks.leveling_delay_minutes),
        is_pinned=tasks.is_pinned & ~freed,
        start_minute=starts_now,
        finish_minute=np.where(freed, NOTHING, tasks.finish_minute),
        splits={row: pieces for row, pieces in tasks.splits.items() if not freed[row]},
        actual_start_minute=_or_planned(tasks.actual_start_minute, planned.start, begun | done),
        actual_finish_minute=_or_planned(tasks.actual_finish_minute, planned.finish, done),
        resume_minute=np.where(begun, np.maximum(tasks.resume_minute, status), tasks.resume_minute),
        remaining_minutes=_remaining(columns, planned, begun, status, calendars),
    )
    project = replace(
        columns.project, start_minute=planned.project_start, from_finish=False, status_minute=status
    )
    return replace(columns, project=project, tasks=new)


def _or_planned(actual: Whole, planned: Whole, rows: Flag) -> Whole:
    """What is known of these rows, and as planned where nothing is."""
    return np.where(rows & (actual == NOTHING), planned, actual)


def _remaining(
    columns: Columns, planned: ScheduledColumns, begun: Flag, status: int, calendars: Calendars
) -> Whole:
    """What is left of each task that has begun, as long as it takes at the pace so far; never less than planned.

    Progress is often reported early and in round figures: a task that seems fast keeps what is left of its plan.
    """
    tasks, rows = columns.tasks, np.flatnonzero(begun)
    done = np.where(
        tasks.actual_duration_minutes != 0,
        tasks.actual_duration_minutes,
        tasks.duration_minutes * tasks.percent_complete // 100,
    )
    left = np.where(
        tasks.remaining_minutes == NOTHING,
        np.maximum(0, tasks.duration_minutes - done),
        tasks.remaining_minutes,
    )
    starts = _or_planned(tasks.actual_start_minute, planned.start, begun)
    fields = (done, left, starts, tasks.stop_minute, tasks.resume_minute, tasks.calendar_id, tasks.is_elapsed)
    remaining = tasks.remaining_minutes.copy()
    remaining[rows] = [
        _at_pace(minutes, did, _spent(_clock(columns, calendars, *clock), start, stop, resume, status))
        for did, minutes, start, stop, resume, *clock in zip(
            *(column[rows].tolist() for column in fields), strict=True
        )
    ]
    return remaining


def _at_pace(left: int, done: int, spent: int) -> int:
    """What is left, where so much has been done in the minutes that were spent; what was not begun has no pace."""
    return ceil(left * min(max(spent / done, 1), SLOWEST)) if done else left


def _clock(
    columns: Columns, calendars: Calendars, calendar_id: int, is_elapsed: bool
) -> WorkingTime | ElapsedTime:
    """The time that a task is measured in."""
    if is_elapsed:
        return ELAPSED
    return calendars.calendar(columns.project.calendar_id if calendar_id == NOTHING else calendar_id)


def _spent(clock: WorkingTime | ElapsedTime, start: int, stop: int, resume: int, status: int) -> int:
    """Minutes from the actual start to the status date, without the pause of a task that was stopped and resumed."""

    def between(first: int, last: int) -> int:
        return clock.between(first, last) if last > first else 0

    pause = between(max(stop, start), min(resume, status)) if NOTHING not in (stop, resume) else 0
    return between(start, status) - pause


def _pushes(
    planned: ScheduledColumns, expected: ScheduledColumns, rows: _Rows, late: int
) -> Iterator[LatePush]:
    """Those that no other task holds up: what lies behind them moves because they do.

    A task with slack moves the finish by less than the whole: by what of its delay the slack does not take up.
    """
    is_own = rows.begun | (rows.missed & ~np.isin(expected.driver_kind, _BY_LINKS))
    slack = np.maximum(expected.total_slack, 0)
    found = is_own & (expected.finish > planned.finish) & (slack < late)
    for row in np.flatnonzero(found).tolist():
        yield LatePush(int(planned.id[row]), late - int(slack[row]))
