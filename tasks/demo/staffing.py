"""Roles without names of the demo's projects: of one that is under way, and of those that are still being planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projects.lifecycle.services import update_project
from projects.models import Project, ProjectStatus
from projects.permissions import System
from resources.models import Skill
from tasks.staffing.months import month_number
from tasks.staffing.services import TypedRole, save_roles

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Organization

#: How probable the orders of projects that are being planned are, in turn.
_PERCENTS: Final = (70, 40, 90)
#: So many of them need roles.
_MOST: Final = 3
#: Role, department, skill, and tenths of 人月 in each of the first months.
_ROLES: Final = (
    ("開発者", "開発1課", "Java", (10, 20, 30, 30, 20, 10)),
    ("画面設計者", "開発1課", "画面設計", (5, 10, 5)),
    ("データ移行の専門家（会計システムの経験がある人）", "", "データ移行", (0, 5, 5, 10)),
)


def write_roles(organization: Organization, *, today: date) -> None:
    """Write them down, and how probable each order is."""
    actor = System("demo")
    skills = dict(Skill.objects.filter(organization=organization).values_list("name", "pk"))
    alive = Project.objects.alive().filter(organization=organization)
    planned = list(alive.filter(status=ProjectStatus.PLANNING).order_by("-task_count", "pk"))
    for place, project in enumerate(planned):
        percent = _PERCENTS[place % len(_PERCENTS)]
        update_project(project=project, actor=actor, changes={"order_probability": percent})
    active = alive.filter(status=ProjectStatus.ACTIVE).order_by("-task_count", "pk")[:1]
    for project in [*active, *planned[:_MOST]]:
        first = max(month_number(today), month_number(project.start_date))
        save_roles(project=project, actor=actor, typed=[
            TypedRole(
                name, skills.get(skill), department,
                {first + place: tenths * 960 for place, tenths in enumerate(amounts)},
            )
            for name, department, skill, amounts in _ROLES
        ])  # fmt: skip
