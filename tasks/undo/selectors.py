"""What a person can take back in a plan, and do again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.models import PlanStep, Task
from tasks.models.undo import MOST_STEPS
from tasks.undo.words import name_of

if TYPE_CHECKING:
    from datetime import datetime

    from projects.models import Project, User


@dataclass(frozen=True, slots=True)
class NamedStep:
    """A step as it is chosen."""

    pk: int
    name: str
    #: The task that it is about, where there is one.
    task: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stacks:
    """What is next on either side, the nearest first."""

    undo: list[NamedStep]
    redo: list[NamedStep]


def stacks_of(user: User, project: Project, *, limit: int = MOST_STEPS) -> Stacks:
    """The steps of a person, those of the other side included; three queries at most."""
    own = PlanStep.objects.of(user, project).defer("order")
    undo, redo = list(own.to_undo()[:limit]), list(own.to_redo()[:limit])
    ids = {step.facts.get("target") for step in (*undo, *redo)} - {None}
    names = dict(Task.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}

    def named(step: PlanStep) -> NamedStep:
        task = names.get(step.facts.get("target"), "")
        return NamedStep(step.pk, name_of(step, project), task, step.happened_at)

    return Stacks([named(step) for step in undo], [named(step) for step in redo])
