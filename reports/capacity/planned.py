"""Projects that are being planned, as the page of capacity lists them: how probable they are, and what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from projects.models import Project, ProjectStatus
from reports.capacity.reading import MOST_LISTED, needs_of

if TYPE_CHECKING:
    from projects.models import Organization, User
    from projects.person_time import PersonTime
    from reports.capacity.selectors import CapacityAsked


class PlannedProject(NamedTuple):
    """One of them, with what it needs within the months that are shown."""

    project: Project
    needed: str
    is_taken: bool


class PlannedList(NamedTuple):
    """Those that the user sees, and how many others are counted."""

    listed: list[PlannedProject]
    others: int


def planned_list(
    user: User, organization: Organization, asked: CapacityAsked, unit: PersonTime
) -> PlannedList:
    """By start; three queries."""
    all_of_them = Project.objects.alive().filter(organization=organization, status=ProjectStatus.PLANNING)
    count = all_of_them.count()
    seen = Project.objects.visible_to(user).filter(organization=organization, status=ProjectStatus.PLANNING)
    rows = list(
        seen.only("name", "code", "status", "start_date", "end_date", "order_probability").order_by(
            "start_date", "code", "pk"
        )[:MOST_LISTED]
    )
    needs = needs_of(organization, [project.pk for project in rows], asked.window) if rows else {}
    listed = [
        PlannedProject(each, unit.in_months(needs.get(each.pk, 0)), each.pk in asked.taken) for each in rows
    ]
    return PlannedList(listed, count - len(listed))
