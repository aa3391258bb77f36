"""Changing one task: its fields and its people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from projects.models import ProjectMember
from resources.models import Resource
from tasks.plan.actions.fields import set_fields
from tasks.plan.actions.membership import outside
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


class Assignable(NamedTuple):
    """One who can be put onto a task, as lists offer them."""

    name: str
    #: The department, and whether they would come into the project with their first task.
    note: str


def assignable_rows(project: Project, limit: int = 50) -> list[Resource]:
    """People and things of the organization and the project; members of the project first. Two queries."""
    members = ProjectMember.objects.current().filter(project=project).values("user")
    rows = Resource.objects.filter(organization_id=project.organization_id, is_active=True).filter(
        project__isnull=True
    ) | Resource.objects.filter(project=project, is_active=True)
    first = list(rows.filter(user__in=members).order_by("kana", "name", "pk")[:limit])
    others = rows.exclude(pk__in=[r.pk for r in first]).order_by("kana", "name", "pk")[: limit - len(first)]
    return [*first, *others]


def assignable(project: Project, limit: int = 50) -> list[Assignable]:
    """The same by their names. Five queries at most."""
    rows = assignable_rows(project, limit)
    strangers = {user.pk for user in outside(project, rows)}
    return [_assignable(row, is_outside=row.user_id in strangers) for row in rows]


def _assignable(row: Resource, *, is_outside: bool) -> Assignable:
    notes = (row.department, _("メンバー以外") if is_outside else "")
    return Assignable(row.name, _("、").join(filter(None, notes)))
