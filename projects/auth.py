"""Sign-in. In development one chooses a demo person; OpenID Connect takes this seam over in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.backends import ModelBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from projects.models import OrganizationMember, OrganizationRole, User

ROLE_ORDER = [OrganizationRole.ADMIN, OrganizationRole.PMO, OrganizationRole.MEMBER, OrganizationRole.GUEST]


class AccountBackend(ModelBackend):
    """Loads the user of a session; passwords serve operators in Django admin alone."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:  # type: ignore[override]
        """Check an operator's password; other people have none."""
        user = super().authenticate(request, **credentials)
        return user if isinstance(user, User) and user.is_staff else None


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return settings.LOGIN_REDIRECT_URL


def demo_people() -> list[OrganizationMember]:
    """Who can be chosen: members of every organization, leaders of it first."""
    members = OrganizationMember.objects.select_related("user", "organization").filter(user__is_active=True)
    return sorted(
        members.order_by("organization__pk", "user__kana", "pk"),
        key=lambda member: (member.organization_id, ROLE_ORDER.index(OrganizationRole(member.role))),
    )[:200]


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Choose a demo person; does not exist outside of development."""
    if not settings.DEVELOPMENT_SIGN_IN:
        raise Http404
    if request.method == "POST":
        person = request.POST.get("person", "")
        people = User.objects.filter(is_active=True, memberships__isnull=False).distinct()
        chosen = people.filter(pk=int(person)).first() if person.isdigit() and len(person) < 19 else None
        if chosen is not None:
            login(request, chosen, backend="projects.auth.AccountBackend")
            return redirect(_safe_next(request))
    context = {"people": demo_people(), "next": _safe_next(request), "is_refused": request.method == "POST"}
    return render(request, "signin.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("projects:sign_in")
