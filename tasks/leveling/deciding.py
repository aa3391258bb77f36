"""What planners decide of single moves: a task stays where it is, or keeps the delay that was found; the next levelling goes by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from projects.permissions import Right, require
from tasks.leveling.kept import from_json
from tasks.models import LevelingRun

if TYPE_CHECKING:
    from projects.models import Project, User

STAYS, KEEPS, FREE = "stays", "keeps", "free"
Decisions = dict[int, int | None]
"""By task: None where it stays where it is, else the delay that it keeps, in minutes of the clock."""


def decide(*, project: Project, actor: User, task_id: int, decision: str) -> bool:
    """Note what is decided of a move of the last run (`stays`, `keeps`), or take it back (`free`); whether there was anything to decide.

    Only a task that has a delay in what was found can stay or be kept: the others follow what they wait for. Raises NotAllowedError.
    """
    with transaction.atomic():
        require(actor, Right.EDIT_PLAN, project)
        row = LevelingRun.objects.select_for_update().filter(project=project).first()
        if row is None or row.state == LevelingRun.State.RUNNING:
            return False
        decided = decisions_of(row)
        if decision == FREE:
            found = task_id in decided
            decided.pop(task_id, None)
        else:
            minutes = {one.task_id: one.minutes for one in from_json(row.result).delays} if row.result else {}
            found = task_id in minutes
            if found:
                decided[task_id] = minutes[task_id] if decision == KEEPS else None
        row.decisions = {str(pk): kept for pk, kept in decided.items()}
        row.save(update_fields=["decisions"])
        return found


def decisions_of(run: LevelingRun) -> Decisions:
    """What was decided, by the ids of tasks."""
    return {int(pk): minutes for pk, minutes in run.decisions.items()}
