"""The network as flat lists, so that the passes only index and add."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from operator import attrgetter

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.errors import UnknownTask
from tasks.scheduling.network import Link, Network, ProjectSettings, Task
from tasks.scheduling.reference.checks import (
    refuse_bad_tasks,
    refuse_duplicates,
    refuse_links,
    refuse_links_to_ancestors,
)
from tasks.scheduling.reference.clocks import Clock, Clocks
from tasks.scheduling.reference.people import Person, Presence, people_of, presence_of

# How a link runs: bit 1 from the start (else the finish), bit 2 to the finish (else the start), and above these its
# kind of lag; so that 0 is a finish-to-start link without lag, which most are.
ENDS = {"FS": 0, "SS": 1, "FF": 2, "SF": 3}
FROM_START, TO_FINISH, WITH_LAG, LAG_SHIFT = 1, 2, 4, 2
NO_LAG, WORKING, ELAPSED, PERCENT, ELAPSED_PERCENT = range(5)
LAG_KINDS = {
    "working": WORKING,
    "elapsed": ELAPSED,
    "percent": PERCENT,
    "elapsed_percent": ELAPSED_PERCENT,
}

Arrow = tuple[int, int, int, float, int]
"""Predecessor's row, successor's row, how it runs, lag (minutes or percent), index into ``Network.links``."""

# What makes a task more than its links and calendars, and what these fields hold for one that is not.
OWN_WILL = attrgetter(
    "constraint_type",
    "deadline_minute",
    "is_pinned",
    "mode",
    "actual_start_minute",
    "actual_finish_minute",
    "leveling_delay_minutes",
    "is_elapsed",
)
NO_WILL = ("ASAP", None, False, "auto", None, None, 0, False)


@dataclass(slots=True)
class Grid:
    """Everything by row number; ``parent`` is -1 at the top."""

    project: ProjectSettings
    tasks: Sequence[Task]
    links: Sequence[Link]
    row_of: dict[int, int]
    parent: list[int]
    children: list[list[int]]
    spans: list[list[int]]  # the children that a summary reaches over: its active ones, or all when none is
    durations: list[int]  # with the pauses of split tasks
    is_active: list[bool]
    is_plain: list[bool]  # no summary, and nothing but links and calendars decides its dates
    is_done: list[bool]
    is_silent: list[bool]  # done or inactive, so that no predecessor has to hurry for it
    incoming: list[list[Arrow]]
    outgoing: list[list[Arrow]]
    clocks: list[Clock]
    rulers: list[WorkingTime]
    standard: WorkingTime
    time: Clocks
    presence: Presence
    is_sorted: bool  # every row comes after all that it waits for, and families stand together


def lay_out(network: Network) -> Grid:
    """Check the network and spread it into rows."""
    tasks = network.tasks
    row_of = {task.id: row for row, task in enumerate(tasks)}
    refuse_duplicates(tasks, row_of)
    is_plain = [will == NO_WILL for will in map(OWN_WILL, tasks)]
    refuse_bad_tasks(tasks, is_plain)
    parent, children, is_sorted = _outline(tasks, row_of)
    is_active = _activity(tasks, children)
    arrows = arrows_of(network.links, row_of)
    incoming, outgoing = _by_row(arrows, is_active)
    if any(children):
        refuse_links_to_ancestors(tasks, arrows, parent, children)
        is_plain = [plain and not rows for plain, rows in zip(is_plain, children, strict=True)]
    clocks = Clocks(network)
    presence = presence_of(network.project, network.resources)
    is_done = [moment is not None for moment in map(attrgetter("actual_finish_minute"), tasks)]
    rulers = _rulers(tasks, clocks)
    own_clocks = _own_clocks(tasks, clocks, rulers, people_of(network, row_of, presence))
    return Grid(
        project=network.project,
        tasks=tasks,
        links=network.links,
        row_of=row_of,
        parent=parent,
        children=children,
        spans=[spanned(rows, is_active) if rows else rows for rows in children],
        durations=_durations(tasks, own_clocks),
        is_active=is_active,
        is_plain=is_plain,
        is_done=is_done,
        is_silent=[done or not active for done, active in zip(is_done, is_active, strict=True)],
        incoming=incoming,
        outgoing=outgoing,
        clocks=own_clocks,
        rulers=rulers,
        standard=clocks.standard,
        time=clocks,
        presence=presence,
        is_sorted=is_sorted and all(before < after for before, after, _, _, _ in arrows),
    )


def spanned(rows: list[int], is_active: list[bool]) -> list[int]:
    """The rows that a summary with these children reaches over."""
    active = [row for row in rows if is_active[row]]
    return rows if len(active) == len(rows) else active or rows


def _outline(tasks: Sequence[Task], row_of: dict[int, int]) -> tuple[list[int], list[list[int]], bool]:
    """Parents, children, and whether each family stands together below its summary."""
    count = len(tasks)
    parent = [-1] * count
    children: list[list[int]] = [[] for _ in range(count)]
    is_sorted = True
    family: list[int] = []  # the summaries above the last row
    for row, parent_id in enumerate(map(attrgetter("parent_id"), tasks)):
        if parent_id is None:
            family.clear()
            continue
        above = row_of.get(parent_id)
        if above is None:
            raise UnknownTask(parent_id, f"Task {tasks[row].id}")
        parent[row] = above
        children[above].append(row)
        if above == row - 1:
            family.append(above)
        else:
            while family and family[-1] != above:
                family.pop()
            is_sorted = is_sorted and bool(family)
    return parent, children, is_sorted


def _activity(tasks: Sequence[Task], children: list[list[int]]) -> list[bool]:
    """A row is active when it and all its summaries are."""
    is_active: list[bool] = list(map(attrgetter("is_active"), tasks))
    stack = [row for row, active in enumerate(is_active) if not active]
    while stack:
        for child in children[stack.pop()]:
            if is_active[child]:
                is_active[child] = False
                stack.append(child)
    return is_active


def arrows_of(links: Sequence[Link], row_of: dict[int, int]) -> list[Arrow]:
    """Links between rows, in their order."""
    before = list(map(row_of.get, map(attrgetter("predecessor_id"), links), repeat(-1)))
    after = list(map(row_of.get, map(attrgetter("successor_id"), links), repeat(-1)))
    refuse_links(links, before, after)
    return [
        (start, end, ENDS[link.link_type], 0, index)
        if link.lag_kind == "working" and not link.lag_minutes
        else (start, end, *with_lag_of(link), index)
        for index, (start, end, link) in enumerate(zip(before, after, links, strict=True))
    ]


def with_lag_of(link: Link) -> tuple[int, float]:
    """How a link runs, and its lag."""
    kind = LAG_KINDS[link.lag_kind]
    lag: float = link.lag_minutes if kind <= ELAPSED else link.lag_percent
    return (ENDS[link.link_type] | kind << LAG_SHIFT, lag) if lag else (ENDS[link.link_type], 0)


def _by_row(
    arrows: Iterable[Arrow], is_active: Sequence[bool]
) -> tuple[list[list[Arrow]], list[list[Arrow]]]:
    """Arrows into and out of each row; an inactive row holds no other."""
    incoming: list[list[Arrow]] = [[] for _ in is_active]
    outgoing: list[list[Arrow]] = [[] for _ in is_active]
    for arrow in arrows:
        before = arrow[0]
        if is_active[before]:
            incoming[arrow[1]].append(arrow)
            outgoing[before].append(arrow)
    return incoming, outgoing


def _rulers(tasks: Sequence[Task], clocks: Clocks) -> list[WorkingTime]:
    ids = list(map(attrgetter("calendar_id"), tasks))
    known: dict[int | None, WorkingTime] = {None: clocks.standard}
    for calendar_id in dict.fromkeys(ids):
        if calendar_id is not None:
            known[calendar_id] = clocks.calendars.calendar(calendar_id)
    return [known[calendar_id] for calendar_id in ids]


def _own_clocks(
    tasks: Sequence[Task], clocks: Clocks, rulers: Sequence[WorkingTime], people: dict[int, list[Person]]
) -> list[Clock]:
    found: list[Clock] = list(rulers)
    alone: dict[int | None, WorkingTime] = {}  # who works alone on a task without a calendar of its own
    for row, team in people.items():
        is_usual = rulers[row] is clocks.standard and tasks[row].calendar_id is None
        if len(team) == 1 and is_usual and not team[0].delay:
            calendar_id = team[0][0]
            clock = alone.get(calendar_id)
            if clock is None:
                clock = alone[calendar_id] = clocks.calendars.calendar(calendar_id)
            found[row] = clock
        else:
            found[row] = clocks.clock(tasks[row], team)
    for row, elapsed in enumerate(map(attrgetter("is_elapsed"), tasks)):
        if elapsed:
            found[row] = clocks.clock(tasks[row], ())
    return found


def _durations(tasks: Sequence[Task], clocks: Sequence[Clock]) -> list[int]:
    durations: list[int] = list(map(attrgetter("duration_minutes"), tasks))
    for row, splits in enumerate(map(attrgetter("splits"), tasks)):
        if splits:
            durations[row] += pauses(tasks[row], clocks[row])
    return durations


def pauses(task: Task, clock: Clock) -> int:
    """Working minutes between the pieces of a split task, which it keeps wherever it moves."""
    pieces = sorted(task.splits)
    return sum(max(0, clock.between(one[1], other[0])) for one, other in pairwise(pieces))
