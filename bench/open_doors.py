"""Settings of a site of which something is switched off by `OPEN`, for `bin/bench security` to stand the real one beside.

`first`: all users may see and do everything, as far as the application asks. `second`: no transaction says which organizations
it may see; the site then has to be the owner of the tables, whom policies do not hold. `limits`: nothing is counted. `headers`: none is set.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import MiddlewareNotUsed

from config.settings import *  # noqa: F403  # all of them but these
from config.settings import MIDDLEWARE as ALL

OPEN = frozenset(os.environ.get("OPEN", "").split())
LEFT_OUT = {
    "limits": ("config.web.addresses.TrustedProxies", "config.ratelimit.middleware.Limits"),
    "headers": (
        "config.web.headers.SecurityHeaders",
        "csp.middleware.CSPMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ),
}
if "limits" in OPEN:
    LIMITS = {}
_left_out = {name for part in OPEN for name in LEFT_OUT.get(part, ())}
MIDDLEWARE = ["bench.open_doors.Open", *(name for name in ALL if name not in _left_out)]


class Open:
    """Switches off when the site has started, and is not asked again."""

    def __init__(self, get_response: Any) -> None:
        if "first" in OPEN:
            open_rights()
        if "second" in OPEN:
            open_row_level_security()
        raise MiddlewareNotUsed


def open_rights() -> None:
    """No list is filtered by who asks, and every right is given without a look at the roles."""
    from django.apps import apps

    from projects import permissions

    for model in apps.get_models():
        manager = getattr(model, "objects", None)
        kind = type(manager.all()) if manager is not None else None
        for name in ("visible_to", "known_to", "with_place_of"):
            if kind is not None and hasattr(kind, name):
                setattr(kind, name, lambda self, *_: self.all())
    everything = frozenset(permissions.Right)
    vars(permissions).update(
        rights_in_organization=lambda *_: everything,
        rights_in_each=lambda _user, projects: {project.pk: everything for project in projects},
    )


def open_row_level_security() -> None:
    """A transaction is one, and nothing else."""
    from django.db import transaction

    from projects.rls import scope as tenancy

    real = tenancy.scope

    @contextmanager
    def scope(organizations: Any, *, using: str = "default", statement: str = tenancy.ENTER) -> Iterator[Any]:
        if statement != tenancy.ENTER:
            with real(organizations, using=using, statement=statement) as answer:
                yield answer
            return
        with transaction.atomic(using=using):
            yield None

    tenancy.scope = scope
