"""What the engine answers: the dates of every task and what decided them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

DriverKind = Literal[
    "project_start",  # nothing else holds it
    "project_finish",  # scheduled backwards, or as late as possible
    "predecessor",  # the link from ``task_id``
    "constraint",  # its own constraint date
    "parent_predecessor",  # the link from ``task_id`` into its summary ``via_id``
    "parent_constraint",  # the constraint of its summary ``via_id``
    "actual",  # it has begun or is done
    "manual",  # somebody set the dates by hand
    "pinned",  # split, contoured or outside this plan
    "leveling",  # delayed for a resource
    "children",  # a summary: ``task_id`` is its first child
]


class Driver(NamedTuple):
    """Why a task starts (or, for ``sets_finish``, finishes) when it does."""

    kind: DriverKind
    task_id: int | None = None
    via_id: int | None = None  # the summary through which it acts; of ``children``: the last one to finish
    link_index: int | None = None  # into ``Network.links``
    sets_finish: bool = False


class TaskDates(NamedTuple):
    """Computed moments (minutes) of one task; slack in working minutes of its calendar."""

    start: int
    finish: int
    early_start: int
    early_finish: int
    late_start: int
    late_finish: int
    total_slack: int
    free_slack: int
    is_critical: bool
    driver: Driver
    duration_minutes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Dates by task id, in row order; inactive tasks are in it, but hold nobody."""

    start: int
    finish: int
    tasks: dict[int, TaskDates]

    def __getitem__(self, task_id: int) -> TaskDates:
        return self.tasks[task_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self.tasks)

    def __len__(self) -> int:
        return len(self.tasks)
