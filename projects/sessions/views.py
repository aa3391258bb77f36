"""Where a person is signed in, and how they end it from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.web.htmx import render, toast
from projects.models import UserSession
from projects.oidc.sessions import release
from projects.sessions.lasting import open_sessions
from projects.sessions.services import end_other_sessions, end_session

if TYPE_CHECKING:
    from projects.requests import SignedInRequest


@never_cache
@require_GET
def session_check(request: HttpRequest) -> HttpResponse:
    """Whether a session is open: 204, or 401. nginx asks before it takes a large body in (ops/nginx/site.conf)."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)


@require_GET
@login_required
def session_list(request: SignedInRequest) -> HttpResponse:
    """My sessions: device, network, when it was used last."""
    found = open_sessions(request.user, current=request.session)
    context = {
        "sessions": found,
        "has_others": any(not each.is_current for each in found),
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
        "absolute_hours": settings.SESSION_ABSOLUTE_SECONDS // 3600,
    }
    return render(request, "projects/sessions/list.html", context)


@require_POST
@login_required
def session_end(request: SignedInRequest, handle: str) -> HttpResponse:
    """Sign out at one place."""
    try:
        secrets = end_session(user=request.user, handle=handle, keep=request.session.session_key)
    except UserSession.DoesNotExist as error:
        raise Http404 from error
    release(secrets)
    toast(request, _("選んだ端末をサインアウトしました。"))
    return redirect("projects:session_list")


@require_POST
@login_required
def sessions_end_others(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    secrets = end_other_sessions(user=request.user, keep=request.session.session_key)
    release(secrets)
    text = ngettext(
        "ほかの%(count)s台の端末をサインアウトしました。",
        "ほかの%(count)s台の端末をサインアウトしました。",
        len(secrets),
    )
    toast(request, text % {"count": len(secrets)})
    return redirect("projects:session_list")
