"""A plan as a file holds it: plain data, complete enough to be written again.

Moments are minutes since 1970-01-01 00:00 of the plan's own wall clock, amounts of time are minutes, money is in the
currency of the plan. ``uid`` is the file's own number for a thing. Dates that a program computed are kept apart as
``recorded``: an import compares with them, nothing is scheduled from them (except for tasks that are pinned).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from projects.worktime.rules import CalendarRules
from tasks.interchange.notices import Notice
from tasks.scheduling.constraint_types import ConstraintType
from tasks.scheduling.network import LagKind, LinkType, Mode, ResourceKind, TaskType

Unit = Literal["minutes", "hours", "days", "weeks", "months", "percent"]
Contour = Literal[
    "flat",
    "back_loaded",
    "front_loaded",
    "double_peak",
    "early_peak",
    "late_peak",
    "bell",
    "turtle",
    "contoured",
]


TASK_NAME, OTHER_NAME = 500, 200
"""The longest names that are kept, of tasks and of everything else; the reader cuts what is longer."""


@dataclass(frozen=True, slots=True)
class Extra:
    """An element that nothing here interprets, kept so that it can be written back."""

    name: str
    text: str = ""
    children: "tuple[Extra, ...]" = ()


@dataclass(frozen=True, slots=True)
class CustomField:
    """Definition of a custom field or outline code; ``extras`` keep its value list, masks and formula."""

    field_id: str
    name: str = ""  # Text1, Number3, Outline Code2 …
    alias: str = ""  # what the planners called it
    is_outline_code: bool = False
    extras: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomValue:
    """What one task, resource or assignment has in a custom field; outline codes name a ``value_id``."""

    field_id: str
    value: str = ""
    value_id: str = ""
    is_outline_code: bool = False
    extras: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was agreed once; number 0 is *the* baseline, 1 to 10 are the further ones."""

    number: int
    start_minute: int | None = None
    finish_minute: int | None = None
    duration_minutes: int | None = None
    duration_unit: Unit = "days"
    is_elapsed: bool = False
    is_estimated: bool = False
    work_minutes: int | None = None
    cost: Decimal | None = None
    extras: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """Dates and slack as the program that wrote the file had computed them; ``None`` where it says nothing."""

    start_minute: int | None = None
    finish_minute: int | None = None
    early_start_minute: int | None = None
    early_finish_minute: int | None = None
    late_start_minute: int | None = None
    late_finish_minute: int | None = None
    total_slack_minutes: int | None = None
    free_slack_minutes: int | None = None
    is_critical: bool | None = None


@dataclass(frozen=True, slots=True)
class PlanProject:
    """What holds for the whole plan."""

    name: str = ""
    title: str = ""
    start_minute: int = 0
    finish_minute: int | None = None  # recorded, or the finish to aim at when ``from_finish`` is set
    from_finish: bool = False
    calendar_uid: int | None = None
    status_minute: int | None = None
    honors_constraints: bool = True
    critical_slack_limit_days: int = 0
    multiple_critical_paths: bool = False
    minutes_per_day: int = 480
    minutes_per_week: int = 2400
    days_per_month: int = 20
    default_task_type: TaskType = "fixed_units"
    default_start: int = 480  # minutes after midnight
    default_finish: int = 1020
    currency_code: str = ""
    currency_symbol: str = ""
    currency_digits: int | None = None
    extras: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanTask:
    """One row, in the order of the file; a row is a summary when another names it as parent."""

    uid: int
    name: str = ""
    row_id: int | None = None  # the number planners see; links between programs use ``uid``
    parent_uid: int | None = None
    outline_level: int = 1
    wbs: str = ""
    duration_minutes: int = 0
    duration_unit: Unit = "days"
    is_elapsed: bool = False
    is_estimated: bool = False
    is_milestone: bool = False
    is_active: bool = True
    mode: Mode = "auto"
    manual_start_minute: int | None = None
    manual_finish_minute: int | None = None
    manual_duration_minutes: int | None = None
    constraint_type: ConstraintType = "ASAP"
    constraint_minute: int | None = None
    deadline_minute: int | None = None
    calendar_uid: int | None = None
    ignores_resource_calendar: bool = False
    task_type: TaskType = "fixed_units"
    is_effort_driven: bool = False
    priority: int = 500
    leveling_delay_minutes: int = 0
    leveling_delay_unit: Unit = "days"
    leveling_delay_is_elapsed: bool = True
    # Progress
    percent_complete: int = 0
    percent_work_complete: int = 0
    physical_percent_complete: int = 0
    actual_start_minute: int | None = None
    actual_finish_minute: int | None = None
    actual_duration_minutes: int = 0
    remaining_minutes: int | None = None
    stop_minute: int | None = None
    resume_minute: int | None = None
    splits: tuple[tuple[int, int], ...] = ()  # worked pieces, when there are several
    # Effort and money
    work_minutes: int | None = None
    actual_work_minutes: int | None = None
    remaining_work_minutes: int | None = None
    overtime_work_minutes: int | None = None
    cost: Decimal | None = None
    actual_cost: Decimal | None = None
    fixed_cost: Decimal | None = None
    # Where it comes from
    is_recurring: bool = False
    is_external: bool = False  # a shadow of a task in another project
    is_subproject: bool = False  # stands for another file
    notes: str = ""
    baselines: tuple[Baseline, ...] = ()
    custom_values: tuple[CustomValue, ...] = ()
    extras: tuple[Extra, ...] = ()
    recorded: Recorded = Recorded()


