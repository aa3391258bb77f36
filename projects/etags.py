"""What a project's page depends on beside its data: who looks, in which language, on which day, in which build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from projects.caching import build
from projects.permissions import rights_in

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.models import Project
    from projects.permissions import Right
    from projects.requests import SignedInRequest


def page_parts(
    request: SignedInRequest, project: Project, *more: object, rights: Collection[Right] | None = None
) -> tuple[object, ...]:
    """Parts of an ETag for a page of a project; `more` is what this page alone depends on.

    A view that needs the user's rights itself hands them over, so that they are asked for once.

    The CSRF cookie is one: forms carry a token of it, and a page kept from before a new sign-in must not come back.
    """
    user = request.user
    return (
        project.pk, project.revision, user.pk, user.language, user.theme, user.density, user.is_rail_folded,
        user.knows_sheet,
        sorted(rights_in(user, project) if rights is None else rights), timezone.localdate(), build(), sorted(settings.FEATURES.items()),
        request.get_full_path(), request.headers.get("HX-Target", ""),
        request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""), *more,
    )  # fmt: skip
