"""Changing one task: its fields and its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from resources.models import Resource
from tasks.plan.actions.fields import set_fields
from tasks.plan.actions.people import set_people
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from decimal import Decimal

    from projects.models import Project, User
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange


def edit_task(
    *, task: Task, changes: Mapping[str, Any], actor: User | System, keeps_units: bool = False
) -> PlanChange:
    """Set fields of a task by name; see `set_fields`."""
    with changing_plan(task.project, actor=actor) as plan:
        set_fields(plan, task, changes, keeps_units=keeps_units)
    return plan.change


def set_assignees(
    *, task: Task, units: Mapping[int, Decimal | int | None], actor: User | System
) -> PlanChange:
    """Replace who works on a task: {resource id: percent}. 200 % or more of one person is refused."""
    with changing_plan(task.project, actor=actor) as plan:
        set_people(plan, task, units)
    return plan.change


def assignable(project: Project, text: str = "", limit: int = 50) -> Sequence[Resource]:
    """People and things of the organization whose name contains the text; members of the project first."""
    members = project.members.values("user")
    rows = Resource.objects.filter(organization_id=project.organization_id, is_active=True).filter(
        project__isnull=True
    ) | Resource.objects.filter(project=project, is_active=True)
    if text:
        rows = rows.filter(name__icontains=text)
    first = list(rows.filter(user__in=members).order_by("kana", "name", "pk")[:limit])
    others = rows.exclude(pk__in=[r.pk for r in first]).order_by("kana", "name", "pk")[: limit - len(first)]
    return [*first, *others]
