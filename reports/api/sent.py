"""What programs send, and what they are told of a change: the shapes of writing."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict

from reports.api.shapes import NO_NUL, PROBLEMS, Problem

#: Tasks of one change.
MOST_ITEMS: Final = 1_000


def _whole(value: object) -> object:
    """In JSON 2.0 is as whole as 2; Python's own parser makes a fraction of it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: What is not known is refused, and so is what only looks like what is asked for: true is no number, "1" is none.
SENT: Final = ConfigDict(extra="forbid", strict=True)
Text = Annotated[str, Field(max_length=5_000, pattern=NO_NUL)]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e12, le=1e12)]
Value = Text | bool | int | Number | None
Values = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=60)], Value],
    Field(min_length=1, max_length=60, description="By the names of columns; as text what would be typed into the sheet. Null empties."),
]  # fmt: skip
IS_WHOLE: Final = BeforeValidator(
    _whole
)  # behind what a field says of its bounds, which the document would lose before it
Id = Annotated[int, Field(ge=1, le=2**62), IS_WHOLE]


class TaskIn(Schema):
    """Values of one task."""

    model_config = SENT
    values: Values


class TaskChangeIn(TaskIn):
    """Values of one of several tasks."""

    id: Id


class TaskChangesIn(Schema):
    """Values of several tasks, written as one change: all of them or none."""

    model_config = SENT
    items: list[TaskChangeIn] = Field(min_length=1, max_length=MOST_ITEMS)


class NewTaskIn(TaskIn):
    """A task that comes; `name` is one of its values. The row numbers of `predecessors` are those of the plan as it is."""

    depth: Annotated[
        int, Field(ge=0, le=20, description="How much deeper it stands than the first of them."), IS_WHOLE
    ] = 0


class NewTasksIn(Schema):
    """Tasks that come as one change, from top to bottom: behind a task and all below it, or at the end of the plan."""

    model_config = SENT
    items: list[NewTaskIn] = Field(min_length=1, max_length=MOST_ITEMS)
    after: Id | None = None
    level: Annotated[int, Field(ge=1, le=20), IS_WHOLE] | None = Field(
        None, description="Of the first of them; one deeper than `after` puts it below that."
    )


class LinkIn(Schema):
    """`successor_id` is to wait for `predecessor_id`. Lags are written with the column `predecessors`."""

    model_config = SENT
    predecessor_id: Id
    successor_id: Id
    type: Literal["FS", "SS", "FF", "SF"] = "FS"


class ProgressIn(Schema):
    """How far a task is."""

    model_config = SENT
    progress: Annotated[int, Field(ge=0, le=100), IS_WHOLE]
    added_work: float = Field(
        0, ge=-10_000, le=10_000, allow_inf_nan=False, description="Hours on top of what was worked."
    )
    note: str = Field("", max_length=1_000, pattern=NO_NUL)
    is_on_hold: bool = False


class MoveOut(Schema):
    """A task whose days are others now."""

    task_id: int
    start_before: dt.date | None
    finish_before: dt.date | None
    start: dt.date | None
    finish: dt.date | None


class Outcome(Schema):
    """What came of a change, or would come of it."""

    revision: int
    is_changed: bool
    dry_run: bool
    created: list[int] = Field(description="Ids of tasks that have come, in the order of `items`.")
    edited: list[int]
    moved: int = Field(description="How many tasks have other days.")
    moves: list[MoveOut] = Field(description="The first of them.")
    finish_before: dt.date | None
    finish_after: dt.date | None
    missed_deadlines: list[int]
    warnings: list[str] = Field(description="What a planner would be told.")


#: What every operation that writes may answer beside what it is for.
WRITE_PROBLEMS: Final = PROBLEMS | {400: Problem, 409: Problem, 412: Problem, 413: Problem}
