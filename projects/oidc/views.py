"""To the identity provider and back, and what it tells us behind the browser's back."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from projects.models import UserSession
from projects.oidc import accounts, provider, sessions, tokens
from projects.oidc.backend import KeycloakBackend
from projects.oidc.provider import ProviderUnreachableError, WaitBudget
from projects.oidc.refusals import RefusalReason, SignInRefusedError
from projects.oidc.tokens import TokenRefusedError
from projects.permissions import System
from projects.requests import safe_next
from projects.sessions.records import note_sign_in
from projects.sessions.services import end_sessions

if TYPE_CHECKING:
    from projects.models import User

logger = logging.getLogger(__name__)
#: Who needs longer at the provider begins again.
ATTEMPT_SECONDS: Final = 600


def _unavailable(request: HttpRequest) -> HttpResponse:
    response = render(request, "signin_unavailable.html", status=503)
    response["Retry-After"] = "30"
    return response


def _refused(request: HttpRequest, reason: RefusalReason) -> HttpResponse:
    context = {"reason": reason.label, "is_broken_off": reason == RefusalReason.BROKEN_OFF}
    # A person who is known and may not is forbidden; an answer that proves nothing is simply no good.
    is_broken = reason in {RefusalReason.BROKEN_OFF, RefusalReason.DECLINED, RefusalReason.NOT_PROVEN}
    return render(request, "signin_refused.html", context, status=422 if is_broken else 403)


class SignIn(OIDCAuthenticationRequestView):  # type: ignore[misc]  # a package without types
    """Send the browser to the provider, with state, nonce and PKCE that only this browser's session knows."""

    get_settings = staticmethod(provider.setting)
    #: Ask for a second factor: the user turned out to be an admin.
    is_step_up = False

    def get(self, request: HttpRequest, target: str = "") -> HttpResponse:
        """Note the attempt and leave, unless the provider is away."""
        try:
            provider.check()
        except (ProviderUnreachableError, provider.ProviderRefusedError) as error:
            logger.error("No user can sign in: the identity provider is away (%s).", error)
            return _unavailable(request)
        target = target or safe_next(request)
        response: HttpResponse = super().get(request)
        request.session.pop("oidc_login_next", None)  # one for all windows; ours is beside the state
        attempts = request.session["oidc_states"]
        attempts[next(reversed(attempts))] |= {
            "next": target,
            "step_up": self.is_step_up or "stronger" in request.GET,
        }
        if not request.user.is_authenticated:
            # Of the many who only come by, nothing is kept for half a day.
            request.session.set_expiry(ATTEMPT_SECONDS)
        request.session.modified = True
        return response

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        """Another account, or a surer proof, where that is asked for."""
        extra = {"prompt": "login"} if "again" in request.GET else {}
        if self.is_step_up or "stronger" in request.GET:
            # Not `acr_values` beside it: that asks for a wish, and some providers let the weaker of the two count.
            wanted = {"acr": {"essential": True, "values": settings.KEYCLOAK_ADMIN_ACR}}
            extra["claims"] = json.dumps({"id_token": wanted})
        return extra


