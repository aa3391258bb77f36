"""On which calendar, or those of which people, every row runs."""

import numpy as np

from projects.worktime.calendars import Calendars
from tasks.scheduling.columns import NOTHING, Columns, Flag, TaskColumns, Whole
from tasks.scheduling.compiled import outline
from tasks.scheduling.compiled.clocks import MEMBER, ClockTables
from tasks.scheduling.compiled.codes import FIRST_TEAM, ON_THE_CLOCK
from tasks.scheduling.compiled.ids import Places
from tasks.scheduling.compiled.kernel import Array, maker
from tasks.scheduling.compiled.working_time import WorkingTimeTable
from tasks.scheduling.errors import Unsuitable
from tasks.scheduling.reference.people import presence_of

MOST_WORK = 1 << 31
"""In minutes; shares of it are products with durations, which have to fit into a number."""


def clocks_of(
    columns: Columns, places: Places, calendars: Calendars, working_time: WorkingTimeTable, rows: Array
) -> ClockTables:
    """Note in each row the calendar of its task, and what it runs on."""
    tasks = columns.tasks
    ruler = _rulers(columns, calendars, working_time)
    of_row = ruler.copy()
    row, calendar, own, is_delayed = _members(columns, places, calendars, working_time)
    calendar = _within(tasks, ruler, row, calendar, working_time, calendars)
    first, order = outline.grouped(row, len(tasks))
    team, chosen = teams(first, calendar[order], of_row, _finish_late(tasks, row, own, is_delayed))
    chosen = order[chosen]
    of_row[tasks.is_elapsed] = ON_THE_CLOCK
    rows.ruler[:-1], rows.clock[:-1] = ruler, of_row
    members = np.empty(len(chosen), MEMBER).view(np.recarray)
    members.calendar, members.own = calendar[chosen], own[chosen]
    return ClockTables(working_time.tables(), rows, team, members)


def _rulers(columns: Columns, calendars: Calendars, working_time: WorkingTimeTable) -> Whole:
    ids, project = columns.tasks.calendar_id, columns.project.calendar_id
    standard = working_time.number(calendars.calendar(project))
    has_own = ids != NOTHING
    if not has_own.any():
        return np.full(len(ids), standard, np.int64)
    used, place = np.unique(ids, return_inverse=True)
    numbers = [
        standard if calendar_id == NOTHING else working_time.number(calendars.calendar(calendar_id))
        for calendar_id in used.tolist()
    ]
    return np.array(numbers, np.int64)[place]


def _members(
    columns: Columns, places: Places, calendars: Calendars, working_time: WorkingTimeTable
) -> tuple[Whole, Whole, Whole, Flag]:
    """Rows, calendars and minutes of all who work on something at times of their own, and whether they begin later."""
    given = columns.assignments
    rows = places.of(given.task_id)
    presence = presence_of(columns.project, columns.resources)
    who = Places(np.fromiter(presence, np.int64, len(presence))).of(given.resource_id)
    known = list(presence.values())
    numbers = np.full(len(known) + 1, -1, np.int64)
    for place in np.unique(who).tolist():
        person = known[place]
        if person is not None:
            numbers[place] = working_time.number(calendars.calendar(person[0]))
    calendar = numbers[who]
    works = calendar >= 0
    # A task whose own calendar overrules those of its people needs none of them.
    works &= ~(columns.tasks.ignores_resource_calendar & (columns.tasks.calendar_id != NOTHING))[rows]
    works &= ~columns.tasks.is_elapsed[rows]
    rows, calendar = rows[works], calendar[works]
    work, overtime = given.work_minutes[works], given.overtime_minutes[works]
    units, delay = given.units[works], given.delay_minutes[works]
    is_whole = (work == NOTHING) | (work == 0) | ~(units > 0)
    minutes = np.maximum(0, work - overtime) / np.where(is_whole, 1.0, units) + 0.5
    minutes[is_whole] = 0
    if len(minutes) and (minutes.max() > MOST_WORK or np.abs(delay).max() > MOST_WORK):
        raise Unsuitable
    own = delay + minutes.astype(np.int64)
    own = np.where(is_whole, columns.tasks.duration_minutes[rows], own)
    return rows, calendar, own, ~is_whole & (delay > 0)


def _finish_late(tasks: TaskColumns, rows: Whole, own: Whole, is_delayed: Flag) -> Flag:
    """The rows that have not begun and on which all are delayed, beyond the duration: their work says when they end."""
    count = len(tasks)
    if not is_delayed.any():
        return np.zeros(count, np.bool_)
    longest = np.zeros(count, np.int64)
    np.maximum.at(longest, rows, own)
    all_are = np.bincount(rows[is_delayed], minlength=count) == np.bincount(rows, minlength=count)
    has_begun = tasks.actual_start_minute != NOTHING
    late: Flag = all_are & ~has_begun & (longest > tasks.duration_minutes)
    return late


def _within(
    tasks: TaskColumns,
    ruler: Whole,
    rows: Whole,
    calendar: Whole,
    working_time: WorkingTimeTable,
    calendars: Calendars,
) -> Whole:
    """People on a task with a calendar of its own work when both do."""
    some = np.flatnonzero(tasks.calendar_id[rows] != NOTHING)
    if not len(some):
        return calendar
    times = working_time.calendars()
    pairs, place = np.unique(np.stack((ruler[rows[some]], calendar[some])), axis=1, return_inverse=True)
    numbers = [
        working_time.number(calendars.shared(times[first], times[second]))
        for first, second in pairs.T.tolist()
    ]
    result = calendar.copy()
    result[some] = np.array(numbers, np.int64)[place.reshape(-1)]
    return result


@maker
def teams(first: Array, calendar: Array, of_row: Array, finishes_late: Array) -> tuple[Array, Array]:
    """Let rows run on the calendar that all on it share, or on a new team; where teams begin, and the members.

    What its people finish later than its duration says is a team even where they share a calendar.
    """
    begins, members = np.zeros(len(of_row) + 1, np.int64), np.empty(len(calendar), np.int64)
    count = end = 0
    for row in range(len(of_row)):
        low, high = first[row], first[row + 1]
        if low == high:
            continue
        is_one = not finishes_late[row]
        for place in range(low + 1, high):
            is_one = is_one and calendar[place] == calendar[low]
        if is_one:
            of_row[row] = calendar[low]
            continue
        of_row[row] = FIRST_TEAM - count
        for place in range(low, high):
            members[end] = place
            end += 1
        count += 1
        begins[count] = end
    return begins[: count + 1], members[:end]
