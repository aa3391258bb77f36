"""What no order of work can solve: too many units on one task, and tasks that may not move and overlap.

It is reported with its way out and left as it is; levelling never looks for a place that cannot be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tasks.scheduling.leveling.people import ELSEWHERE, Busy, Part
from tasks.scheduling.network import Task
from tasks.scheduling.reference.grid import Grid

UNMOVED_PRIORITY = 1000

Cause = Literal["fixed", "must_date", "late", "slack", "elsewhere", "done"]

WAYS_OUT: Mapping[Cause, str] = {
    "fixed": "Move one of these tasks by hand, let it be planned automatically, or give it to another person.",
    "must_date": "Move the date that the task must keep, or give it to another person.",
    "late": "Let the task that is as late as possible be as soon as possible, or give it to another person.",
    "slack": "Level with a later finish of the plan, or give one of these tasks to another person.",
    "elsewhere": "Move the task, give it to another person, or change what this person does elsewhere.",
    "done": "What is done is done; nothing is to be solved.",
}
MORE_THAN_THERE_IS = "Assign the person with fewer units, add a person, or raise what there is of them."


class LevelingRefused(ValueError):
    """The plan cannot be levelled at all; ``reason`` is a code, ``task_ids`` are the tasks it is about."""

    def __init__(
        self, reason: Literal["from_finish", "as_late_as_possible"], task_ids: tuple[int, ...]
    ) -> None:
        said = {
            "from_finish": "A plan that is scheduled from its finish is not levelled; schedule it from its start.",
            "as_late_as_possible": "Tasks as late as possible find no place that stays; let them be as soon as possible.",
        }
        super().__init__(said[reason])
        self.reason = reason
        self.task_ids = task_ids


@dataclass(frozen=True, slots=True)
class TooManyUnits:
    """A task asks more of a person than there is; both in ten-thousandths of a person. It is planned as if it asked for all."""

    task_id: int
    person_id: int
    units: int
    capacity: int
    way_out: str = MORE_THAN_THERE_IS


@dataclass(frozen=True, slots=True)
class Clash:
    """A person has too much from ``begin`` to ``end`` (minutes of the plan), and what of it could move may not.

    ``fixed``: these tasks may not move; ``must_date``: one of them has to keep a date; ``late``: one of them is as late as possible; ``slack``: levelling within slack would have to move
    the finish; ``elsewhere``: the person is busy outside of the plan; ``done``: all of them are done.
    """

    cause: Cause
    person_id: int
    task_ids: tuple[int, ...]
    begin: int
    end: int

    @property
    def way_out(self) -> str:
        """One sentence."""
        return WAYS_OUT[self.cause]


def too_many_units(
    grid: Grid, parts: Mapping[int, list[Part]], people: Mapping[int, Busy]
) -> list[TooManyUnits]:
    """By task and person, in the order of the rows; two assignments of one person count together."""
    found = []
    for row in sorted(parts):
        asked: dict[int, int] = {}
        for part in parts[row]:
            asked[part.person_id] = asked.get(part.person_id, 0) + part.units
        found += [
            TooManyUnits(grid.tasks[row].id, person_id, units, people[person_id].capacity)
            for person_id, units in asked.items()
            if units > people[person_id].capacity
        ]
    return found


def is_unmoved(task: Task, *, is_given: bool, honors_constraints: bool) -> bool:
    """Whether levelling leaves a row where its links and dates have it."""
    must = (
        honors_constraints and task.constraint_type in ("MSO", "MFO") and task.constraint_minute is not None
    )
    is_late = task.constraint_type == "ALAP"
    return is_given or must or is_late or bool(task.splits) or task.priority >= UNMOVED_PRIORITY


def clashes_of(grid: Grid, people: Mapping[int, Busy], stuck: Mapping[int, Cause]) -> list[Clash]:
    """Where people have too much after all has been placed; ``stuck`` says what kept rows from moving."""
    found: list[Clash] = []
    for person_id in sorted(people):
        busy, until = people[person_id], None
        for begin, end, rows in busy.over():
            ids = tuple(sorted({grid.tasks[row].id for row in rows if row != ELSEWHERE}))
            clash = Clash(_cause(grid, rows, stuck), person_id, ids, busy.opening(begin), busy.moment(end))
            if begin == until and _same(found[-1], clash):
                clash = replace(clash, begin=found.pop().begin)
            found.append(clash)
            until = end
    return found


def _same(one: Clash, other: Clash) -> bool:
    return (one.cause, one.person_id, one.task_ids) == (other.cause, other.person_id, other.task_ids)


def _cause(grid: Grid, rows: tuple[int, ...], stuck: Mapping[int, Cause]) -> Cause:
    own = [row for row in rows if row != ELSEWHERE]
    if all(grid.is_done[row] for row in own):
        return "done"
    kept = {stuck[row] for row in own if row in stuck}
    kept |= {"must_date" for row in own if grid.tasks[row].constraint_type in ("MSO", "MFO")}
    kept |= {"late" for row in own if grid.tasks[row].constraint_type == "ALAP"}
    if ELSEWHERE in rows:
        kept.add("elsewhere")
    causes: tuple[Cause, ...] = ("must_date", "late", "slack", "elsewhere")
    return next((one for one in causes if one in kept), "fixed")
