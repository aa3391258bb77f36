"""What the frame of every page shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from projects.models import Organization, User


def current_organization(user: User) -> Organization | None:
    """The organization whose pages the user looks at: his choice, else his first one."""
    own = Organization.objects.filter(memberships__user=user)
    chosen = own.filter(pk=user.current_organization_id).first() if user.current_organization_id else None
    return chosen or own.order_by("pk").first()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Feature flags, and for a signed-in user his organizations. Evaluated when a page asks for it."""
    return {"features": settings.FEATURES}
