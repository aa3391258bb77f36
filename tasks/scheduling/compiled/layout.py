"""From columns to what the kernels pass over."""

from typing import Any, NamedTuple

import numpy as np

from projects.worktime.calendars import Calendars
from tasks.scheduling.columns import NOTHING, Columns, Flag, TaskColumns, Whole, codes_of
from tasks.scheduling.compiled import given, outline
from tasks.scheduling.compiled.codes import LAG_SHIFT, MANUAL_MODE, TICKS
from tasks.scheduling.compiled.filling import fill_arrows, fill_rows, said_by
from tasks.scheduling.compiled.ids import Places
from tasks.scheduling.compiled.kernel import Array
from tasks.scheduling.compiled.people import clocks_of
from tasks.scheduling.compiled.rows import ARROW, DATES, ROW, SETTINGS, Net, nothing_asked
from tasks.scheduling.compiled.working_time import WorkingTimeTable
from tasks.scheduling.constraint_types import WITHOUT_DATE
from tasks.scheduling.errors import Unsuitable
from tasks.scheduling.reference.checks import FIRST_MINUTE, LAST_MINUTE, LONGEST

LONGEST_LAG = 1 << 28
"""In minutes, five hundred years: so that sums of lags fit into a number, whatever was entered."""
MOST_PERCENT = 1e6
WITHOUT_DATE_CODES = codes_of("constraint_type", WITHOUT_DATE)
OWN_DATES = (
    "constraint_minute", "deadline_minute", "actual_start_minute", "actual_finish_minute", "start_minute",
    "finish_minute", "stop_minute", "resume_minute",
)  # fmt: skip


class Layout(NamedTuple):
    """What a pass needs, and the calendars to make larger tables of."""

    net: Net
    steps: Whole
    working_time: WorkingTimeTable


def lay_out(columns: Columns) -> Layout:
    """The plan by row; ``Unsuitable`` where something is wrong with it, whatever it is."""
    tasks, project, count = columns.tasks, columns.project, len(columns.tasks)
    places = Places(tasks.id)
    rows = np.zeros(count + 1, ROW).view(np.recarray)
    fill_rows(rows, said_by(tasks))
    _check_tasks(tasks, ~rows.is_plain[:-1])
    above = places.of(tasks.parent_id, or_nothing=True)
    first_child, child = outline.grouped(above, count)
    if not tasks.is_active.all():
        outline.pass_idleness_on(rows.is_active, first_child, child)
        rows.is_silent[:-1] |= ~rows.is_active[:-1]
    first_spanned, spanned = outline.spans(rows.is_active.copy(), first_child, child)
    parent = np.where(above < 0, count, above)
    rows.parent[:-1], rows.first_child, rows.first_spanned = parent, first_child, first_spanned
    rows.is_plain[:-1] &= first_child[1:] == first_child[:-1]
    into, out = _arrows(columns, places, rows)
    steps = outline.steps_in_order(rows, child, into, out)
    if len(steps) < count + np.count_nonzero(first_child[1:] != first_child[:-1]):
        raise Unsuitable
    calendars, working_time = Calendars(columns.calendars), WorkingTimeTable(project.start_minute)
    settings = np.zeros(1, SETTINGS).view(np.recarray)
    settings.standard = working_time.number(calendars.calendar(project.calendar_id))
    settings.honors_constraints = project.honors_constraints
    settings.ends_own_path = project.multiple_critical_paths
    clocks = clocks_of(columns, places, calendars, working_time, rows)
    dates = np.zeros(count, DATES).view(np.recarray)
    net = Net(settings, clocks, rows, child, spanned, into, out, dates, nothing_asked(count))
    net = _with_given(_with_pauses(net, tasks, working_time), columns, working_time)
    return Layout(net, steps, working_time)


def _check_tasks(tasks: TaskColumns, will: Flag) -> None:
    """Durations, dates and amounts that a plan can have."""
    _expect(_lie_between(tasks.duration_minutes, 0, LONGEST))
    _expect(_lie_between(tasks.leveling_delay_minutes, -LONGEST, LONGEST))
    some = np.flatnonzero(will)
    if not len(some):
        return
    dates = {name: getattr(tasks, name)[some] for name in OWN_DATES}
    needs = ~np.isin(tasks.constraint_type[some], WITHOUT_DATE_CODES)
    _expect(not (needs & (dates["constraint_minute"] == NOTHING)).any())
    for moments in dates.values():
        _expect(_lie_between(moments[moments != NOTHING], FIRST_MINUTE, LAST_MINUTE))
    for name in ("percent_complete", "actual_duration_minutes"):
        _expect(_lie_between(getattr(tasks, name)[some], 0, LONGEST))
    remaining = tasks.remaining_minutes[some]
    _expect(_lie_between(remaining[remaining != NOTHING], 0, LONGEST))