@dataclass(frozen=True, slots=True)
class PlanLink:
    """Lag in minutes for working and elapsed lag, in % of the predecessor's duration otherwise."""

    predecessor_uid: int
    successor_uid: int
    link_type: LinkType = "FS"
    lag_kind: LagKind = "working"
    lag_minutes: int = 0
    lag_percent: float = 0.0
    lag_unit: Unit = "days"  # what it was typed in


@dataclass(frozen=True, slots=True)
class PlanResource:
    """A person, machine, material or kind of cost."""

    uid: int
    name: str = ""
    row_id: int | None = None
    kind: ResourceKind = "work"
    calendar_uid: int | None = None
    max_units: float = 1.0
    initials: str = ""
    group: str = ""
    code: str = ""
    email: str = ""
    material_label: str = ""
    is_generic: bool = False
    is_inactive: bool = False
    standard_rate: Decimal | None = None
    overtime_rate: Decimal | None = None
    cost_per_use: Decimal | None = None
    cost: Decimal | None = None
    work_minutes: int | None = None
    notes: str = ""
    baselines: tuple[Baseline, ...] = ()
    custom_values: tuple[CustomValue, ...] = ()
    extras: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanAssignment:
    """A resource on a task."""

    uid: int
    task_uid: int
    resource_uid: int
    units: float = 1.0
    work_minutes: int | None = None
    actual_work_minutes: int = 0
    remaining_work_minutes: int | None = None
    overtime_work_minutes: int | None = None
    delay_minutes: int = 0
    leveling_delay_minutes: int = 0
    contour: Contour = "flat"
    percent_work_complete: int = 0
    start_minute: int | None = None  # recorded
    finish_minute: int | None = None  # recorded
    actual_start_minute: int | None = None
    actual_finish_minute: int | None = None
    stop_minute: int | None = None
    resume_minute: int | None = None
    cost: Decimal | None = None
    actual_cost: Decimal | None = None
    notes: str = ""
    baselines: tuple[Baseline, ...] = ()
    custom_values: tuple[CustomValue, ...] = ()
    extras: tuple[Extra, ...] = ()


class TaskRow(NamedTuple):
    """A task as it is written: with what other rows say of it."""

    task: PlanTask
    is_summary: bool
    links: Sequence[PlanLink]  # to its predecessors


class PlanParts(Protocol):
    """What a file is written from. Each part is asked for once, in this order, so that none has to be held whole."""

    @property
    def project(self) -> PlanProject: ...
    @property
    def custom_fields(self) -> Sequence[CustomField]: ...
    @property
    def calendars(self) -> Iterable[CalendarRules]: ...
    @property
    def summary_task(self) -> PlanTask | None: ...
    def rows(self) -> Iterable[TaskRow]: ...
    @property
    def resources(self) -> Iterable[PlanResource]: ...
    @property
    def assignments(self) -> Iterable[PlanAssignment]: ...
    @property
    def summary_assignments(self) -> Iterable[PlanAssignment]: ...


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A whole file. ``summary_task`` is row 0, the project's own summary; it is not among ``tasks``."""

    project: PlanProject
    calendars: tuple[CalendarRules, ...] = ()
    tasks: tuple[PlanTask, ...] = ()
    links: tuple[PlanLink, ...] = ()
    resources: tuple[PlanResource, ...] = ()
    assignments: tuple[PlanAssignment, ...] = ()
    custom_fields: tuple[CustomField, ...] = ()
    summary_task: PlanTask | None = None
    summary_assignments: tuple[PlanAssignment, ...] = ()  # budget of the whole project
    notices: tuple[Notice, ...] = field(default=(), compare=False)

    def summary_uids(self) -> frozenset[int]:
        return frozenset(task.parent_uid for task in self.tasks if task.parent_uid is not None)

    def rows(self) -> Iterator[TaskRow]:
        """The tasks, each with the links to its predecessors."""
        links: dict[int, list[PlanLink]] = {}
        for link in self.links:
            links.setdefault(link.successor_uid, []).append(link)
        summaries = self.summary_uids()
        for task in self.tasks:
            yield TaskRow(task, task.uid in summaries, links.get(task.uid, ()))
