"""The network as arrays: what a large plan is loaded into, and what the compiled passes read.

One array a field, one entry a row, in the order and with the names of the classes of ``network``. Words are codes, their
places in ``WORDS``; what may be None there is ``NOTHING`` here. Names stay outside: no date depends on them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from projects.worktime.rules import CalendarRules
from tasks.scheduling.constraint_types import CONSTRAINT_TYPES
from tasks.scheduling.errors import DateOutOfRange
from tasks.scheduling.network import (
    Assignment,
    LagKind,
    Link,
    LinkType,
    Mode,
    Network,
    ProjectSettings,
    Resource,
    Task,
    TaskType,
)

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Code = NDArray[np.int8]
Flag = NDArray[np.bool_]
Pieces = dict[int, tuple[tuple[int, int], ...]]
"""By row: the worked pieces of the few tasks that are split."""

NOTHING = -(1 << 62)
LARGEST = 1 << 60
"""Numbers beyond it mean nothing in a plan; sums of what lies below it fit into an array."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "mode": get_args(Mode),
    "constraint_type": CONSTRAINT_TYPES,
    "task_type": get_args(TaskType),
    "link_type": get_args(LinkType),
    "lag_kind": get_args(LagKind),
}
CODES: Mapping[str, Mapping[str, int]] = {
    name: {word: code for code, word in enumerate(words)} for name, words in WORDS.items()
}


def codes_of(name: str, words: Iterable[str]) -> list[int]:
    """Some words of a field, as its column holds them."""
    return [CODES[name][word] for word in words]


@dataclass(slots=True)
class TaskColumns:
    """The fields of ``Task``, in the order of the rows."""

    id: Whole
    duration_minutes: Whole
    parent_id: Whole
    is_elapsed: Flag
    is_milestone: Flag
    is_active: Flag
    mode: Code
    constraint_type: Code
    constraint_minute: Whole
    deadline_minute: Whole
    calendar_id: Whole
    ignores_resource_calendar: Flag
    task_type: Code
    is_effort_driven: Flag
    priority: Whole
    leveling_delay_minutes: Whole
    leveling_delay_is_elapsed: Flag
    percent_complete: Whole
    actual_start_minute: Whole
    actual_finish_minute: Whole
    actual_duration_minutes: Whole
    remaining_minutes: Whole
    stop_minute: Whole
    resume_minute: Whole
    is_pinned: Flag
    start_minute: Whole
    finish_minute: Whole
    splits: Pieces = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.id)


@dataclass(slots=True)
class LinkColumns:
    """The fields of ``Link``."""

    predecessor_id: Whole
    successor_id: Whole
    link_type: Code
    lag_kind: Code
    lag_minutes: Whole
    lag_percent: Real

    def __len__(self) -> int:
        return len(self.predecessor_id)


@dataclass(slots=True)
class AssignmentColumns:
    """The fields of ``Assignment``."""

    task_id: Whole
    resource_id: Whole
    units: Real
    work_minutes: Whole
    overtime_minutes: Whole
    actual_work_minutes: Whole
    remaining_work_minutes: Whole
    delay_minutes: Whole
    is_contoured: Flag

    def __len__(self) -> int:
        return len(self.task_id)


@dataclass(frozen=True, slots=True)
class Columns:
    """A whole plan; what there are few of is as in ``Network``."""

    project: ProjectSettings
    tasks: TaskColumns
    links: LinkColumns
    calendars: tuple[CalendarRules, ...]
    resources: tuple[Resource, ...]
    assignments: AssignmentColumns


Kind = TypeVar("Kind", TaskColumns, LinkColumns, AssignmentColumns)
Row = TypeVar("Row", Task, Link, Assignment)
TYPES: Mapping[Any, type[np.generic]] = {Whole: np.int64, Real: np.float64, Code: np.int8, Flag: np.bool_}
FIELDS: Mapping[type, dict[str, type[np.generic]]] = {
    kind: {each.name: TYPES[each.type] for each in fields(kind) if each.type in TYPES}
    for kind in (TaskColumns, LinkColumns, AssignmentColumns)
}


