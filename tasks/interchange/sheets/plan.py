"""What was read in a sheet: tasks, where each value stands, what is doubtful and why, and what each column was taken for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

LinkType = Literal["FS", "SS", "FF", "SF"]
Param = str | int


class Origin(NamedTuple):
    """A cell: row and column from 1 on, and what stands in it."""

    row: int
    column: int
    text: str


class TaskLink(NamedTuple):
    """A predecessor by its place among the tasks; the lag in working days."""

    task: int
    type: LinkType = "FS"
    lag_days: float = 0.0


@dataclass(slots=True)
class SheetTask:
    """One task. What the file does not say is None."""

    name: str
    row: int
    level: int = 1
    start: date | None = None
    finish: date | None = None
    duration_days: float | None = None
    work_hours: float | None = None
    progress: float | None = None
    people: list[str] = dataclasses.field(default_factory=list)
    predecessors: list[TaskLink] = dataclasses.field(default_factory=list)
    is_milestone: bool = False
    is_summary: bool = False
    actual_start: date | None = None
    actual_finish: date | None = None
    deadline: date | None = None
    #: The cell that each value comes from, by the name of the field.
    origins: dict[str, Origin] = dataclasses.field(default_factory=dict)


#: Every reason for a doubt; `tasks/importing/sheet_words.py` has a sentence for each.
DOUBTS: Final = frozenset({
    "amount_impossible", "amount_unreadable", "amount_unsure", "bar_differs", "bar_in_pieces", "bar_of_months", "bar_of_weeks", "day_far",
    "day_impossible", "day_no_year", "day_open", "day_order", "day_short", "day_uncounted", "day_unreadable", "day_vague", "day_weekday",
    "drawn_as_shape", "finish_before_start", "level_unclear", "link_counted", "link_of_several", "link_to_parent", "link_unknown",
    "mark_beside_bar", "only_one_day", "people_open", "share_or_percent", "unit_of_work", "year_guessed",
})  # fmt: skip
#: Everything that may be said of a file as a whole.
REMARKS: Final = frozenset({
    "characters_unreadable", "comments_not_read", "conditions_not_read", "empty_rows_passed_over", "external_links_not_followed",
    "heads_twice", "macros_not_run", "nul_bytes_removed", "other_sheets", "read_as_text", "rows_hidden", "rows_left_out", "same_sheet_names",
    "shapes_not_read", "sheet_is_hidden",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a value may be another one: one of `DOUBTS`. No task: of all tasks."""

    task: int | None
    field: str
    code: str
    params: Mapping[str, Param] = dataclasses.field(default_factory=dict)
    origin: Origin | None = None

    def __post_init__(self) -> None:
        if self.code not in DOUBTS:
            raise ValueError(f"no doubt is called {self.code!r}")


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """What a column of the file was taken for; a user may say another."""

    column: int
    head: str
    #: A field of the reading: "name", "start", "group"; "" where the column is left out.
    meaning: str
    #: The column of the project's sheet that takes it; "" where none does.
    proposed: str
    unit: str = ""
    #: What stands in it, the first few of it.
    examples: tuple[str, ...] = ()
    #: "head", "contents" or "chosen".
    basis: str = "head"


@dataclass(slots=True)
class SheetPlan:
    """All of it, as plain data."""

    kind: str
    sheet: str | None = None
    #: Its place among the sheets of the file, from 1 on, and the names of all of them.
    sheet_at: int = 1
    sheets: list[str] = dataclasses.field(default_factory=list)
    head_rows: list[int] = dataclasses.field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    profile: str = ""
    #: What the levels were told by: a `by` of `levels.Levels`.
    levels_by: str = ""
    tasks: list[SheetTask] = dataclasses.field(default_factory=list)
    doubts: list[Doubt] = dataclasses.field(default_factory=list)
    #: What is in the file and is not the plan: one of `REMARKS` and its params.
    remarks: list[tuple[str, Mapping[str, Param]]] = dataclasses.field(default_factory=list)
    columns: list[ColumnMeaning] = dataclasses.field(default_factory=list)
    #: Rows that were left out, with the code of the reason.
    left_out: list[tuple[int, str]] = dataclasses.field(default_factory=list)


#: The column of the project's sheet (`tasks/sheet/columns`) for each meaning.
PROPOSED: Final[Mapping[str, str]] = {
    "name": "name", "start": "start", "finish": "finish", "duration": "duration", "work": "work", "progress": "progress",
    "status": "progress", "people": "assignees", "predecessors": "predecessors", "successors": "successors", "relations": "predecessors",
    "deadline": "deadline", "code": "code", "number": "number", "level": "level", "parent": "parent",
}  # fmt: skip
