"""Sign-ins, sign-outs and refusals in the record of each organization that the person belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projects.changes import changing_organization
from projects.models import Organization
from projects.permissions import System
from projects.rls import scope

if TYPE_CHECKING:
    from projects.models import User

#: The way in that these entries name as their actor, together with the person.
DOOR: Final = "sign-in"


def note_sign_in(user: User, action: str, *, by: System | None = None, **after: Any) -> None:
    """Write `session.started`, `session.ended` or `session.refused` down; who belongs nowhere has no record to be in.

    In ascending order, as everybody who continues several records does.
    """
    for organization in Organization.objects.filter(memberships__user=user).order_by("pk"):
        with (
            scope.scope([organization.pk]),
            changing_organization(organization, actor=by or System(DOOR, user=user)) as record,
        ):
            record(action, target=user, after=after)
