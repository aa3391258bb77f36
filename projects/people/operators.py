"""What becomes of accounts, in the record of the installation and of each organization that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from projects.audit import installation
from projects.changes import changing_organization
from projects.models import Organization
from projects.rls import scope

if TYPE_CHECKING:
    from projects.models import User
    from projects.permissions import System


def note_account(user: User, action: str, *, by: System, after: Any = None) -> None:
    """Write it down: an operator concerns every organization, other people those that they belong to."""
    organizations = Organization.objects.order_by("pk")
    if not user.is_staff:
        organizations = organizations.filter(memberships__user=user)
    with transaction.atomic():
        installation.note(action, actor=by, target=user, after=after)
        for organization in organizations:
            with scope.scope([organization.pk]), changing_organization(organization, actor=by) as record:
                record(action, target=user, after=after)
