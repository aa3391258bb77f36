"""What a task may have to keep: a constraint with its day, and a deadline, by the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tasks.models import Constraint
from tasks.plan.actions.fields import set_fields
from tasks.plan.constraint_days import DEADLINE, moment_of
from tasks.scheduling.constraint_types import HOLDS_FINISH, WITHOUT_DATE

if TYPE_CHECKING:
    from datetime import date

    from tasks.models import Task
    from tasks.plan.unit import PlanUnit


def constrain(plan: PlanUnit, task: Task, kind: str) -> None:
    """Another type of constraint; one that needs a date keeps the one that is there, or takes where the task lies now."""
    values: dict[str, Any] = {"constraint_type": kind}
    if kind not in WITHOUT_DATE and task.constraint_minute is None:
        values["constraint_minute"] = task.finish_minute if kind in HOLDS_FINISH else task.start_minute
    set_fields(plan, task, values)


def constrain_to(plan: PlanUnit, task: Task, day: date | None) -> None:
    """A constraint to a day; without a type the task starts no earlier. No day takes the constraint away."""
    if day is None:
        set_fields(plan, task, {"constraint_type": Constraint.ASAP})
        return
    kind = Constraint.SNET if task.constraint_type in WITHOUT_DATE else task.constraint_type
    minute = moment_of(task, kind, day, plan.rows.clock_of(task))
    set_fields(plan, task, {"constraint_type": kind, "constraint_minute": minute})


def constrain_by(plan: PlanUnit, task: Task, kind: str, day: date) -> None:
    """Another type of constraint that needs a date, and its day, said together."""
    minute = moment_of(task, kind, day, plan.rows.clock_of(task))
    set_fields(plan, task, {"constraint_type": kind, "constraint_minute": minute})


def set_deadline(plan: PlanUnit, task: Task, day: date | None) -> None:
    """The day by which a task is to be done; none takes it away."""
    set_fields(plan, task, {"deadline_minute": moment_of(task, DEADLINE, day, plan.rows.clock_of(task))})
