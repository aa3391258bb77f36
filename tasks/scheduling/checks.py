"""What a network may not contain; each check is quick where nothing is wrong."""

from collections.abc import Iterable, Sequence
from operator import attrgetter, eq

from tasks.scheduling.errors import (
    DuplicateTask,
    LinkToAncestor,
    LinkToItself,
    MissingConstraintDate,
    NegativeDuration,
    UnknownTask,
)
from tasks.scheduling.network import Link, Task


def refuse_duplicates(tasks: Sequence[Task], row_of: dict[int, int]) -> None:
    """Every id once; of two rows with the same one the last is in ``row_of``."""
    if len(row_of) < len(tasks):
        raise DuplicateTask(next(task.id for row, task in enumerate(tasks) if row_of[task.id] != row))


def refuse_bad_tasks(tasks: Sequence[Task], is_plain: Sequence[bool]) -> None:
    """Durations of zero or more, and a date with every constraint that needs one."""
    if min(map(attrgetter("duration_minutes"), tasks), default=0) < 0:
        raise NegativeDuration(next(task.id for task in tasks if task.duration_minutes < 0))
    for task, plain in zip(tasks, is_plain, strict=True):
        if not plain and task.constraint_minute is None and task.constraint_type not in ("ASAP", "ALAP"):
            raise MissingConstraintDate(task.id, task.constraint_type)


def refuse_links(links: Sequence[Link], before: Sequence[int], after: Sequence[int]) -> None:
    """Links between two different tasks of the plan; the rows are -1 where there is none."""
    if -1 not in before and -1 not in after and not any(map(eq, before, after)):
        return
    for link, start, end in zip(links, before, after, strict=True):
        for row, task_id in ((start, link.predecessor_id), (end, link.successor_id)):
            if row < 0:
                raise UnknownTask(task_id, f"The link {link.predecessor_id} -> {link.successor_id}")
        if start == end:
            raise LinkToItself(link.predecessor_id)


def refuse_links_to_ancestors(
    tasks: Sequence[Task],
    arrows: Iterable[tuple[int, int, int, float, int]],
    parent: list[int],
    children: list[list[int]],
) -> None:
    """Numbers the outline once (in and out of a walk), so that each link is one comparison."""
    opened, closed = _walk(parent, children)
    for before, after, _, _, _ in arrows:
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
