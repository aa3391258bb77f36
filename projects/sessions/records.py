"""Sign-ins, sign-outs and refusals in the record of each organization that the person belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projects.audit import installation
from projects.changes import changing_organization
from projects.models import Organization
from projects.permissions import System
from projects.rls import scope

if TYPE_CHECKING:
    from projects.models import User

#: The way in that these entries name as their actor, together with the person.
DOOR: Final = "sign-in"


def note_sign_in(
    user: User, action: str, *, by: System | None = None, is_of_all: bool = False, **after: Any
) -> None:
    """Write `session.started`, `session.ended` or `session.refused` down where the person belongs.

    Of operators, who may belong nowhere, and where `is_of_all`, the record of the installation has it as well. First of all,
    and organizations in ascending order, as everybody who continues several records does.
    """
    if user.is_staff or is_of_all:
        installation.note(action, actor=by or System(DOOR, user=user), target=user, after=after)
    for organization in Organization.objects.filter(memberships__user=user).order_by("pk"):
        with (
            scope.scope([organization.pk]),
            changing_organization(organization, actor=by or System(DOOR, user=user)) as record,
        ):
            record(action, target=user, after=after)
