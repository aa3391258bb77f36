"""What a view behind `login_required` may count on."""

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from projects.in_hand import take_in_hand
from projects.models import Project, User

LONGEST_ADDRESS: Final = 2_000


class SignedInRequest(HttpRequest):
    """A request of a user who is signed in."""

    user: User  # never anonymous behind login_required


def find_project(request: SignedInRequest, project_id: int, *related: str) -> Project:
    """A project that this user sees, with their place in it and what is `related`, by one query; raises Http404."""
    projects = Project.objects.visible_to(request.user).with_place_of(request.user)
    found = get_object_or_404(projects.select_related(*related) if related else projects, pk=project_id)
    return take_in_hand(found)


def safe_next(request: HttpRequest) -> str:
    """Where a user goes after the sign-in: a page of this site, as `next` names it, or the first one."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    if not is_ours or len(target) > LONGEST_ADDRESS:
        return settings.LOGIN_REDIRECT_URL
    # Without host and scheme: there is nothing left to get wrong in between.
    parts = urlsplit(target)
    inside = parts.path + (f"?{parts.query}" if parts.query else "")
    is_page = inside.startswith("/") and not inside.startswith(("//", "/sign-", "/signed-out"))
    return inside if is_page else settings.LOGIN_REDIRECT_URL
