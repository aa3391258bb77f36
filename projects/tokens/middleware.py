"""Signs programs in by their tokens, where people are signed in by their sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from projects.tokens.asking import API, ProgramPass, TokenRefusal
from projects.tokens.services import find_token

Answer = Callable[[HttpRequest], HttpResponse]
_BEARER: Final = "bearer "
#: Longer than any token of ours.
_LONGEST: Final = 200


class BearerTokens:
    """Under /api/ the user is the one of the token, and without one there is none: a session opens nothing there.

    So no page of another site can have a browser ask in its user's name, and no CSRF token is needed.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API):
            request.user = AnonymousUser()
            found = _read(request.headers.get("Authorization", ""))
            if isinstance(found, ProgramPass):
                request.user = found.token.user
                request.program_pass = found  # type: ignore[attr-defined]  # read by asking.py
                # Its windows are its own: a busy program takes no page from its person.
                request.limited_as = f"t{found.token.pk}"  # type: ignore[attr-defined]  # read by config/ratelimit
            else:
                request.token_refusal = found  # type: ignore[attr-defined]  # read by asking.py
        return self.get_response(request)


def _read(header: str) -> ProgramPass | TokenRefusal:
    if header[: len(_BEARER)].lower() != _BEARER:
        return TokenRefusal.MISSING
    found = find_token(header[len(_BEARER) : _LONGEST].strip())
    if found is None:
        return TokenRefusal.UNKNOWN
    token, member = found
    if token.revoked_at is not None:
        return TokenRefusal.REVOKED
    if not token.is_open(timezone.now()):
        return TokenRefusal.EXPIRED
    return TokenRefusal.UNKNOWN if member is None else ProgramPass(token, member)
