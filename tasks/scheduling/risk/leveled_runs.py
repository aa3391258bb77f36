"""Runs that are levelled each by itself: the serial generation of levelling, compiled, in the order of the plan as levelled.

One layout serves all runs. Rows are placed by the engine's own pass, step by step, with a levelling delay tried on each as ``construct`` does.
"""

from typing import NamedTuple

import numpy as np

from tasks.scheduling.columns import NOTHING, Columns, Whole
from tasks.scheduling.compiled import given, outline
from tasks.scheduling.compiled.codes import (
    ASAP,
    FINE,
    FIRST_TEAM,
    FNLT,
    FOREVER,
    MFO,
    MSO,
    NOT_GIVEN,
    ON_THE_CLOCK,
    SNLT,
    TICK_SHIFT,
    TICKS,
)
from tasks.scheduling.compiled.constraints import hold_early
from tasks.scheduling.compiled.filling import last_finish, minutes_of
from tasks.scheduling.compiled.forward import pass_forward
from tasks.scheduling.compiled.kernel import Array, apart, kernel
from tasks.scheduling.compiled.layout import with_larger_tables
from tasks.scheduling.compiled.rows import Net
from tasks.scheduling.errors import Unsuitable
from tasks.scheduling.leveling.construct import Construction
from tasks.scheduling.leveling.level import Ground
from tasks.scheduling.leveling.people import WHOLE, Elsewhere, busy_people
from tasks.scheduling.reference.checks import FIRST_MINUTE, LAST_MINUTE
from tasks.scheduling.risk.busy import FIRST, Busy, Parts, next_start, spread, take
from tasks.scheduling.risk.runs import Found, Links, QuickRuns, Shares, Varied, vary, walk


class Order(NamedTuple):
    """How rows are placed."""

    step: Array
    is_moved: Array  # by row: levelling may move it
    has_parts: Array
    is_split: Array
    known: Array  # rows whose dates no other row changes, which take their time first
    is_known: Array


class Leveling:
    """A plan as levelled once: the order in which its rows are placed in all runs, and what people do elsewhere. Raises what ``level`` does."""

    def __init__(self, columns: Columns, elsewhere: Elsewhere) -> None:
        ground = Ground(columns, elsewhere)
        if ground.late:
            raise Unsuitable
        self.made = ground.settled()
        self.free = busy_people(ground.network, ground.grid, self.made.parts, elsewhere)


class LeveledRuns(QuickRuns):
    """A plan on which levelled runs are made; ``Unsuitable`` for one whose people need more than these know."""

    def __init__(self, columns: Columns, leveling: Leveling, rows: Whole, minutes: Array) -> None:
        super().__init__(columns, rows, minutes)
        made = leveling.made
        self.order = _order(made)
        self.parts = _parts(columns, made, self.net)
        self.free = _busy(columns, leveling, self.parts)
        moved = self.net.rows[:-1][self.order.is_moved]
        moved.delay, moved.delay_is_elapsed, moved.is_plain = 0, True, False
        self.net.rows[:-1][self.order.is_moved] = moved
        # A copy, since those of a plan that is held cannot be written to: kernels would be compiled once more for such.
        self.planned = np.array(columns.tasks.duration_minutes)

    def run(self, first: int, last: int, found: Found) -> None:
        """Some of the runs."""
        at = first
        busy = Busy(*(np.array(values) for values in self.free))
        while True:
            at = make_levelled(
                self.net, self.start, FIRST_MINUTE * TICKS, LAST_MINUTE * TICKS, self.varied, self.facts, self.status,
                self.shares, self.links, self.order, self.parts, self.free, busy, self.planned, at, last, found,
            )  # fmt: skip
            if at == last:
                return
            self.net = with_larger_tables(self.net, self.working_time)


def _order(made: Construction) -> Order:
    count = len(made.grid.tasks)

    def flags(rows: object) -> Array:
        found = np.zeros(count, np.bool_)
        found[list(rows)] = True  # type: ignore[call-overload]
        return found

    known = sorted(made.known().keys() & made.parts.keys())
    return Order(
        np.array(made.turns.taken, np.int64), flags(made.movable), flags(made.parts),
        flags(row for row, task in enumerate(made.grid.tasks) if task.splits), np.array(known, np.int64), flags(known),
    )  # fmt: skip


def _parts(columns: Columns, made: Construction, net: Net) -> Parts:
    some, count = columns.assignments, len(columns.tasks)
    person_of = {pk: number for number, pk in enumerate(made.people)}
    row_of = made.grid.row_of
    row = np.array([row_of[pk] for pk in some.task_id.tolist()], np.int64)
    person = np.array([person_of.get(pk, -1) for pk in some.resource_id.tolist()], np.int64)
    clock = net.rows.clock[row]
    has_parts = np.array([each in made.parts for each in row.tolist()], np.bool_)
    asks = has_parts & (person >= 0) & (some.units > 0)
    if (asks & (clock == ON_THE_CLOCK)).any():
        raise Unsuitable
    calendar = clock.copy()
    in_team = (person >= 0) & (clock <= FIRST_TEAM)
    _, members = outline.grouped(np.where(in_team, row, -1), count)
    calendar[members] = net.clocks.members.calendar[: len(members)]
    first, order = outline.grouped(np.where(asks, row, -1), count)
    who, on, of = person[order], calendar[order], row[order]
    if len(set(zip(of.tolist(), who.tolist(), strict=True))) < len(of):
        raise Unsuitable  # one person twice on a task
    if len(set(zip(who.tolist(), on.tolist(), strict=True))) > len(set(who.tolist())):
        raise Unsuitable  # one person on several calendars
    work, units = some.work_minutes[order], some.units[order]
    is_whole = (work == NOTHING) | (work == 0) | ~(units > 0)
    rooms = np.array([one.capacity for one in made.people.values()], np.int64)
    asked = np.maximum(1, np.array([round(each * WHOLE) for each in units.tolist()], np.int64))
    return Parts(
        first, who, np.minimum(asked, rooms[who]), on, is_whole, work, some.overtime_minutes[order], units,
        some.delay_minutes[order], np.zeros(len(order), np.int64), np.zeros(len(order), np.int64),
    )  # fmt: skip


