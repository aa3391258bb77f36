"""What the engine answers: the dates of every task and what decided them."""

from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from math import floor
from typing import Any, Literal, NamedTuple, get_args

DriverKind = Literal[
    "project_start",  # nothing else holds it
    "project_finish",  # scheduled backwards, or as late as possible
    "predecessor",  # the link from ``task_id``
    "constraint",  # its own constraint date
    "parent_predecessor",  # the link from ``task_id`` into its summary ``via_id``
    "parent_constraint",  # the constraint of its summary ``via_id``
    "actual",  # it has begun or is done
    "manual",  # a planner set the dates by hand
    "pinned",  # split, contoured or outside this plan
    "leveling",  # delayed for a resource
    "children",  # a summary: ``task_id`` is its first child
]
KINDS: tuple[DriverKind, ...] = get_args(DriverKind)
CODE_OF_KIND = {kind: code for code, kind in enumerate(KINDS)}
"""Where drivers are columns, and in the database's statements, a kind is its place in ``KINDS``."""


class Driver(NamedTuple):
    """Why a task starts (or, for ``sets_finish``, finishes) when it does."""

    kind: DriverKind
    task_id: int | None = None
    via_id: int | None = None  # the summary through which it acts; of ``children``: the last one to finish
    link_index: int | None = None  # into ``Network.links``
    sets_finish: bool = False


def nearest(moment: float) -> int:
    """The whole minute, half up: behind a lag in percent there may be parts of one."""
    return floor(moment + 0.5)


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


class DatesByTask(Mapping[int, TaskDates]):
    """Dates by task id, in row order. A pass leaves lists behind; the tuples are made when they are asked for."""

    __slots__ = ("_all", "_columns", "_driver", "_row_of")

    def __init__(
        self, row_of: dict[int, int], columns: Sequence[Sequence[Any]], driver: Callable[[int], Driver]
    ) -> None:
        """The columns are those of ``TaskDates`` by row, without the driver."""
        self._row_of = row_of
        self._columns = columns
        self._driver = driver
        self._all: dict[int, TaskDates] | None = None

    def __getitem__(self, task_id: int) -> TaskDates:
        if self._all is not None:
            return self._all[task_id]
        row = self._row_of[task_id]
        *dates, length = [column[row] for column in self._columns]
        return TaskDates._make((*dates, self._driver(row), length))

    def __iter__(self) -> Iterator[int]:
        return iter(self._row_of)

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._row_of

    def items(self) -> ItemsView[int, TaskDates]:
        return self._everything().items()

    def values(self) -> ValuesView[TaskDates]:
        return self._everything().values()

    def _everything(self) -> dict[int, TaskDates]:
        if self._all is None:
            rows = self._row_of.values()
            columns = self._columns
            if len(columns[0]) > len(rows):  # some rows are gone
                columns = [[column[row] for row in rows] for column in columns]
            *dates, lengths = columns
            made = map(TaskDates._make, zip(*dates, map(self._driver, rows), lengths, strict=True))
            self._all = dict(zip(self._row_of, made, strict=True))
        return self._all


@dataclass(frozen=True, slots=True)
class Plan:
    """Dates by task id, in row order; inactive tasks are in it, but hold no other."""

    start: int
    finish: int
    tasks: Mapping[int, TaskDates]

    def __getitem__(self, task_id: int) -> TaskDates:
        return self.tasks[task_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self.tasks)

    def __len__(self) -> int:
        return len(self.tasks)
