"""What the pages of resources begin with: find it as this user, and ask what they may do."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from projects.context import current_organization
from projects.models import Organization
from projects.permissions import Right, require_in_organization, rights_in_organization
from projects.requests import SignedInRequest
from resources.models import Resource
from resources.selectors.listing import visible_resources
from resources.services.absences import is_own


def own_organization(request: SignedInRequest, right: Right = Right.VIEW_RESOURCES) -> Organization:
    """The organization that the user looks at, provided they hold the right in it."""
    organization = current_organization(request.user)
    if organization is None:
        raise Http404
    require_in_organization(request.user, right, organization)
    return organization


def find_resource(
    request: SignedInRequest, resource_id: int, *rights: Right, or_own: bool = False
) -> Resource:
    """A resource that the user sees, provided they hold the rights; `or_own`: or it is the user."""
    found = visible_resources(request.user).select_related("organization", "calendar", "user", "project")
    resource: Resource = get_object_or_404(found, pk=resource_id)
    require_in_organization(request.user, Right.VIEW_RESOURCES, resource.organization_id)
    if not (or_own and is_own(resource, request.user)):
        for right in rights:
            require_in_organization(request.user, right, resource.organization_id)
    return resource


def context_of(request: SignedInRequest, resource: Resource, **more: Any) -> dict[str, Any]:
    """What every page of one resource shows."""
    rights = rights_in_organization(request.user, resource.organization_id)
    return {
        "section": "resources",
        "resource": resource,
        "rights": rights,
        "may_enter_absences": Right.MANAGE_RESOURCES in rights or is_own(resource, request.user),
        **more,
    }
