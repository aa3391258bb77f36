"""All runs by the engine's own compiled forward pass: a plan is laid out once, and what varies is written into its rows."""

from typing import NamedTuple

import numpy as np

from projects.worktime.errors import WorktimeError
from tasks.scheduling.columns import NOTHING, Columns, Whole, codes_of
from tasks.scheduling.compiled import given, outline
from tasks.scheduling.compiled.codes import (
    ALAP,
    BY_CHILDREN,
    BY_LEVELING,
    FIRST_TEAM,
    OTHER,
    TICKS,
)
from tasks.scheduling.compiled.filling import last_finish, minutes_of
from tasks.scheduling.compiled.forward import ask, asked_of, dated, pass_forward
from tasks.scheduling.compiled.ids import Places
from tasks.scheduling.compiled.kernel import Array, apart, kernel
from tasks.scheduling.compiled.lags import is_summary
from tasks.scheduling.compiled.layout import facts_of, lay_out, with_larger_tables
from tasks.scheduling.compiled.rows import Net
from tasks.scheduling.errors import Unsuitable
from tasks.scheduling.reference.checks import FIRST_MINUTE, LAST_MINUTE
from tasks.scheduling.reference.people import presence_of
from tasks.scheduling.risk.uncertain import done_of, has_begun

FROM_START_CODES = codes_of("link_type", ("SS", "SF"))


class Varied(NamedTuple):
    """The rows that vary, by their number among these."""

    row: Array
    minutes: Array  # by run
    planned: Array  # the whole duration, in minutes
    done: Array  # in minutes
    pause: Array  # in ticks, of split tasks
    fact: Array  # where they stand in the facts of what has begun, or -1


class Shares(NamedTuple):
    """What members of teams have to do, as ``compiled.people`` reads it; in the order of the members."""

    work: Array
    overtime: Array
    units: Array
    delay: Array
    is_whole: Array


class Found(NamedTuple):
    """What the runs come to."""

    finish: Array  # by run and row, in minutes
    end: Array  # by run
    on_path: Array  # by row: in how many runs it lies on the path that decides the finish


class Links(NamedTuple):
    """Of each link the row of its predecessor, and whether it begins at the start of that."""

    before: Array
    from_start: Array


class QuickRuns:
    """A plan on which runs are made one after the other; ``Unsuitable`` for one that the slow road has to take."""

    def __init__(self, columns: Columns, rows: Whole, minutes: Array) -> None:
        tasks, project = columns.tasks, columns.project
        if (tasks.constraint_type == ALAP).any():
            raise Unsuitable
        try:
            self.net, self.steps, self.working_time = lay_out(columns)
        except WorktimeError as error:
            raise Unsuitable from error
        places = Places(tasks.id)
        facts = facts_of(tasks)
        varies = np.flatnonzero(np.isin(facts.row, rows))
        # Copies: what remains is written anew in each run.
        self.facts = given.GivenColumns(*(np.array(values)[varies] for values in facts))
        self.start = project.start_minute * TICKS
        self.status = NOTHING if project.status_minute is None else project.status_minute * TICKS
        self.varied = self._varied(columns, rows, minutes)
        self.shares = self._shares(columns, places, rows)
        before = places.of(columns.links.predecessor_id)
        self.links = Links(before, np.isin(columns.links.link_type, FROM_START_CODES))

    def _varied(self, columns: Columns, rows: Whole, minutes: Array) -> Varied:
        tasks = columns.tasks
        done = np.where(has_begun(tasks), done_of(tasks), 0)[rows]
        fact = np.full(len(tasks), -1, np.int64)
        fact[self.facts.row] = np.arange(len(self.facts.row))
        self.facts.done[:] = np.where(has_begun(tasks), done_of(tasks), 0)[self.facts.row] * TICKS
        pause = self.net.rows.duration[rows] - self.net.rows.length[rows]
        return Varied(rows, minutes, tasks.duration_minutes[rows], done, pause, fact[rows])

    def _shares(self, columns: Columns, places: Places, rows: Whole) -> Shares:
        """Who belongs to a team, in the order in which ``compiled.people`` has put the members."""
        given_, tasks = columns.assignments, columns.tasks
        presence = presence_of(columns.project, columns.resources)
        works = np.array([presence[each] is not None for each in given_.resource_id.tolist()], np.bool_)
        row = places.of(given_.task_id)
        if (works & (given_.delay_minutes > 0) & np.isin(row, rows)).any():
            raise Unsuitable  # whether their work says when the task ends hangs on its duration
        works &= self.net.rows.clock[row] <= FIRST_TEAM
        _, order = outline.grouped(np.where(works, row, -1), len(tasks))
        work, units = given_.work_minutes[order], given_.units[order]
        is_whole = (work == NOTHING) | (work == 0) | ~(units > 0)
        return Shares(work, given_.overtime_minutes[order], units, given_.delay_minutes[order], is_whole)

    def run(self, first: int, last: int, found: Found) -> None:
        """Some of the runs."""
        at = first
        while True:
            at = make_runs(
                self.net, self.steps, self.start, FIRST_MINUTE * TICKS, LAST_MINUTE * TICKS,
                self.varied, self.facts, self.status, self.shares, self.links, at, last, found,
            )  # fmt: skip
            if at == last:
                return
            self.net = with_larger_tables(self.net, self.working_time)


