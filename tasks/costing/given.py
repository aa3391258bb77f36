"""What cost and earned value are computed from: a plan with its dates, work as placed, rates and baselines.

Moments are whole minutes (``projects.worktime.moments``), work, durations and money whole numbers of ``amounts``. Nothing of it
is computed here, and no total of money is taken from elsewhere, but what was typed in: fixed costs and costs of cost resources.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from projects.worktime.rules import CalendarRules
from tasks.scheduling.network import ResourceKind

Accrual = Literal["start", "end", "prorated"]
EarnedBy = Literal["percent", "physical"]
Contour = Literal[
    "flat", "back_loaded", "front_loaded", "double_peak", "early_peak", "late_peak", "bell", "turtle", "contoured"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """An amount of work or money from one moment to another, even over the working time between them."""

    start: int
    finish: int
    amount: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What an hour (of material: a unit) and a use cost, from a moment up to another; ``None`` is open."""

    table: int = 0  # A to E are 0 to 4
    start: int | None = None
    finish: int | None = None
    standard: int = 0
    overtime: int = 0
    per_use: int = 0


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was agreed once. ``work_pieces`` and ``cost_pieces`` say when, where that is known."""

    number: int = 0
    start: int | None = None
    finish: int | None = None
    duration: int | None = None
    work: int | None = None
    cost: int | None = None
    work_pieces: tuple[Piece, ...] = ()
    cost_pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """Who or what costs. A budget resource is neither work nor cost."""

    uid: int
    kind: ResourceKind = "work"
    accrual: Accrual = "prorated"
    calendar_uid: int | None = None
    is_budget: bool = False
    rates: tuple[Rate, ...] = ()  # by table and start
    baselines: Mapping[int, Baseline] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A resource on a task. ``work`` and ``actual_work`` include overtime; of material an hour of work is a unit."""

    uid: int
    task_uid: int
    resource_uid: int | None  # None: no resource, which counts nothing
    start: int | None = None
    finish: int | None = None
    units: Decimal = Decimal(1)
    work: int = 0
    actual_work: int = 0
    overtime: int = 0
    actual_overtime: int = 0
    actual_start: int | None = None
    actual_finish: int | None = None
    stop: int | None = None
    contour: Contour = "flat"
    rate_table: int = 0
    cost: int | None = None  # typed in, of cost resources
    remaining_pieces: tuple[Piece, ...] = ()
    actual_pieces: tuple[Piece, ...] = ()
    actual_overtime_pieces: tuple[Piece, ...] = ()
    baselines: Mapping[int, Baseline] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """A row; those that it stands under come before it."""

    uid: int
    parent_uid: int | None = None
    start: int | None = None
    finish: int | None = None
    duration: int = 0
    actual_duration: int = 0
    actual_start: int | None = None
    actual_finish: int | None = None
    stop: int | None = None
    percent_complete: int = 0  # of a summary it is computed
    physical_percent_complete: int = 0
    earned_by: EarnedBy = "percent"
    calendar_uid: int | None = None
    ignores_resource_calendar: bool = False
    is_milestone: bool = False
    fixed_cost: int = 0
    fixed_accrual: Accrual = "prorated"
    baselines: Mapping[int, Baseline] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything at once. ``baseline`` is the number of the one that earned value is measured by."""

    tasks: tuple[Task, ...] = ()
    resources: tuple[Resource, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    calendars: tuple[CalendarRules, ...] = ()
    calendar_uid: int | None = None
    status: int | None = None
    baseline: int = 0
