"""Telling people that they are on a task now; follows every change of a plan (see `tasks/apps.py`)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from projects.actions import Touch, declared
from projects.notifications.notify import Message, notify_many
from projects.permissions import System
from resources.models import Resource
from tasks.models import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.changes import Recorder
    from projects.models import User

#: Who is put on more tasks at once hears of all of them in one sentence.
MOST_SINGLE: Final = 3


def tell_assigned(records: Sequence[Recorder]) -> None:
    """Tell those who came new onto tasks within one change. Three statements at most."""
    new = _newly_assigned(records)
    if not new:
        return
    record = next(record for record in records if record.project is not None)
    actor = record.actor.user if isinstance(record.actor, System) else record.actor
    people = Resource.objects.filter(pk__in=new, user__isnull=False, user__is_active=True)
    users = dict(people.values_list("pk", "user_id"))
    tasks = Task.objects.only("pk", "name", "project_id", "organization_id").in_bulk(
        {task_id for resource_id in users for task_id in new[resource_id]}
    )
    notify_many(
        message
        for resource_id, user_id in users.items()
        for message in _messages(user_id, [tasks[pk] for pk in new[resource_id] if pk in tasks], actor)
    )


def _newly_assigned(records: Sequence[Recorder]) -> dict[int, list[int]]:
    """Tasks by resource."""
    new: dict[int, list[int]] = defaultdict(list)
    for record in records:
        for entry in record.entries:
            if Touch.TEAM in declared(entry.action).touches and entry.target_id is not None:
                for resource_id in _team(entry.after) - _team(entry.before):
                    new[resource_id].append(entry.target_id)
    return new


def _team(values: dict[str, Any] | None) -> set[int]:
    """Who is on a task: shares by resource, or the one resource of a hand-over; no one where an entry is about dates."""
    given = values or {}
    if "resource" in given:
        return {int(given["resource"])}
    return {int(key) for key in given if key.isdigit()}


def _messages(user_id: int, tasks: list[Task], actor: User | None) -> list[Message]:
    """One a task, or one for many; the day in the key keeps a hand that wavers from telling again and again."""
    today = timezone.localdate()
    by, by_id = (actor.display_name, actor.pk) if actor is not None else ("", None)
    if not tasks:
        return []
    first = tasks[0]
    if len(tasks) > MOST_SINGLE:
        # The first and the number of the tasks tell one bulk edit from the next.
        key = f"task.assigned.many:{first.pk}:{len(tasks)}:{today}"
        facts = {"count": len(tasks), "by": by}
        return [
            Message(
                user_id,
                "task.assigned.many",
                key,
                first.organization_id,
                first.project_id,
                facts=facts,
                by_id=by_id,
            )
        ]
    return [
        Message(
            user_id, "task.assigned", f"task.assigned:{task.pk}:{today}", task.organization_id, task.project_id,
            task.pk, {"task": task.name, "by": by}, by_id=by_id,
        )
        for task in tasks
    ]  # fmt: skip