@apart
def make_runs(
    net: Net,
    steps: Array,
    start: int,
    earliest: int,
    latest: int,
    varied: Varied,
    facts: given.GivenColumns,
    status: int,
    shares: Shares,
    links: Links,
    first: int,
    last: int,
    found: Found,
) -> int:
    """Runs from one to another; the first that the tables are too small for, or the last."""
    for run in range(first, last):
        vary(net, varied, facts, shares, run)
        if not given.give(net, facts, status):
            return run
        if pass_forward(net, steps, 0, start, earliest, latest) < len(steps):
            return run
        end = last_finish(net, start)
        found.end[run] = minutes_of(end)
        for row in range(len(net.dates)):
            found.finish[run, row] = minutes_of(net.dates[row].finish)
        walk(net, start, links, end, found.on_path)
    return last


@kernel
def vary(net: Net, varied: Varied, facts: given.GivenColumns, shares: Shares, run: int) -> None:
    """Write into the rows how long they take in a run."""
    for number in range(len(varied.row)):
        row, minutes = varied.row[number], int(varied.minutes[run, number])
        task, length = net.rows[row], minutes + varied.done[number]
        task.length = length * TICKS
        task.duration = task.length + varied.pause[number]
        if varied.fact[number] >= 0:
            facts.remaining[varied.fact[number]] = minutes * TICKS
        if task.clock <= FIRST_TEAM:
            share_out(net, row, length, varied.planned[number], shares)


@kernel
def share_out(net: Net, row: int, length: int, planned: int, shares: Shares) -> None:
    """What the members of a team have to do grows and shrinks with the duration."""
    team = FIRST_TEAM - net.rows[row].clock
    for member in range(net.clocks.team[team], net.clocks.team[team + 1]):
        if shares.is_whole[member]:
            net.clocks.members[member].own = length
        else:
            work = np.rint(shares.work[member] * (length / planned))
            worked = max(0.0, work - shares.overtime[member]) / shares.units[member] + 0.5
            net.clocks.members[member].own = shares.delay[member] + int(worked)


@kernel
def walk(net: Net, start: int, links: Links, end: int, on_path: Array) -> None:
    """Count the tasks on the path that decides the finish: back from the last one along what drives each.

    A delay for the sake of a resource is counted from what the links ask for: the path goes on there.
    """
    row, by_start = last_row(net, end), False
    while row >= 0:
        dates = net.dates[row]
        if is_summary(net, row):
            if dates.other != BY_CHILDREN:
                return
            row = dates.first if by_start else dates.last
            continue
        on_path[row] += 1
        link = dates.driver
        if link == OTHER and dates.other == BY_LEVELING:
            link = ask(net, row, dated(net, row, asked_of(net, row)), start)[2]
        if link < 0:
            return
        row, by_start = links.before[link], links.from_start[link]


@kernel
def last_row(net: Net, end: int) -> int:
    """The first task that ends with the plan; a summary only where none does."""
    found = -1
    for row in range(len(net.dates)):
        task = net.rows[row]
        if task.is_active and net.dates[row].finish == end:
            if not is_summary(net, row):
                return row
            if found < 0:
                found = row
    return found