@method_decorator(never_cache, name="dispatch")
class SignInReturn(OIDCAuthenticationCallbackView):  # type: ignore[misc]  # as above
    """Back from the provider: with a code for a user, or without."""

    get_settings = staticmethod(provider.setting)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Sign in whom the provider has proven, or say why not."""
        try:
            return self._arrive(request)
        except ProviderUnreachableError as error:
            logger.error("A sign-in was lost: the identity provider is away (%s).", error)
            return _unavailable(request)
        except SignInRefusedError as refusal:
            reason, user, detail = refusal.reason, refusal.user, str(refusal)
        except (TokenRefusedError, SuspiciousOperation) as error:
            reason, user, detail = RefusalReason.NOT_PROVEN, None, str(error)
        logger.warning("A sign-in was refused: %s", detail)
        if user is not None:
            note_sign_in(user, "session.refused", reason=reason.value)
        return _refused(request, reason)

    def _arrive(self, request: HttpRequest) -> HttpResponse:
        attempt = _take_attempt(request)
        backend = KeycloakBackend()
        kept = {"nonce": attempt["nonce"], "code_verifier": attempt["code_verifier"]}
        user: User | None = backend.authenticate(request, **kept)
        if user is None or backend.identity is None:
            raise SignInRefusedError(RefusalReason.NOT_PROVEN)
        if accounts.needs_second_factor(user) and not sessions.is_strong(backend.id_claims):
            if attempt["step_up"]:
                raise SignInRefusedError(RefusalReason.NO_SECOND_FACTOR, user=user)
            stronger: HttpResponse = SignIn.as_view(is_step_up=True)(request, target=attempt["next"])
            return stronger
        _begin(request, user, backend)
        return redirect(attempt["next"])


def _take_attempt(request: HttpRequest) -> dict[str, Any]:
    """The attempt that this answer belongs to, which cannot be answered a second time.

    Without one nothing happens at all: a link to here must sign no user in or out.
    """
    attempts = request.session.get("oidc_states", {})
    attempt: dict[str, Any] | None = attempts.pop(request.GET.get("state", ""), None)
    if attempt is None or "next" not in attempt:
        raise SignInRefusedError(RefusalReason.BROKEN_OFF, detail="unknown state")
    request.session.save()
    if time.time() - attempt["added_on"] > ATTEMPT_SECONDS:
        raise SignInRefusedError(RefusalReason.BROKEN_OFF, detail="old state")
    if request.GET.get("iss", provider.issuer()) != provider.issuer():
        raise SignInRefusedError(RefusalReason.NOT_PROVEN, detail="issuer of the answer")
    if "error" in request.GET or "code" not in request.GET:
        raise SignInRefusedError(RefusalReason.DECLINED, detail=request.GET.get("error", "")[:40])
    return attempt


def _begin(request: HttpRequest, user: User, backend: KeycloakBackend) -> None:
    login(request, user, backend="projects.auth.AccountBackend")
    # Also where the same person signs in again: time begins anew.
    for name in ("oidc_states", "started_at", "seen_at"):
        request.session.pop(name, None)
    request.session.set_expiry(None)
    assert backend.identity is not None
    sessions.begin(request.session, backend.identity, backend.tokens, backend.id_claims)
    accounts.note_use(backend.identity)
    note_sign_in(
        user, "session.started", door=accounts.DOOR, second_factor=sessions.is_strong(backend.id_claims)
    )


# The provider has no cookie and no token of ours: its signature is what proves the request.
@csrf_exempt  # nosemgrep: form-without-token  # the signed token of the provider is the proof
@require_POST
@never_cache
def sign_in_back_channel(request: HttpRequest) -> HttpResponse:
    """The provider says that a session has ended, or all of a person."""
    if not provider.is_configured():
        return JsonResponse({"error": "invalid_request"}, status=400)
    try:
        claims = tokens.logout_claims(request.POST.get("logout_token", ""), budget=WaitBudget())
    except (TokenRefusedError, provider.ProviderRefusedError) as error:
        logger.warning("A logout token was refused: %s", error)
        return JsonResponse({"error": "invalid_request"}, status=400)
    except ProviderUnreachableError:
        return JsonResponse({"error": "temporarily_unavailable"}, status=503)
    for user, ended in _sessions_of(claims):
        end_sessions(ended, user=user, why="provider", by=System(accounts.DOOR, user=user))
    return HttpResponse(status=200)


def _sessions_of(claims: dict[str, Any]) -> list[tuple[User, Any]]:
    """Those of the provider's session where it names one, else all of the person."""
    found = UserSession.objects.filter(provider__identity__issuer=provider.issuer())
    if claims.get("sub"):
        found = found.filter(provider__identity__subject=claims["sub"])
    if claims.get("sid"):
        found = found.filter(provider__provider_key=claims["sid"])
    people = {row.user_id: row.user for row in found.select_related("user") if row.user is not None}
    return [(user, found.filter(user=user)) for user in people.values()]
