"""What is read of the database for a plan: column by column, as SQL that answers with arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tasks.scheduling.columns import NOTHING, WORDS
from tasks.scheduling.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class ColumnGroup(NamedTuple):
    """Columns that matter where a condition holds; everywhere else they are as a new row has them."""

    condition: str
    columns: Mapping[str, str]


class SourceTable(NamedTuple):
    """A table as it is read: SQL by the names that columns have here. Each row has its `id`."""

    name: str
    order: str
    #: Columns of the table from which everything below is made.
    reads: tuple[str, ...]
    columns: Mapping[str, str]
    groups: Mapping[str, ColumnGroup]
    #: Further answers, aggregates themselves.
    extras: Mapping[str, str] = {}

    def statement(self, which: str) -> str:
        """One row of arrays. The conditions are computed once a row, below the arrays that they choose for."""
        arrays = [f"array_agg({sql})" for sql in self.columns.values()]
        for name, group in self.groups.items():
            chosen = ("id", *group.columns.values())
            arrays += [f"array_agg({sql}) FILTER (WHERE {name})" for sql in chosen]
        inner = [*self.reads, *(f"{group.condition} AS {name}" for name, group in self.groups.items())]
        return (
            f"SELECT {', '.join((*arrays, *self.extras.values()))}"  # nosec B608  # names of columns are ours
            f" FROM (SELECT {', '.join(inner)} FROM {self.name} WHERE {which} ORDER BY {self.order}) AS rows"
        )

    def answers(self) -> list[tuple[str, str]]:
        """The group and the name of each answer, in the order of the statement; no group is all rows."""
        names = [("", name) for name in self.columns]
        for group, (_, columns) in self.groups.items():
            names += [(group, name) for name in ("id", *columns)]
        return [*names, *(("", name) for name in self.extras)]


def _same(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}


def _or_nothing(names: Iterable[str]) -> dict[str, str]:
    return {name: f"COALESCE({name}, {NOTHING})" for name in names}


def _code(name: str, words: Sequence[str], *, often: Sequence[str] = ()) -> dict[str, str]:
    """The place of a word; frequent ones are compared first, and what is not among them has no place."""
    ordered = [*often, *(word for word in words if word not in often)]
    cases = " ".join(f"WHEN '{word}' THEN {words.index(word)}" for word in ordered)
    return {name: f"(CASE {name} {cases} ELSE -1 END)::smallint"}


#: Columns of tasks that the engine and the sums over children compute, with their types; the early dates are
#: those of start and finish.
COMPUTED: Final = {
    "start_minute": "bigint", "finish_minute": "bigint", "late_start_minute": "bigint",
    "late_finish_minute": "bigint", "total_slack_minutes": "bigint", "free_slack_minutes": "bigint",
    "is_critical": "boolean", "driver_kind": "smallint", "driver_task_id": "bigint",
    "duration_minutes": "bigint", "work_minutes": "bigint", "progress_percentage": "smallint",
}  # fmt: skip

_DATES: Final = (
    "start_minute", "finish_minute", "late_start_minute", "late_finish_minute", "total_slack_minutes",
    "free_slack_minutes", "driver_task_id",
)  # fmt: skip
_FLAGS: Final = (
    "is_elapsed", "is_milestone", "is_active", "ignores_resource_calendar", "is_effort_driven", "is_pinned",
)  # fmt: skip
_PLANNED: Final = ("constraint_minute", "deadline_minute", "calendar_id")
_PROGRESSED: Final = (
    "actual_start_minute", "actual_finish_minute", "remaining_minutes", "stop_minute", "resume_minute",
)  # fmt: skip

TASKS: Final = SourceTable(
    name="tasks",
    order="row_number",
    reads=(
        "id", "row_number", "parent_id", "duration_minutes", "work_minutes", "is_critical", "driver_kind", "mode", "constraint_type",
        "task_type", "priority", "leveling_delay_minutes", "progress_percentage", "actual_duration_minutes", "splits",
        *_DATES, *_FLAGS, *_PLANNED, *_PROGRESSED,
    ),
    columns=_same(["id", "row_number", "duration_minutes", "work_minutes", "is_critical"])
    | _or_nothing(["parent_id", *_DATES])
    | _code("driver_kind", KINDS, often=("predecessor", "children", "project_start")),
    groups={
        "is_planned": ColumnGroup(
            "is_elapsed OR is_milestone OR NOT is_active OR ignores_resource_calendar OR is_effort_driven OR is_pinned"
            " OR mode <> 'auto' OR constraint_type <> 'ASAP' OR task_type <> 'fixed_units' OR priority <> 500"
            " OR leveling_delay_minutes <> 0 OR constraint_minute IS NOT NULL OR deadline_minute IS NOT NULL"
            " OR calendar_id IS NOT NULL",
            _same([*_FLAGS, "priority", "leveling_delay_minutes"])
            | _or_nothing(_PLANNED)
            | _code("mode", WORDS["mode"])
            | _code("constraint_type", WORDS["constraint_type"])
            | _code("task_type", WORDS["task_type"]),
        ),
        "is_progressed": ColumnGroup(
            "progress_percentage <> 0 OR actual_duration_minutes <> 0 OR actual_start_minute IS NOT NULL"
            " OR actual_finish_minute IS NOT NULL OR remaining_minutes IS NOT NULL OR stop_minute IS NOT NULL"
            " OR resume_minute IS NOT NULL",
            _same(["actual_duration_minutes"])
            | _or_nothing(_PROGRESSED)
            | {"percent_complete": "progress_percentage"},
        ),
        "is_torn": ColumnGroup(
            "(early_start_minute, early_finish_minute) IS DISTINCT FROM (start_minute, finish_minute)", {}
        ),
    },
    extras={"splits": "(jsonb_object_agg(id, splits) FILTER (WHERE splits IS NOT NULL))::text"},
)  # fmt: skip

LINKS: Final = SourceTable(
    name="task_links",
    order="id",
    reads=("id", "predecessor_id", "successor_id", "link_type", "lag_kind", "lag_minutes", "lag_percent"),
    columns=_same(["id", "predecessor_id", "successor_id"]),
    groups={
        "is_special": ColumnGroup(
            "link_type <> 'FS' OR lag_kind <> 'working' OR lag_minutes <> 0 OR lag_percent <> 0",
            _code("link_type", WORDS["link_type"])
            | _code("lag_kind", WORDS["lag_kind"])
            | _same(["lag_minutes", "lag_percent"]),
        )
    },
)

ASSIGNMENTS: Final = SourceTable(
    name="task_assignments",
    order="id",
    reads=(
        "id", "task_id", "resource_id", "units_percentage", "work_minutes", "overtime_minutes",
        "actual_work_minutes", "remaining_work_minutes", "delay_minutes", "is_contoured",
    ),
    columns=_same(["id", "task_id", "resource_id"]),
    groups={
        "is_special": ColumnGroup(
            "units_percentage <> 100 OR work_minutes IS NOT NULL OR overtime_minutes <> 0 OR actual_work_minutes <> 0"
            " OR remaining_work_minutes IS NOT NULL OR delay_minutes <> 0 OR is_contoured",
            {"units": "(units_percentage / 100)::double precision"}
            | _or_nothing(["work_minutes", "remaining_work_minutes"])
            | _same(["overtime_minutes", "actual_work_minutes", "delay_minutes", "is_contoured"]),
        )
    },
)  # fmt: skip
