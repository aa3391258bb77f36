"""What answers look like: the shapes of the OpenAPI document."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from ninja import Field, Schema

#: PostgreSQL keeps no text with a NUL in it.
NO_NUL: Final = r"^[^\x00]*$"


class Invalid(Schema):
    """One thing that could not be read, or is refused: where it stands in what was sent, or which value of which task."""

    message: str
    where: str | None = None
    task_id: int | None = None
    item: int | None = Field(None, description="Its place in `items`, from 0.")
    column: str | None = None


class Problem(Schema):
    """Why nothing came of it (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="A sentence for people, in the language of the token's person.")
    code: str = Field(description="A word that programs can compare.")
    errors: list[Invalid] | None = None
    field: str | None = None
    revision: int | None = None
    known: list[str] | None = Field(
        None, description="The parameters that the address takes, where another one was sent."
    )


#: What every operation may answer beside what it is for.
PROBLEMS: Final = {401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem, 503: Problem}


class TokenOut(Schema):
    """What this token is."""

    person: str
    organization: str
    organization_id: int
    name: str
    scope: str = Field(description="read, progress or plan")
    project_ids: list[int] = Field(
        description="The projects that it reaches; empty: all that its person sees."
    )
    expires_at: dt.datetime


class ProjectOut(Schema):
    """A project. `start_date` and `end_date` are what was agreed on, `planned_…` what its plan comes to."""

    id: int
    code: str
    name: str
    description: str
    category: str
    tags: list[str]
    status: str
    start_date: dt.date
    end_date: dt.date
    planned_start: dt.date | None
    planned_finish: dt.date | None
    progress: int
    task_count: int
    calendar_id: int
    parent_id: int | None = Field(description="Null, too, where the token's person does not see it.")
    revision: int = Field(description="Rises with each change of the plan; also in the ETag.")
    updated_at: dt.datetime


class Page(Schema):
    """A part of a list."""

    next_cursor: int | None = Field(description="Where the next page begins; null: there is none.")


class ProjectPage(Page):
    """Projects."""

    items: list[ProjectOut]


class PlanPage(Page):
    """A part of a plan's list, in the revision that it was read in."""

    revision: int


class ColumnOut(Schema):
    """A column of the sheet, by whose name values are read, filtered and written."""

    name: str
    title: str
    help: str
    kind: str = Field(
        description="text, name, day (ISO date), count, percent (0 to 100), hours, days, delay (days) or yen"
    )
    operators: list[str] = Field(description="By which a filter compares it.")
    choices: dict[str, str] | None = Field(description="The few values that it can have, with their words.")
    is_editable: bool
    is_usual: bool = Field(description="Whether it comes without being asked for.")


class ColumnList(Schema):
    """The columns of a plan."""

    items: list[ColumnOut]


class TaskOut(Schema):
    """A row of a plan: its place in the tree, and the values that were asked for, by the names of columns."""

    id: int
    row: int
    level: int
    code: str
    parent_id: int | None
    is_summary: bool
    is_milestone: bool
    values: dict[str, Any]


class TaskPage(PlanPage):
    """Tasks, from top to bottom. The cursor is a row number: where `revision` differs from page to page, rows may have moved."""

    items: list[TaskOut]


class LinkOut(Schema):
    """`successor_id` waits for `predecessor_id`."""

    id: int
    predecessor_id: int
    successor_id: int
    type: str = Field(description="FS, SS, FF or SF")
    lag_kind: str = Field(description="working, elapsed, percent or elapsed_percent")
    lag_minutes: int
    lag_percent: float


class LinkPage(PlanPage):
    """Links."""

    items: list[LinkOut]


class AssignmentOut(Schema):
    """Who or what works on a task, with how much of their time; work is in hours."""

    id: int
    task_id: int
    resource_id: int
    resource: str
    units: float
    work: float | None
    actual_work: float
    remaining_work: float | None


class AssignmentPage(PlanPage):
    """Assignments."""

    items: list[AssignmentOut]


class MilestoneOut(Schema):
    """A milestone of the project or of one below it: the day that was promised, the day that is expected, the day on which it was achieved."""

    id: int
    project_id: int
    code: str
    name: str
    deliverable: str
    approver: str
    target_on: dt.date | None
    target_kind: str
    forecast_on: dt.date | None
    achieved_on: dt.date | None
    state: str = Field(description="late, risk, ahead or achieved")
    days: int


class MilestoneList(Schema):
    """Milestones by their day, as many as the page shows."""

    items: list[MilestoneOut]


class BaselineOut(Schema):
    """A baseline."""

    id: int
    name: str
    reason: str
    taken_at: dt.datetime
    taken_by: str
    is_chosen: bool
    is_whole: bool
    number: int | None
    revision: int
    task_count: int
    start: dt.date | None
    finish: dt.date | None


class BaselinePage(PlanPage):
    """Baselines, in the order in which they were taken."""

    items: list[BaselineOut]


class BaselineTaskOut(Schema):
    """A row as it was when its baseline was taken; lengths in minutes of work."""

    task_id: int
    row: int
    start: dt.date
    finish: dt.date | None
    duration_minutes: int
    work_minutes: int
    is_summary: bool
    is_milestone: bool
    is_critical: bool


class BaselineTaskPage(PlanPage):
    """Rows of a baseline."""

    items: list[BaselineTaskOut]


class FieldChangeOut(Schema):
    """One value, before and after, as people read it."""

    label: str
    before: str
    after: str


class ChangeOut(Schema):
    """An entry of the record."""

    id: int
    revision: int
    at: dt.datetime
    who: str
    action: str
    task_id: int | None
    sentence: str
    changes: list[FieldChangeOut]
    moved: int = Field(description="How many tasks moved along.")
    moved_task_ids: list[int] = Field(description="The first of them.")


class ChangePage(PlanPage):
    """What was changed, the oldest first."""

    items: list[ChangeOut]
