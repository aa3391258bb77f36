"""Sign-in and sign-out: at the identity provider; in development without one, by choosing a demo person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import login, logout
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from projects.models import OrganizationMember, OrganizationRole, User
from projects.oidc import provider
from projects.oidc.sessions import farewell
from projects.oidc.views import SignIn
from projects.requests import safe_next
from projects.sessions.records import note_sign_in

ROLE_ORDER = [OrganizationRole.ADMIN, OrganizationRole.PMO, OrganizationRole.MEMBER, OrganizationRole.GUEST]


class AccountBackend(ModelBackend):
    """Loads the user of a session; passwords serve operators in Django admin alone."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:  # type: ignore[override]
        """Check an operator's password, and record how it went; other people have none.

        Where there is a provider, a password would get operators past its second factor: it serves no one unless
        ADMIN_PASSWORD_SIGN_IN is on for the day on which the provider is broken, and then no one whom the provider knows.
        """
        user = super().authenticate(request, **credentials)
        is_open = (
            settings.ADMIN_PASSWORD_SIGN_IN and isinstance(user, User) and not _is_known_to_provider(user)
        )
        if is_open and isinstance(user, User) and user.is_staff:
            note_sign_in(user, "session.started", door="password")
            return user
        refused = User.objects.filter(username=credentials.get("username") or "", is_staff=True).first()
        if refused is not None:
            note_sign_in(refused, "session.refused", reason="password")
        return None


def _is_known_to_provider(user: User) -> bool:
    return provider.is_configured() and user.identities.exists()


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
    """Go to the identity provider; without one, and only in development, choose a demo person."""
    if provider.is_configured():
        leave: HttpResponse = SignIn.as_view()(request)
        return leave
    if not settings.DEVELOPMENT_SIGN_IN:
        raise Http404
    if request.method == "POST":
        person = request.POST.get("person", "")
        people = User.objects.filter(is_active=True, memberships__isnull=False).distinct()
        chosen = people.filter(pk=int(person)).first() if person.isdigit() and len(person) < 19 else None
        if chosen is not None:
            login(request, chosen, backend="projects.auth.AccountBackend")
            note_sign_in(chosen, "session.started", door="development")
            return redirect(safe_next(request))
    context = {"people": demo_people(), "next": safe_next(request), "is_refused": request.method == "POST"}
    return render(request, "signin.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def operator_sign_in(request: HttpRequest) -> HttpResponse:
    """The way into Django admin: its form for a password, or where that is closed the provider's second factor."""
    if settings.ADMIN_PASSWORD_SIGN_IN:
        form: HttpResponse = admin.site.login(request)
        return form
    if request.user.is_authenticated:
        # Signed in, and not as an operator: the provider would only send them back here.
        raise PermissionDenied
    query = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
    return redirect(f"{reverse('projects:sign_in')}?{query}")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and the provider's with it."""
    back = reverse("projects:signed_out" if provider.is_configured() else "projects:sign_in")
    away = farewell(request.session, back=request.build_absolute_uri(back))
    if isinstance(request.user, User):
        note_sign_in(request.user, "session.ended", why="signed_out")
    logout(request)
    return redirect(away or back)


@never_cache
@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Where one comes out. Not the sign-in, which would lead straight back in."""
    return render(request, "signed_out.html")
