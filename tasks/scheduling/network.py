"""What the engine reads: one plan as plain data.

Moments are minutes since 1970-01-01 00:00 of the plan's wall clock, durations are minutes. Ids are any unique
integers, one number space per kind of thing. The order of ``Network.tasks`` is the order of the rows.

Nothing here is changed once it is made. Tasks, links and assignments are not frozen all the same: a frozen one takes
five times as long to make, and an edit of a large plan reads tens of thousands of them.
"""

from dataclasses import dataclass, field
from typing import Literal

from projects.worktime.rules import CalendarRules
from tasks.scheduling.constraint_types import ConstraintType

Mode = Literal["auto", "manual"]
LinkType = Literal["FS", "SS", "FF", "SF"]
LagKind = Literal["working", "elapsed", "percent", "elapsed_percent"]
TaskType = Literal["fixed_units", "fixed_duration", "fixed_work"]
ResourceKind = Literal["work", "material", "cost"]


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What holds for the whole plan; ``from_finish`` aims at ``finish_minute``, or ``start_minute`` without it."""

    start_minute: int
    finish_minute: int | None = None
    from_finish: bool = False
    calendar_id: int | None = None  # None: Monday to Friday, 8-12 and 13-17
    status_minute: int | None = None
    honors_constraints: bool = True
    critical_slack_limit_minutes: int = 0
    minutes_per_day: int = 480
    default_start: int = 480  # minutes after midnight, for dates given without a time
    default_finish: int = 1020
    multiple_critical_paths: bool = False


@dataclass(slots=True, unsafe_hash=True)
class Task:
    """One row of the plan; a row is a summary when another names it as parent."""

    id: int
    duration_minutes: int = 0
    parent_id: int | None = None
    name: str = ""
    is_elapsed: bool = False  # the duration runs on the clock, not on working time
    is_milestone: bool = False
    is_active: bool = True
    mode: Mode = "auto"
    constraint_type: ConstraintType = "ASAP"
    constraint_minute: int | None = None
    deadline_minute: int | None = None
    calendar_id: int | None = None
    ignores_resource_calendar: bool = False
    task_type: TaskType = "fixed_units"
    is_effort_driven: bool = False
    priority: int = 500
    leveling_delay_minutes: int = 0
    leveling_delay_is_elapsed: bool = True
    # Progress
    percent_complete: int = 0
    actual_start_minute: int | None = None
    actual_finish_minute: int | None = None
    actual_duration_minutes: int = 0
    remaining_minutes: int | None = None  # None: duration less what percent complete says
    stop_minute: int | None = None
    resume_minute: int | None = None
    # Dates that are given, not computed: manual mode, or ``is_pinned`` (splits, contours, external tasks)
    is_pinned: bool = False
    start_minute: int | None = None
    finish_minute: int | None = None
    splits: tuple[tuple[int, int], ...] = ()  # worked pieces as (start, finish), when there are several


@dataclass(slots=True, unsafe_hash=True)
class Link:
    """``lag_minutes`` for working and elapsed lag, ``lag_percent`` of the predecessor's duration for percent."""

    predecessor_id: int
    successor_id: int
    link_type: LinkType = "FS"
    lag_kind: LagKind = "working"
    lag_minutes: int = 0
    lag_percent: float = 0.0


@dataclass(frozen=True, slots=True)
class Resource:
    """A person or thing that works on a calendar; material and cost have none."""

    id: int
    name: str = ""
    kind: ResourceKind = "work"
    calendar_id: int | None = None  # None: the project's
    max_units: float = 1.0


@dataclass(slots=True, unsafe_hash=True)
class Assignment:
    """A resource on a task; without ``work_minutes`` it is there for the whole duration."""

    task_id: int
    resource_id: int
    units: float = 1.0
    work_minutes: int | None = None
    overtime_minutes: int = 0  # part of the work that takes no working time
    actual_work_minutes: int = 0
    remaining_work_minutes: int | None = None
    delay_minutes: int = 0
    is_contoured: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """A whole plan. Equal networks give equal plans, in whatever order the links come."""

    project: ProjectSettings
    tasks: tuple[Task, ...] = ()
    links: tuple[Link, ...] = ()
    calendars: tuple[CalendarRules, ...] = ()
    resources: tuple[Resource, ...] = ()
    assignments: tuple[Assignment, ...] = field(default=())
