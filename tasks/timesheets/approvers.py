"""Who decides about whose week: those who may in the whole organization, and leaders of projects that were worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from projects.models import OrganizationMember, OrganizationRole, ProjectMember
from projects.permissions import ORGANIZATION_RIGHTS, PROJECT_RIGHTS, Right
from tasks.models import TimeEntry, Timesheet

if TYPE_CHECKING:
    from projects.models import User

#: Roles that decide about all weeks of an organization, and about those of a project.
OF_ALL = [role for role, rights in ORGANIZATION_RIGHTS.items() if Right.APPROVE_HOURS in rights]
OF_PROJECT = [role for role, rights in PROJECT_RIGHTS.items() if Right.APPROVE_HOURS in rights]


def approved_by(user: User) -> QuerySet[Timesheet]:
    """The weeks that this user decides about, whatever their state; never their own. Guests decide about none."""
    places = OrganizationMember.objects.filter(user=user)
    everywhere = places.filter(role__in=OF_ALL).values("organization")
    staff = places.exclude(role=OrganizationRole.GUEST).values("organization")
    led = ProjectMember.objects.current().filter(user=user, role__in=OF_PROJECT, organization__in=staff)
    worked = TimeEntry.objects.filter(sheet=OuterRef("pk"), project__in=led.values("project"))
    return Timesheet.objects.filter(
        Q(organization__in=everywhere) | Exists(worked.exclude(minutes=0))
    ).exclude(resource__user=user)


def may_approve(user: User, sheet: Timesheet) -> bool:
    """Whether this user decides about a week; one query."""
    return approved_by(user).filter(pk=sheet.pk).exists()


def decides_about_any(user: User) -> bool:
    """Whether there may be weeks of others for this user to decide about; one query."""
    places = OrganizationMember.objects.filter(user=user)
    staff = places.exclude(role=OrganizationRole.GUEST).values("organization")
    led = ProjectMember.objects.current().filter(user=user, role__in=OF_PROJECT, organization__in=staff)
    return places.filter(Q(role__in=OF_ALL) | Exists(led)).exists()
