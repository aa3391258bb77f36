"""What the frame of every page shows."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from projects.models import Organization, Project, User

RECENT: Final = 4


def current_organization(user: User) -> Organization | None:
    """The organization whose pages the user looks at: his choice, else his first one."""
    own = Organization.objects.filter(memberships__user=user)
    chosen = own.filter(pk=user.current_organization_id).first() if user.current_organization_id else None
    return chosen or own.order_by("pk").first()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Feature flags, and for a signed-in user his organizations; asked for only by pages that show the frame."""
    return {"features": settings.FEATURES, "shell": SimpleLazyObject(lambda: _frame(request))}


@dataclass(frozen=True, slots=True)
class Frame:
    """What the bar and the rail show of a person's work."""

    organization: Organization | None
    organizations: list[Organization]
    recent_projects: list[Project]


def _frame(request: HttpRequest) -> Frame:
    user = request.user
    if not user.is_authenticated:
        return Frame(None, [], [])
    organizations = list(Organization.objects.filter(memberships__user=user).order_by("pk"))
    chosen = [each for each in organizations if each.pk == user.current_organization_id]
    organization = next(iter(chosen or organizations), None)
    own = Project.objects.alive().filter(members__user=user, organization=organization)
    recent = own.only("pk", "name").order_by("-updated_at", "-pk")[:RECENT]
    return Frame(organization, organizations, list(recent))
