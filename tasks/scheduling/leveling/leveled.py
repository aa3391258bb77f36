"""What levelling answers: the delays, why each is there, and what is promised of the plan."""

from dataclasses import dataclass
from typing import Literal

from tasks.scheduling.columns import Columns
from tasks.scheduling.leveling.diagnose import Clash, TooManyUnits
from tasks.scheduling.leveling.people import Elsewhere
from tasks.scheduling.leveling.plan_bound import PlanBound

Why = Literal["fixed", "elsewhere", "waited", "leads_to_fixed", "priority", "slack", "sooner", "order"]


@dataclass(frozen=True, slots=True)
class Delay:
    """Why a task starts later than its links and dates ask.

    ``minutes`` run on the clock (``leveling_delay_is_elapsed``), from ``wanted_start``. The task that took the person's time went first
    because it may not move (``fixed``), because it is no part of the plan (``elsewhere``; then there is no ``blocking_task_id``), because this one still waited for what comes before it (``waited``), because a task that may not
    move depends on it (``leads_to_fixed``), or by ``priority``, less ``slack`` (earlier latest finish), because a search has found
    that the plan ends ``sooner`` so, or by ``order`` of rows.
    """

    task_id: int
    minutes: int
    wanted_start: int
    start: int
    person_id: int
    blocking_task_id: int | None
    why: Why


@dataclass(frozen=True, slots=True)
class Leveled:
    """A plan with new delays. ``columns`` has them; ``start`` and ``finish`` are promised by row, which ``verify`` checks."""

    columns: Columns
    elsewhere: Elsewhere
    start: tuple[int, ...]
    finish: tuple[int, ...]
    delays: tuple[Delay, ...]
    too_many_units: tuple[TooManyUnits, ...]
    clashes: tuple[Clash, ...]
    finish_before: int
    finish_after: int
    #: What no plan ends before; None where nothing is known of it, or tasks may move within slack only.
    bound: PlanBound | None = None
