"""Carrying out a proposal about too much work, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from projects.errors import Refusal, RuleBrokenError
from resources.models import Resource
from tasks.allocation.rules import named
from tasks.allocation.suggestions.selectors import suggestions_of
from tasks.models import Assignment, Mode, ResourceLoad, Task
from tasks.plan.actions.membership import bring_in
from tasks.plan.actions.place import set_start
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from datetime import date

    from projects.models import AuditEntry, Project, User
    from tasks.allocation.suggestions.effects import Overallocation
    from tasks.allocation.suggestions.selectors import Suggestion

APPLIED, UNDONE = "proposal.applied", "proposal.undone"
#: What moving a task sets; by these it is seen whether it still lies where the proposal put it.
PLACED = ("start_minute", "finish_minute", "constraint_type", "constraint_minute")


class ProposalGoneError(Refusal):
    """What a proposal was made from is different now."""

    status = 409


def apply_proposal(
    *, task: Task, spot: Overallocation, value: str, actor: User, today: date
) -> tuple[AuditEntry, Suggestion]:
    """Do what a proposal says, if it is still one; the entry of the record is what takes it back.

    It is made anew behind the lock of the project, and afterwards everybody's days are looked at: what the plan
    really became counts, not what was foreseen.
    """
    project = task.project
    with transaction.atomic():
        before: dict[tuple[int, date], int] = {}
        with changing_plan(project, actor=actor) as plan:
            offer = _still_made(task, spot, value, actor, today)
            before = _too_much(project, offer)
            task.refresh_from_db()
            if offer.proposal.to_id is None:
                old: dict[str, Any] = {name: getattr(task, name) for name in PLACED}
                set_start(plan, task, offer.proposal.start)
                # What the dates have become is recorded, so they are computed before.
                plan.compute()
                task.refresh_from_db()
                new: dict[str, Any] = {name: getattr(task, name) for name in PLACED}
            else:
                old, new = {"resource": spot.resource_id}, {"resource": offer.proposal.to_id}
                bring_in(plan.record, project, Resource.objects.filter(pk=offer.proposal.to_id))
                hand_over(task, spot.resource_id, offer.proposal.to_id)
                plan.touch(task)
            entry = plan.record(APPLIED, target=task, before=old, after=new)
        _refuse_new(before, _too_much(project, offer))
    task.refresh_from_db()
    return entry, offer


def _still_made(task: Task, spot: Overallocation, value: str, actor: User, today: date) -> Suggestion:
    offers = suggestions_of(spot, organization_id=task.organization_id, user=actor, today=today)
    for offer in offers:
        if offer.task.pk == task.pk and offer.value == value:
            return offer
    raise ProposalGoneError(
        _(
            "計画か予定が変わったため、「%(task)s」のこの案は使えなくなりました。表示を更新して、いまの案から選んでください。"
        )
        % {"task": task.name}
    )


def hand_over(task: Task, from_id: int, to_id: int) -> None:
    """Put another person into a person's place, with the same units and work."""
    item = Assignment.objects.get(task=task, resource=from_id)
    item.delete()
    item.pk, item.resource_id = None, to_id
    item._state.adding = True
    item.save(force_insert=True)


def _too_much(project: Project, offer: Suggestion) -> dict[tuple[int, date], int]:
    """Minutes over capacity by person and day, of everybody on the plan and who takes a task over."""
    people = set(Assignment.objects.filter(project=project).values_list("resource", flat=True))
    if offer.proposal.to_id is not None:
        people.add(offer.proposal.to_id)
    rows = ResourceLoad.objects.filter(
        resource__in=people, grain=ResourceLoad.Grain.DAY, planned_minutes__gt=F("capacity_minutes")
    ).values_list("resource_id", "first_on", F("planned_minutes") - F("capacity_minutes"))
    return {(pk, day): minutes for pk, day, minutes in rows}


def _refuse_new(before: dict[tuple[int, date], int], after: dict[tuple[int, date], int]) -> None:
    for (pk, day), minutes in sorted(after.items(), key=lambda item: (item[0][1], item[0][0])):
        if minutes > before.get((pk, day), 0):
            raise RuleBrokenError(
                _(
                    "この案を適用すると、後続タスクの移動で%(person)sの%(day)sの予定が100%%を超えます。別の案を選んでください。"
                )
                % {"person": named(Resource.objects.get(pk=pk)), "day": f"{day:%Y/%m/%d}"}
            )


def undo_proposal(*, entry: AuditEntry, task: Task, actor: User) -> None:
    """Bring back what a proposal changed, where it is still as the proposal left it."""
    old: dict[str, Any] = entry.before or {}
    new: dict[str, Any] = entry.after or {}
    with changing_plan(task.project, actor=actor) as plan:
        task.refresh_from_db()
        is_handed = "resource" in new
        if not (_is_with(task, new, old) if is_handed else _lies(task, new)):
            raise ProposalGoneError(
                _(
                    "「%(task)s」はこのあとに変更されたため、元に戻せません。タスクを開いて、いまの日程と担当を確かめてください。"
                )
                % {"task": task.name}
            )
        if is_handed:
            bring_in(plan.record, task.project, Resource.objects.filter(pk=old["resource"]))
            hand_over(task, new["resource"], old["resource"])
        else:
            fields = list(PLACED) if task.mode == Mode.MANUAL else ["constraint_type", "constraint_minute"]
            for name in fields:
                setattr(task, name, old[name])
            task.save(update_fields=fields)
        plan.record(UNDONE, target=task, before=new, after=old)
        plan.touch(task)
    task.refresh_from_db()


def _lies(task: Task, place: dict[str, Any]) -> bool:
    return {name: getattr(task, name) for name in PLACED} == place


def _is_with(task: Task, new: dict[str, Any], old: dict[str, Any]) -> bool:
    """Whether who took the task over still has it, and who gave it away has not got it back."""
    held = set(Assignment.objects.filter(task=task).values_list("resource", flat=True))
    return new["resource"] in held and old["resource"] not in held
