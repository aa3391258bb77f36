"""The network as flat lists, so that the passes only index and add."""

from dataclasses import dataclass
from itertools import pairwise

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.clocks import Clock, Clocks, Person
from tasks.scheduling.errors import (
    DuplicateTask,
    LinkToAncestor,
    LinkToItself,
    MissingConstraintDate,
    NegativeDuration,
    UnknownResource,
    UnknownTask,
)
from tasks.scheduling.network import Assignment, Link, Network, Task

# Whether a link comes from the finish, and whether it goes to the start.
LINK_ENDS = {"FS": (True, True), "SS": (False, True), "FF": (True, False), "SF": (False, False)}
NO_LAG, WORKING, ELAPSED, PERCENT, ELAPSED_PERCENT = range(5)
LAG_KINDS = {
    "working": WORKING,
    "elapsed": ELAPSED,
    "percent": PERCENT,
    "elapsed_percent": ELAPSED_PERCENT,
}

Arrow = tuple[int, int, bool, bool, int, float, int]
"""Predecessor's row, successor's row, from the finish, to the start, kind of lag, lag (minutes or percent), index into ``Network.links``."""


@dataclass(slots=True)
class Grid:
    """Everything by row number; ``parent`` is -1 at the top."""

    network: Network
    tasks: tuple[Task, ...]
    row_of: dict[int, int]
    parent: list[int]
    children: list[list[int]]
    durations: list[int]  # with the pauses of split tasks
    is_active: list[bool]
    is_plain: list[bool]  # nothing but links and calendars decides its dates
    is_done: list[bool]
    is_silent: list[bool]  # done or inactive, so that no predecessor has to hurry for it
    incoming: list[list[Arrow]]
    outgoing: list[list[Arrow]]
    clocks: list[Clock]
    rulers: list[WorkingTime]
    standard: WorkingTime

    def spanned(self, row: int) -> list[int]:
        """The rows that a summary reaches over: its active ones, or all when none is."""
        rows = self.children[row]
        return [child for child in rows if self.is_active[child]] or rows


def lay_out(network: Network) -> Grid:
    """Check the network and spread it into rows."""
    tasks = network.tasks
    row_of: dict[int, int] = {}
    for row, task in enumerate(tasks):
        if task.id in row_of:
            raise DuplicateTask(task.id)
        row_of[task.id] = row
        if task.duration_minutes < 0:
            raise NegativeDuration(task.id)
        if task.constraint_minute is None and task.constraint_type not in (
            "ASAP",
            "ALAP",
        ):
            raise MissingConstraintDate(task.id, task.constraint_type)
    parent, children = _outline(tasks, row_of)
    is_active = _activity(tasks, children)
    incoming, outgoing = _arrows(network, row_of, is_active)
    _refuse_links_to_ancestors(network, row_of, parent, children)
    clocks = Clocks(network)
    people = _people(network, row_of)
    is_done = [task.actual_finish_minute is not None for task in tasks]
    rulers = [clocks.standard if task.calendar_id is None else clocks.ruler(task) for task in tasks]
    own_clocks = [
        clocks.clock(task, people.get(row, ())) if row in people or task.is_elapsed else rulers[row]
        for row, task in enumerate(tasks)
    ]
    return Grid(
        network=network,
        tasks=tasks,
        row_of=row_of,
        parent=parent,
        children=children,
        durations=[
            task.duration_minutes + _pauses(task, own) if task.splits else task.duration_minutes
            for task, own in zip(tasks, own_clocks, strict=True)
        ],
        is_active=is_active,
        is_plain=[_is_plain(task) for task in tasks],
        is_done=is_done,
        is_silent=[done or not active for done, active in zip(is_done, is_active, strict=True)],
        incoming=incoming,
        outgoing=outgoing,
        clocks=own_clocks,
        rulers=rulers,
        standard=clocks.standard,
    )


def _pauses(task: Task, clock: Clock) -> int:
    """Working minutes between the pieces of a split task, which it keeps wherever it moves."""
    pieces = sorted(task.splits)
    return sum(max(0, clock.between(one[1], other[0])) for one, other in pairwise(pieces))


def _is_plain(task: Task) -> bool:
    return not (
        task.constraint_type not in ("ASAP", "ALAP")
        or task.deadline_minute is not None
        or task.is_pinned
        or task.mode == "manual"
        or task.actual_start_minute is not None
        or task.actual_finish_minute is not None
        or task.leveling_delay_minutes
        or task.is_elapsed
    )