def _expect(is_so: bool) -> None:
    if not is_so:
        raise Unsuitable


def _lie_between(values: Whole, low: int, high: int) -> bool:
    return not len(values) or bool(values.min() >= low and values.max() <= high)


def _ticks(minutes: Whole) -> Whole:
    return np.where(minutes == NOTHING, NOTHING, minutes * TICKS)


def _arrows(columns: Columns, places: Places, rows: Any) -> tuple[Array, Array]:
    links, count = columns.links, len(rows) - 1
    before, after = places.of(links.predecessor_id), places.of(links.successor_id)
    _expect(not (before == after).any())
    holds = rows.is_active[before]
    idle = np.flatnonzero(~holds)
    if len(idle):
        has_children = rows.first_child[1:] > rows.first_child[:-1]
        within = idle[has_children[before[idle]] | has_children[after[idle]]]
        _expect(not outline.joins_a_line(before[within], after[within], rows))
        first, number = outline.grouped(after, count)
        _expect(not outline.has_twins(first, before[number]))
    code, lag = _lags(columns)
    rows.first_in, into = outline.grouped(np.where(holds, after, -1), count)
    rows.first_out, out = outline.grouped(np.where(holds, before, -1), count)
    arrows_in, arrows_out = (np.empty(len(into), ARROW).view(np.recarray) for _ in range(2))
    fill_arrows(arrows_in, into, before, code, lag)
    fill_arrows(arrows_out, out, after, code, lag)
    _expect(not outline.has_twins(rows.first_in.copy(), before[into]))
    return arrows_in, arrows_out


def _lags(columns: Columns) -> tuple[Whole, Whole]:
    """How links run, and their lags."""
    links = columns.links
    in_percent = links.lag_kind > 1
    _expect(_lie_between(links.lag_minutes, -LONGEST_LAG, LONGEST_LAG))
    _expect(not in_percent.any() or bool((np.abs(links.lag_percent[in_percent]) <= MOST_PERCENT).all()))
    lag = np.where(in_percent, links.lag_percent, links.lag_minutes * float(TICKS))
    code = links.link_type.astype(np.int64)
    return code | np.where(lag != 0, links.lag_kind.astype(np.int64) + 1 << LAG_SHIFT, 0), lag


def _with_pauses(net: Net, tasks: TaskColumns, working_time: WorkingTimeTable) -> Net:
    """Split tasks last as long as their pieces and what lies between these."""
    gaps = [
        (row, one[1], other[0])
        for row, pieces in tasks.splits.items()
        for one, other in zip(sorted(pieces), sorted(pieces)[1:], strict=False)
    ]
    if not gaps:
        return net
    rows, begins, ends = np.array(gaps, np.int64).T.copy()
    _expect(_lie_between(begins, FIRST_MINUTE, LAST_MINUTE) and _lie_between(ends, FIRST_MINUTE, LAST_MINUTE))
    while not given.pause(net, rows, begins * TICKS, ends * TICKS):
        net = with_larger_tables(net, working_time)
    return net


def _with_given(net: Net, columns: Columns, working_time: WorkingTimeTable) -> Net:
    status = columns.project.status_minute
    facts = facts_of(columns.tasks)
    while not given.give(net, facts, NOTHING if status is None else status * TICKS):
        net = with_larger_tables(net, working_time)
    return net


def facts_of(tasks: TaskColumns) -> given.GivenColumns:
    """What tasks say of their dates, those that say something."""
    is_manual = tasks.mode == MANUAL_MODE
    row = np.flatnonzero(tasks.is_pinned | is_manual | (tasks.actual_start_minute != NOTHING))
    return given.GivenColumns(
        row=row,
        is_pinned=np.array(tasks.is_pinned, np.bool_)[row],
        is_manual=is_manual[row],
        start=_ticks(tasks.start_minute[row]),
        finish=_ticks(tasks.finish_minute[row]),
        actual_start=_ticks(tasks.actual_start_minute[row]),
        actual_finish=_ticks(tasks.actual_finish_minute[row]),
        percent=tasks.percent_complete[row].astype(np.int64),
        done=tasks.actual_duration_minutes[row] * TICKS,
        remaining=_ticks(tasks.remaining_minutes[row]),
        stop=_ticks(tasks.stop_minute[row]),
        resume=_ticks(tasks.resume_minute[row]),
    )


def with_larger_tables(net: Net, working_time: WorkingTimeTable) -> Net:
    """The same plan with the larger tables that a pass needs."""
    return net._replace(clocks=net.clocks._replace(tables=working_time.grown(net.clocks.tables)))
