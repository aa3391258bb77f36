"""What sessions of the provider need with every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from projects.oidc import sessions
from projects.oidc.accounts import needs_second_factor
from projects.replicas import reading
from projects.tokens.asking import pass_of

#: Signing in and out: the user there is about to prove it, or to leave.
ON_THE_WAY: Final = ("/sign-in/", "/sign-out/")
Answer = Callable[[HttpRequest], HttpResponse]


class ProviderSessions:
    """Asks the provider now and then whether a session goes on; where it does, no user notices.

    Before the request's own transaction, so that memberships that were taken away are gone for this very request,
    and stay away when it fails.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.user.is_authenticated
            and not pass_of(request)
            and not request.path.startswith("/health")
            and sessions.is_due(request.session)
            and sessions.refresh(request.session) is sessions.RefreshOutcome.ENDED
        ):
            logout(request)
        return self.get_response(request)


class SecondFactor:
    """Ends a session in which a user is an admin without having proven it: they may have become one meanwhile."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        # Who made a token was signed in strongly enough then; a program has no second factor.
        has_session = user.is_authenticated and not pass_of(request)
        kept = request.session.get(sessions.KEY) if has_session else None
        is_fine = kept is None or kept["strong"] or request.path.startswith(ON_THE_WAY)
        if is_fine or not user.is_authenticated or not needs_second_factor(user):
            return self.get_response(request)
        with reading.on_primary():
            logout(request)
        query = urlencode({"next": request.get_full_path(), "stronger": 1})
        return redirect(f"{reverse('projects:sign_in')}?{query}")
