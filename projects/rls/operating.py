"""Django admin reads and writes as the database's role of operators, where the site has its address (DATABASE_OPERATOR_URL).

What is done there is told apart in the database's own logs and figures, and can be bounded or stopped for itself. The policies
hold for it as they do for the app role: nothing named, nothing seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connections

from projects.models import OrganizationMember, OrganizationRole, User

ALIAS = "operator"


class NoOperatorRoleError(Exception):
    """A deployed site that has no address of the operators' role."""


def is_used() -> bool:
    """Whether the operators' role has an address here."""
    return ALIAS in connections.settings


@contextmanager
def as_operator() -> Iterator[None]:
    """Put the operators' role behind the name `default`; around the transaction, not inside of it.

    On a developer's own server without that role the app role does it. Raises NoOperatorRoleError on a deployed site.
    """
    if not is_used():
        if settings.ENVIRONMENT in {"staging", "production"}:
            raise NoOperatorRoleError
        yield
        return
    site = connections["default"]
    connections["default"] = connections[ALIAS]
    try:
        yield
    finally:
        connections["default"] = site


def is_of_installation(user: Any) -> bool:
    """Whether all organizations are theirs to look after."""
    return bool(user.is_active and user.is_superuser)


def companies_of(user: User) -> list[int]:
    """The organizations that an operator of companies looks after: where they are admin, in ascending order."""
    found = OrganizationMember.objects.filter(user=user, role=OrganizationRole.ADMIN, user__is_staff=True)
    return list(found.order_by("organization").values_list("organization", flat=True))
