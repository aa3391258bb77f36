"""Changing one task: its fields and its people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.translation import gettext as _

from projects.models import ProjectMember
from resources.models import Resource
from tasks.plan.actions.fields import set_fields
from tasks.plan.actions.membership import outside
from tasks.plan.actions.people import set_people
from tasks.plan.unit import changing_plan
from tasks.sheet.parsing import is_called

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet

    from projects.models import Project, User
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange

#: So many names are offered while one is typed, and so many are looked through for them.
MOST_OFFERED: Final = 12
MOST_LOOKED_AT: Final = 10_000
#: No name that is looked for is longer.
LONGEST_NAME: Final = 200


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


def _usable(project: Project) -> QuerySet[Resource]:
    """Who and what can be put onto tasks of a plan."""
    rows = Resource.objects.filter(organization_id=project.organization_id, is_active=True)
    return rows.filter(project__isnull=True) | rows.filter(project=project)


def assignable_rows(project: Project, limit: int = 50) -> list[Resource]:
    """People and things of the organization and the project; members of the project first. Two queries."""
    members = ProjectMember.objects.current().filter(project=project).values("user")
    rows = _usable(project)
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


def people_called(project: Project, text: str) -> list[Assignable]:
    """Those of `assignable` that a text is a part of, of name or reading, members first; at most MOST_OFFERED. Five queries at most."""
    members = set(ProjectMember.objects.current().filter(project=project).values_list("user", flat=True))
    rows = _usable(project).order_by("kana", "name", "pk").values_list("pk", "name", "kana", "user_id")
    found = [
        (user not in members, pk)
        for pk, name, kana, user in rows[:MOST_LOOKED_AT]
        if not text.strip() or is_called(text, name, kana)
    ]
    chosen = [pk for _is_outside, pk in sorted(found, key=lambda each: each[0])[:MOST_OFFERED]]
    known = Resource.objects.in_bulk(chosen)
    strangers = {user.pk for user in outside(project, list(known.values()))}
    return [_assignable(known[pk], is_outside=known[pk].user_id in strangers) for pk in chosen]


def members_called(project: Project, text: str) -> list[Assignable]:
    """Members of the project that a text is a part of; at most MOST_OFFERED. One query."""
    members = ProjectMember.objects.current().filter(project=project).order_by("user__kana", "user")
    rows = members.values_list("user__display_name", "user__kana")[:MOST_LOOKED_AT]
    found = [name for name, kana in rows if not text.strip() or is_called(text, name, kana)]
    return [Assignable(name, "") for name in dict.fromkeys(found)][:MOST_OFFERED]
