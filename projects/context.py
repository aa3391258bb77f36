"""What the frame of every page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from projects.models import Organization, OrganizationRole, Project, ProjectMember, User
from projects.permissions import ORGANIZATION_RIGHTS, Right

RECENT: Final = 4


def current_organization(user: User) -> Organization | None:
    """The organization whose pages the user looks at: their choice, else their first one."""
    own = Organization.objects.filter(memberships__user=user)
    chosen = own.filter(pk=user.current_organization_id).first() if user.current_organization_id else None
    return chosen or own.order_by("pk").first()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Feature flags, and for a signed-in user their organizations; asked for only by pages that show the frame."""
    return {"features": settings.FEATURES, "shell": SimpleLazyObject(lambda: _frame(request))}


@dataclass(frozen=True, slots=True)
class Frame:
    """What the bar and the rail show of a person's work."""

    organization: Organization | None
    organizations: Sequence[Organization]
    recent_projects: list[Project]
    sees_record: bool = False
    #: Load and calendars of people; and what only those within the company look after.
    sees_people: bool = False
    is_guest: bool = True
    #: What a page that says no stands in: with the menu, where the user has one.
    layout: str = "layout/app.html"


def _frame(request: HttpRequest) -> Frame:
    user = request.user
    if not user.is_authenticated:
        return Frame(None, [], [], layout="layout/alone.html")
    own_roles = Organization.objects.filter(memberships__user=user).annotate(role=F("memberships__role"))
    organizations = list(own_roles.order_by("pk"))
    chosen = [each for each in organizations if each.pk == user.current_organization_id]
    organization = next(iter(chosen or organizations), None)
    mine = ProjectMember.objects.current().filter(user=user).values("project")
    own = Project.objects.alive().filter(pk__in=mine, organization=organization)
    recent = own.only("pk", "name").order_by("-updated_at", "-pk")[:RECENT]
    role = getattr(organization, "role", OrganizationRole.GUEST)
    rights = ORGANIZATION_RIGHTS[role]
    return Frame(
        organization, organizations, list(recent),
        sees_record=Right.VIEW_RECORD in rights, sees_people=Right.VIEW_RESOURCES in rights,
        is_guest=role == OrganizationRole.GUEST,
    )  # fmt: skip
