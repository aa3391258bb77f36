"""Hours of the last weeks, so that the sheets are not empty: some approved, the last ones handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projects.models import OrganizationMember
from resources.models import Resource
from tasks.timesheets.approvers import OF_ALL
from tasks.timesheets.closing import USUAL_KINDS, add_kinds
from tasks.timesheets.filling import fill_from_plan
from tasks.timesheets.services import approve_week, submit_week
from tasks.timesheets.weeks import Week

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Organization
    from projects.permissions import System

PEOPLE: Final = 4
#: The oldest of them are approved, the last one waits.
WEEKS: Final = 3


def report_hours(organization: Organization, *, today: date, actor: System) -> None:
    """As the plan has them, for the first people of a company; by themselves, and approved by another."""
    add_kinds(organization=organization, names=USUAL_KINDS, actor=actor)
    approvers = OrganizationMember.objects.filter(organization=organization, role__in=OF_ALL).order_by("pk")
    deciding = [member.user for member in approvers.select_related("user")]
    people = Resource.objects.filter(organization=organization, user__isnull=False)
    for resource in people.select_related("organization", "user").order_by("pk")[:PEOPLE]:
        user = resource.user
        if user is None:
            continue
        for back in range(WEEKS, 0, -1):
            week = Week.of(today).later(-back)
            fill_from_plan(resource=resource, week=week, actor=user, today=today)
            sheet = submit_week(resource=resource, week=week, actor=user)
            others = [each for each in deciding if each != user]
            if back > 1 and others:
                approve_week(sheet=sheet, version=sheet.version, actor=others[0])
