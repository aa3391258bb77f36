"""A finish that no levelled plan ends before, with the reason in hours that a person can add up."""

from collections.abc import Mapping
from dataclasses import dataclass

from projects.worktime.errors import WorkingTimeExhausted
from tasks.scheduling.leveling.energy import Overfull, workers_of
from tasks.scheduling.leveling.people import Busy, Part
from tasks.scheduling.leveling.relaxed import Relaxed
from tasks.scheduling.leveling.windows import earliest, latest
from tasks.scheduling.reference.early import NEVER


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``begin`` to ``end`` there is ``room`` for what moves, and ``work`` to do: ten-thousandths of a person × minutes.

    ``room`` is what there is of the person in their working time, without what does not move and what they do elsewhere.
    """

    person_id: int
    begin: int
    end: int
    room: int
    work: int


@dataclass(frozen=True, slots=True)
class PlanBound:
    """No plan ends before ``finish`` that keeps the rules of the plan, its given dates, and what there is of its people.

    With a ``stretch``: if the plan is to end sooner, all of ``task_ids`` have to be done within it, and there is not enough room. Without: links, dates and
    calendars alone lead there, and ``task_ids`` has the task that ends then.
    """

    finish: int
    task_ids: tuple[int, ...]
    stretch: Stretch | None = None


def lower_bound(
    relaxed: Relaxed,
    order: list[int],
    parts: Mapping[int, list[Part]],
    movable: frozenset[int],
    people: Mapping[int, Busy],
    reached: int,
) -> PlanBound | None:
    """The best bound that is found up to ``reached``, the finish of some plan; None where nothing is known of any finish.

    Each finish that is refuted is a proof by itself; halving looks for the last one, and may miss one, which costs nothing but sharpness.
    """
    grid = relaxed.grid
    early = earliest(relaxed, order)
    workers = workers_of(relaxed, parts, movable, people, early)
    active = [row for row, is_active in enumerate(grid.is_active) if is_active]
    last = max(active, key=lambda row: early.finishes[row], default=None)
    if last is None:
        return PlanBound(reached, ())
    ids = tuple(task.id for task in grid.tasks)
    if early.finishes[last] == NEVER:
        return None
    best = PlanBound(early.finishes[last], (ids[last],))

    def refuted(finish: int) -> PlanBound | None:
        try:
            late = latest(relaxed, order, finish)
        except WorkingTimeExhausted:  # a calendar that ends with the plan
            return None
        found = max(
            (one for worker in workers if (one := worker.overfull(late)) is not None),
            key=lambda one: one.work - one.room,
            default=None,
        )
        return None if found is None else _said(finish + 1, found, ids)

    low, high = best.finish, reached  # the first may be a plan, the last is one
    at = reached - 1
    while low < high:
        found = refuted(at)
        if found is None:
            high = at
        else:
            best, low = found, at + 1
        at = (low + high) // 2
    return best


def _said(finish: int, found: Overfull, ids: tuple[int, ...]) -> PlanBound:
    person_id, begin, end, room, work, rows = found
    return PlanBound(finish, tuple(ids[row] for row in rows), Stretch(person_id, begin, end, room, work))
