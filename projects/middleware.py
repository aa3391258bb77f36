"""Middleware that knows who is asking: the organizations they see, how they like their pages, what was refused."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.core.cache import cache
from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from projects.errors import Refusal
from projects.in_hand import nothing_in_hand
from projects.models import Organization, OrganizationMember, User
from projects.models.people import Memberships
from projects.replicas import own_writes, reading
from projects.rls import operating, scope
from projects.sessions.lasting import WRITTEN_EVERY_SECONDS, has_ended, note_beginning, seen_key
from projects.tokens.asking import pass_of

Answer = Callable[[HttpRequest], HttpResponse]


def organizations_of(request: HttpRequest) -> list[int]:
    """The organizations whose rows this request may touch; in Django admin those that the operator looks after."""
    user = request.user
    if not user.is_authenticated:
        return []
    entered = pass_of(request)
    if entered is not None:
        user.__dict__["_memberships"] = entered.memberships
        return [entered.member.organization_id]
    if is_admin(request):
        of_all = Organization.objects.order_by("pk").values_list("pk", flat=True)
        return list(of_all) if operating.is_of_installation(user) else operating.companies_of(user)
    members = list(OrganizationMember.objects.filter(user=user))
    user.__dict__["_memberships"] = Memberships({member.organization_id: member for member in members})
    return [member.organization_id for member in members]


def is_admin(request: HttpRequest) -> bool:
    """Whether an operator looks at Django admin."""
    return request.path.startswith("/admin/") and isinstance(request.user, User) and request.user.is_staff


class Tenancy:
    """Every request runs in one transaction that sees the user's organizations; an error rolls it back.

    One that only reads runs on a replica where there is one that is fit for it (projects/replicas/reading.py), and once more
    on the primary where the replica failed, refused or did not find: it may not have heard yet of what is asked for.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with nothing_in_hand():
            if request.path.startswith(("/health", "/static/")) or not request.user.is_authenticated:
                response = self.get_response(request)
            elif is_admin(request):
                response = self._answer_operator(request)
            else:
                organizations = organizations_of(request)
                response = self._from_replica(request, organizations) or self._answer(request, organizations)
            own_writes.remember(request, response)
            return response

    def _answer(self, request: HttpRequest, organizations: list[int]) -> HttpResponse:
        with scope.scope(organizations):
            response = self.get_response(request)
            if getattr(request, "_must_roll_back", False):
                transaction.set_rollback(True)
        return response

    def _answer_operator(self, request: HttpRequest) -> HttpResponse:
        try:
            with operating.as_operator():
                return self._answer(request, organizations_of(request))
        except operating.NoOperatorRoleError:
            return render(request, "admin_closed.html", {"shell": None}, status=503)

    def _from_replica(self, request: HttpRequest, organizations: list[int]) -> HttpResponse | None:
        """The replica's answer, if it has a good one."""
        if not own_writes.may_read_elsewhere(request):
            return None
        response = None
        try:
            with reading.reading(organizations, after=own_writes.written_by(request)):
                response = self.get_response(request)
        except reading.NotFitError:
            return None
        except Error as error:
            # Of its opening, or of its end: then the page is whole.
            reading.note_failure(error, request.path)
        if response is None or response.status_code >= 400 or getattr(request, "_must_roll_back", False):
            request._must_roll_back = False  # type: ignore[attr-defined]  # a new attempt
            return None
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Remember that the view failed: its answer is still rendered, but nothing it wrote stays."""
        request._must_roll_back = True  # type: ignore[attr-defined]  # a note from one method to the other
        if reading.is_reading() and isinstance(exception, Error):
            reading.note_failure(exception, request.path)
            # It is never seen: the primary is asked again.
            return HttpResponse(status=503)
        return None


class IdleSessions:
    """Ends a session that was not used for a while, and any session in the end.

    When it was used last lives in the cache; the session row gets it at most once a minute, so that reading
    stays reading. With the cache away, the row's figure is at most that much too old.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A program has no session: its token says by itself how long it lasts.
        if request.user.is_authenticated and not pass_of(request) and not request.path.startswith("/health"):
            self._check(request)
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        now = int(time.time())
        session = request.session
        if has_ended(session, now=now):
            logout(request)
            return
        cache.set(seen_key(session.session_key), now, settings.SESSION_IDLE_SECONDS)
        if "started_at" not in session:
            note_beginning(request)
        if now - session.get("seen_at", 0) >= WRITTEN_EVERY_SECONDS:
            session["seen_at"] = now


class Preferences:
    """The user's language; a visitor gets the browser's, Japanese when in doubt."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language = user.language if user.is_authenticated else translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Refusals:
    """A refusal that no view caught becomes a page, or for htmx a message, with its own status."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a Refusal; everything else is another handler's."""
        if not isinstance(exception, Refusal):
            return None
        request._must_roll_back = True  # type: ignore[attr-defined]  # read by Tenancy
        template = "components/refusal.html" if request.headers.get("HX-Request") else "refusal.html"
        response = render(request, template, {"refusal": exception}, status=exception.status)
        # Whatever the request aimed at stays; only the message travels, out-of-band.
        if request.headers.get("HX-Request"):
            response["HX-Reswap"] = "none"
        return response
