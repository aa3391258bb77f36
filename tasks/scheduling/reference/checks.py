"""What a network may not contain; each check is quick where nothing is wrong."""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter, eq

from projects.worktime.calendar import FIRST_DAY, LAST_DAY
from projects.worktime.moments import MINUTES_PER_DAY
from tasks.scheduling.constraint_types import WITHOUT_DATE
from tasks.scheduling.errors import (
    DateOutOfRange,
    DuplicateLink,
    DuplicateTask,
    LinkToAncestor,
    LinkToItself,
    MissingConstraintDate,
    NegativeDuration,
    NetworkError,
    UnknownTask,
)
from tasks.scheduling.network import Link, Task

FIRST_MINUTE, LAST_MINUTE = FIRST_DAY * MINUTES_PER_DAY, LAST_DAY * MINUTES_PER_DAY
LONGEST = LAST_MINUTE - FIRST_MINUTE
DATES = (
    "constraint_minute",
    "deadline_minute",
    "actual_start_minute",
    "actual_finish_minute",
    "start_minute",
    "finish_minute",
    "stop_minute",
    "resume_minute",
)


def refuse_duplicates(tasks: Sequence[Task], row_of: dict[int, int]) -> None:
    """Every id once; of two rows with the same one the last is in ``row_of``."""
    if len(row_of) < len(tasks):
        raise DuplicateTask(next(task.id for row, task in enumerate(tasks) if row_of[task.id] != row))


def refuse_bad_tasks(tasks: Sequence[Task], is_plain: Sequence[bool]) -> None:
    """Durations that a plan can have, a date with every constraint that needs one, and dates within centuries."""
    durations = list(map(attrgetter("duration_minutes"), tasks))
    if min(durations, default=0) < 0:
        raise NegativeDuration(next(task.id for task in tasks if task.duration_minutes < 0))
    if max(durations, default=0) > LONGEST:
        raise DateOutOfRange(next(task.id for task in tasks if task.duration_minutes > LONGEST), "duration")
    for task, plain in zip(tasks, is_plain, strict=True):
        if plain:
            continue
        if task.constraint_minute is None and task.constraint_type not in WITHOUT_DATE:
            raise MissingConstraintDate(task.id, task.constraint_type)
        for name in DATES:
            moment = getattr(task, name)
            if moment is not None and not FIRST_MINUTE <= moment <= LAST_MINUTE:
                raise DateOutOfRange(task.id, name.removesuffix("_minute").replace("_", " "))


def refuse_far_dates(
    tasks: Sequence[Task], rows: Iterable[int], starts: Sequence[int], finishes: Sequence[int]
) -> None:
    """Lags can lead a milestone anywhere, without a calendar that would run dry on the way."""
    for row in rows:
        if starts[row] < FIRST_MINUTE:
            raise DateOutOfRange(tasks[row].id, "start")
        if finishes[row] > LAST_MINUTE:
            raise DateOutOfRange(tasks[row].id, "finish")


def refuse_links(links: Sequence[Link], before: Sequence[int], after: Sequence[int]) -> None:
    """Links between two different tasks of the plan, one for two of them; the rows are -1 where there is no task."""
    if -1 in before or -1 in after or any(map(eq, before, after)):
        raise _wrong_ends(links, before, after)[0]
    pairs = list(zip(before, after, strict=True))
    if len(set(pairs)) < len(pairs):
        times = Counter(pairs)
        link = next(link for link, pair in zip(links, pairs, strict=True) if times[pair] > 1)
        raise DuplicateLink(link.predecessor_id, link.successor_id)


def _wrong_ends(links: Sequence[Link], before: Sequence[int], after: Sequence[int]) -> list[NetworkError]:
    found: list[NetworkError] = []
    for link, start, end in zip(links, before, after, strict=True):
        for row, task_id in ((start, link.predecessor_id), (end, link.successor_id)):
            if row < 0:
                found.append(UnknownTask(task_id, f"The link {link.predecessor_id} -> {link.successor_id}"))
        if start == end:
            found.append(LinkToItself(link.predecessor_id))
    return found


def refuse_links_to_ancestors(
    tasks: Sequence[Task],
    arrows: Iterable[tuple[int, int, int, float, int]],
    parent: list[int],
    children: list[list[int]],
) -> None:
    """Numbers the outline once (in and out of a walk), so that each link is one comparison."""
    ends = [(arrow[0], arrow[1]) for arrow in arrows if children[arrow[0]] or children[arrow[1]]]
    if not ends:
        return
    opened, closed = _walk(parent, children)
    for before, after in ends:
        if opened[before] < opened[after] < closed[before] or opened[after] < opened[before] < closed[after]:
            raise LinkToAncestor(tasks[before].id, tasks[after].id)


def _walk(parent: list[int], children: list[list[int]]) -> tuple[list[int], list[int]]:
    """For each row, its number in a walk down the outline and the number after its last descendant."""
    opened = [-1] * len(parent)
    closed = [-1] * len(parent)
    count = 0
    stack = [row for row, above in enumerate(parent) if above < 0]
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