def column(name: str, values: Sequence[Any], kind: type[np.generic] = np.int64) -> NDArray[Any]:
    """The values of one field as an array: words as codes, None as ``NOTHING``."""
    codes = CODES.get(name)
    if codes is not None:
        return np.array([codes[word] for word in values], np.int8)
    if kind is not np.int64:
        return np.array(values, kind)
    numbers = [value for value in values if value is not None]
    if numbers and not -LARGEST <= min(numbers) <= max(numbers) <= LARGEST:
        raise OverflowError(f"A number of {name} is too large for a plan.")
    if len(numbers) < len(values):
        numbers = [NOTHING if value is None else value for value in values]
    return np.array(numbers, np.int64)


def columns_from(kind: type[Kind], values: Mapping[str, Sequence[Any]]) -> Kind:
    """Columns of one kind from the values of each field; a field that is not there has the default of its class."""
    count = len(next(iter(values.values()), ()))
    given: dict[str, Any] = {
        name: column(name, values[name], dtype) if name in values else _usual(kind, name, count, dtype)
        for name, dtype in FIELDS[kind].items()
    }
    return kind(**given)


def _usual(kind: type, name: str, count: int, dtype: type[np.generic]) -> NDArray[Any]:
    usual = next(each.default for each in fields(ROWS[kind]) if each.name == name)
    return np.full(count, column(name, [usual], dtype)[0], dtype)


ROWS: Mapping[type, Any] = {TaskColumns: Task, LinkColumns: Link, AssignmentColumns: Assignment}


def columns_of(network: Network) -> Columns:
    """The same plan as arrays; raises DateOutOfRange for a number that no plan has."""
    try:
        return _columns_of(network)
    except OverflowError:
        raise _too_large(network) from None


def _columns_of(network: Network) -> Columns:
    tasks = columns_from(TaskColumns, _values(TaskColumns, network.tasks))
    tasks.splits = {row: task.splits for row, task in enumerate(network.tasks) if task.splits}
    return Columns(
        project=network.project,
        tasks=tasks,
        links=columns_from(LinkColumns, _values(LinkColumns, network.links)),
        calendars=network.calendars,
        resources=network.resources,
        assignments=columns_from(AssignmentColumns, _values(AssignmentColumns, network.assignments)),
    )


def _values(kind: type, rows: Iterable[object]) -> dict[str, list[Any]]:
    return {name: list(map(attrgetter(name), rows)) for name in FIELDS[kind]}


def _too_large(network: Network) -> DateOutOfRange:
    """The first number that is too large, with the task that it is said of."""
    rows = [
        *((task.id, TaskColumns, task) for task in network.tasks),
        *((link.successor_id, LinkColumns, link) for link in network.links),
        *((assignment.task_id, AssignmentColumns, assignment) for assignment in network.assignments),
    ]
    return next(
        DateOutOfRange(task_id, name)
        for task_id, kind, row in rows
        for name in FIELDS[kind]
        if isinstance(value := getattr(row, name), int) and abs(value) > LARGEST
    )


def network_of(columns: Columns) -> Network:
    """The same plan as objects, without names."""
    tasks = _rows(Task, columns.tasks)
    for row, pieces in columns.tasks.splits.items():
        tasks[row].splits = pieces
    return Network(
        project=columns.project,
        tasks=tuple(tasks),
        links=tuple(_rows(Link, columns.links)),
        calendars=columns.calendars,
        resources=columns.resources,
        assignments=tuple(_rows(Assignment, columns.assignments)),
    )


def _rows(kind: type[Row], columns: object) -> list[Row]:
    names = FIELDS[type(columns)]
    values = [_plain(name, getattr(columns, name)) for name in names]
    return [kind(**dict(zip(names, row, strict=True))) for row in zip(*values, strict=True)]


def _plain(name: str, values: NDArray[Any]) -> list[Any]:
    words = WORDS.get(name)
    if words is not None:
        return [words[code] for code in values.tolist()]
    if values.dtype != np.int64:
        return list(values.tolist())
    return [None if value == NOTHING else value for value in values.tolist()]
