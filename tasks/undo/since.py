"""Who has worked on tasks since a step was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from projects.models import AuditEntry
from tasks.models import PlanStepRow
from tasks.undo.rows import TASKS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


class Toucher(NamedTuple):
    """Who it was; empty for a job."""

    name: str
    at: datetime


def touched_since(
    project_id: int, task_ids: Collection[int], *, user_id: int, revision: int
) -> dict[int, Toucher]:
    """The last other person who has changed each of these tasks since a revision, as far as it is known. Two queries.

    From the steps of the others, which hold every row of a change of many, and from the record, which holds what is no step.
    """
    rows = PlanStepRow.objects.filter(
        step__project=project_id, step__revision__gt=revision, kind=TASKS, row_id__in=task_ids
    ).exclude(step__user=user_id)
    found = {
        pk: Toucher(name, at)
        for pk, name, at in rows.order_by("step__revision", "pk").values_list(
            "row_id", "step__user__display_name", "step__happened_at"
        )
    }
    entries = AuditEntry.objects.filter(
        project=project_id, revision__gt=revision, target_type="task", target_id__in=task_ids
    ).exclude(Q(actor=user_id) & Q(actor__isnull=False))
    for pk, name, system, at in entries.order_by("sequence").values_list(
        "target_id", "actor__display_name", "system_name", "happened_at"
    ):
        if pk is not None and (pk not in found or found[pk].at <= at):
            found[pk] = Toucher(name or system, at)
    return found