def _busy(columns: Columns, leveling: Leveling, parts: Parts) -> Busy:
    """What people do outside of the plan, and room for two steps more of each part."""
    has_own = columns.tasks.calendar_id != NOTHING
    rows = np.repeat(np.arange(len(columns.tasks)), np.diff(parts.first))
    people = list(leveling.free.items())
    for number in set(parts.person[has_own[rows]].tolist()):
        if len(people[number][1].places) > 1:
            raise Unsuitable  # what they do elsewhere lies in another calendar
    at: list[int] = []
    moments: list[int] = []
    used: list[int] = []
    for number, (_, one) in enumerate(people):
        room = 2 * int((parts.person == number).sum())
        at.append(len(moments))
        moments += [FIRST, *(one.moment(place) for place in one.places[1:]), *[0] * room]
        used += [*one.used, *[0] * room]
    counts = [len(one.places) for _, one in people]
    lists = ([one.capacity for _, one in people], at, counts, moments, used)
    return Busy(*(np.array(each, np.int64) for each in lists))


@apart
def make_levelled(
    net: Net,
    start: int,
    earliest: int,
    latest: int,
    varied: Varied,
    facts: given.GivenColumns,
    status: int,
    shares: Shares,
    links: Links,
    order: Order,
    parts: Parts,
    free: Busy,
    busy: Busy,
    planned: Array,
    first: int,
    last: int,
    found: Found,
) -> int:
    """Runs from one to another; the first that the tables are too small for, or the last."""
    for run in range(first, last):
        vary(net, varied, facts, shares, run)
        if not given.give(net, facts, status):
            return run
        for place in range(len(free.moment)):
            busy.moment[place], busy.used[place] = free.moment[place], free.used[place]
        for person in range(len(free.count)):
            busy.count[person] = free.count[person]
        if not generate(net, start, earliest, latest, order, parts, busy, planned):
            return run
        end = last_finish(net, start)
        found.end[run] = minutes_of(end)
        for row in range(len(net.dates)):
            found.finish[run, row] = minutes_of(net.dates[row].finish)
        walk(net, start, links, end, found.on_path)
    return last


@kernel
def generate(
    net: Net, start: int, earliest: int, latest: int, order: Order, parts: Parts, busy: Busy, planned: Array
) -> bool:
    """Place all rows, each as soon as its people are free; whether the tables reach so far."""
    frame = net.clocks.tables.frame[0]
    for number in range(len(order.known)):
        row = order.known[number]
        task = net.rows[row]
        begin, end = task.given_start, task.given_finish
        if task.given == NOT_GIVEN:
            _, begin, end = hold_early(net, row, FOREVER, FOREVER)
        lay(net, order, parts, row, begin, end, planned)
        take(busy, parts, row)
    for place in range(len(order.step)):
        step = order.step[place]
        is_moved = step >= 0 and order.is_moved[step]
        if is_moved:
            net.rows[step].delay = 0
        pass_forward(net, order.step[place : place + 1], 0, start, earliest, latest)
        if frame.needs != FINE:
            return False
        if step < 0 or not order.has_parts[step] or order.is_known[step]:
            continue
        lay(net, order, parts, step, net.dates[step].start, net.dates[step].finish, planned)
        if is_moved:
            move(net, start, earliest, latest, order, parts, busy, planned, place)
        take(busy, parts, step)
    return bool(frame.needs == FINE)


@kernel
def lay(net: Net, order: Order, parts: Parts, row: int, start: int, finish: int, planned: Array) -> None:
    """Note what a row that lies so asks of people."""
    task = net.rows[row]
    is_whole = task.given != NOT_GIVEN or order.is_split[row]
    begin, end, minutes = minutes_of(start), minutes_of(finish), task.length >> TICK_SHIFT
    spread(net.clocks.tables, parts, row, begin, end, minutes, planned[row], is_whole)


@kernel
def move(
    net: Net,
    start: int,
    earliest: int,
    latest: int,
    order: Order,
    parts: Parts,
    busy: Busy,
    planned: Array,
    place: int,
) -> None:
    """Put a row, which lies where its links let it, where all its people are free first; where a date keeps it from there it stays."""
    steps = order.step[place : place + 1]
    row = steps[0]
    task, dates, tables = net.rows[row], net.dates[row], net.clocks.tables
    wanted = next_start(tables, busy, parts, row, minutes_of(dates.start))
    base = dates.start
    if wanted != FIRST:
        # A delay counts from what links and earliest dates ask, without a date that the row must keep.
        kind = task.constraint
        if kind in (MSO, MFO, SNLT, FNLT):
            task.constraint = ASAP
            pass_forward(net, steps, 0, start, earliest, latest)
            base, task.constraint = dates.start, kind
    while wanted != FIRST and tables.frame[0].needs == FINE:
        task.delay = (((wanted << TICK_SHIFT) - base + TICKS - 1) >> TICK_SHIFT) << TICK_SHIFT
        pass_forward(net, steps, 0, start, earliest, latest)
        is_kept = dates.start < wanted << TICK_SHIFT
        if is_kept:
            task.delay = 0
            pass_forward(net, steps, 0, start, earliest, latest)
        lay(net, order, parts, row, dates.start, dates.finish, planned)
        wanted = FIRST if is_kept else next_start(tables, busy, parts, row, minutes_of(dates.start))