def _outline(tasks: tuple[Task, ...], row_of: dict[int, int]) -> tuple[list[int], list[list[int]]]:
    parent = [-1] * len(tasks)
    children: list[list[int]] = [[] for _ in tasks]
    for row, task in enumerate(tasks):
        if task.parent_id is not None:
            above = row_of.get(task.parent_id)
            if above is None:
                raise UnknownTask(task.parent_id, f"Task {task.id}")
            parent[row] = above
            children[above].append(row)
    return parent, children


def _activity(tasks: tuple[Task, ...], children: list[list[int]]) -> list[bool]:
    """A row is active when it and all its summaries are."""
    is_active = [task.is_active for task in tasks]
    stack = [row for row, active in enumerate(is_active) if not active]
    while stack:
        for child in children[stack.pop()]:
            if is_active[child]:
                is_active[child] = False
                stack.append(child)
    return is_active


def _arrows(
    network: Network, row_of: dict[int, int], is_active: list[bool]
) -> tuple[list[list[Arrow]], list[list[Arrow]]]:
    incoming: list[list[Arrow]] = [[] for _ in is_active]
    outgoing: list[list[Arrow]] = [[] for _ in is_active]
    for index, link in enumerate(network.links):
        before = row_of.get(link.predecessor_id, -1)
        after = row_of.get(link.successor_id, -1)
        if before == after or before < 0 or after < 0:
            _refuse_link(link, row_of)
        if not is_active[before]:
            continue
        kind = LAG_KINDS[link.lag_kind]
        lag: float = link.lag_minutes if kind <= ELAPSED else link.lag_percent
        if not lag:
            kind = NO_LAG
        from_finish, to_start = LINK_ENDS[link.link_type]
        arrow = (before, after, from_finish, to_start, kind, lag, index)
        incoming[after].append(arrow)
        outgoing[before].append(arrow)
    return incoming, outgoing


def _refuse_link(link: Link, row_of: dict[int, int]) -> None:
    for end in (link.predecessor_id, link.successor_id):
        if end not in row_of:
            raise UnknownTask(end, f"The link {link.predecessor_id} -> {link.successor_id}")
    raise LinkToItself(link.predecessor_id)


def _refuse_links_to_ancestors(
    network: Network, row_of: dict[int, int], parent: list[int], children: list[list[int]]
) -> None:
    """Numbers the outline once (in and out of a walk), so that each link is one comparison."""
    if not any(children):
        return
    opened, closed = _walk(parent, children)
    for link in network.links:
        before, after = row_of[link.predecessor_id], row_of[link.successor_id]
        if opened[before] < opened[after] < closed[before] or opened[after] < opened[before] < closed[after]:
            raise LinkToAncestor(link.predecessor_id, link.successor_id)


def _walk(parent: list[int], children: list[list[int]]) -> tuple[list[int], list[int]]:
    """For each row, its number in a walk down the outline and the number after its last descendant."""
    tops = [row for row, above in enumerate(parent) if above < 0]
    opened = [-1] * len(parent)
    closed = [-1] * len(parent)
    count = 0
    stack = tops[::-1]
    while stack:
        row = stack.pop()
        if row < 0:
            closed[~row] = count
            continue
        opened[row] = count
        count += 1
        if children[row]:
            stack.append(~row)
            stack.extend(children[row])
        else:
            closed[row] = count
    return opened, closed


def _people(network: Network, row_of: dict[int, int]) -> dict[int, list[Person]]:
    """The people on each row; material and cost work at no time of their own."""
    resources = {resource.id: resource for resource in network.resources}
    people: dict[int, list[Person]] = {}
    for assignment in network.assignments:
        if assignment.task_id not in row_of:
            raise UnknownTask(assignment.task_id, "An assignment")
        resource = resources.get(assignment.resource_id)
        if resource is None:
            raise UnknownResource(assignment.task_id, assignment.resource_id)
        if resource.kind == "work":
            calendar_id = (
                network.project.calendar_id if resource.calendar_id is None else resource.calendar_id
            )
            person = (calendar_id, _own_minutes(assignment))
            people.setdefault(row_of[assignment.task_id], []).append(person)
    return people


def _own_minutes(assignment: Assignment) -> int | None:
    """Work lasts as long as its units make it, without overtime, after the person's own delay."""
    if not assignment.work_minutes or assignment.units <= 0:
        return None
    work = max(0, assignment.work_minutes - assignment.overtime_minutes)
    return assignment.delay_minutes + int(work / assignment.units + 0.5)
