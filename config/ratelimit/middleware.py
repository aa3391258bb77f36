"""How often a user may ask: one middleware, before anything of the request is worked on.

Without Redis nothing is counted. Readers pass then, since a site that answers is worth more than a limit; sign-in is
refused, since guessing passwords is what its limit is for.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from config.ratelimit.windows import Rate, RateWindow, Standing, WindowsAwayError, read_rate, windows
from config.ratelimit.words import words_of
from config.web.addresses import client_address
from config.web.headers import REPORTS_PATH
from config.web.problems import is_for_program, problem

Answer = Callable[[HttpRequest], HttpResponse]

#: Probes of the platform, files, and what nginx asks by itself before the request of a user.
EXEMPT: Final = ("/health", "/static/", "/session/open")
#: What the identity provider says comes from one address for all users, and a sign-out that was not heard would leave
#: a user in: a limit of its own that only who floods it reaches, since each asks for a signature to be checked.
BACK_CHANNEL: Final = "/sign-in/back-channel-logout/"
#: Where users prove who they are, and the field that says who; empty where the provider alone knows. An office behind one
#: address has windows here that nothing else fills: not its calendars, and not pages that are asked for without a sign-in.
SIGN_IN: Final = {"/sign-in/": "person", "/sign-in/return/": "", "/admin/login/": "username"}
#: A subscribed calendar: its secret says whose it is, and programs of many people ask from one address.
CALENDAR: Final = re.compile(r"^/calendar/([^/]+)\.ics$")
#: What scrolling, pointing and waiting fetch by themselves; a page or a change is none of them.
FRAGMENTS: Final = re.compile(
    r"^/(projects/\d+/(gantt/(chart|axis)|wbs/(rows|people|selection))|tasks/\d+/|utilization/(rows|trend)/"
    r"|notifications/bell|reports/status/)$"
)
#: Asked at each pause of a hand that types or drags; nothing is written, though a text is sent.
PREVIEWS: Final = re.compile(r"^/projects/\d+/tasks/\d+/preview/(cell|bar)$")
#: No account has a longer name, and normalizing takes time.
LONGEST_NAME: Final = 500
#: No menu on what is refused so that it costs nothing: it would be asked for in the database.
ALONE: Final[dict[str, Any]] = {"shell": None}
REPORTS: Final = re.compile(r"^/reports/(ask|\d+/retry)/$")


class Limits:
    """Answers 429 to those who ask too often, and tells all how much is left."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = [] if request.path_info.startswith(EXEMPT) else windows_of(request)
        if not asked:
            return self.get_response(request)
        is_proof = _is_proof(request)
        try:
            entered, standings = windows.enter(asked, insists=is_proof)
        except WindowsAwayError:
            return _closed(request) if is_proof else self.get_response(request)
        response = self.get_response(request) if entered else _refused(request, standings)
        _tell(response, standings)
        return response


def windows_of(request: HttpRequest) -> list[RateWindow]:
    """Every window that a request falls under."""
    alone = {REPORTS_PATH: "csp_reports", BACK_CHANNEL: "back_channel"}.get(request.path_info)
    if alone:
        return _windows(alone, client_address(request))
    if calendar := CALENDAR.match(request.path_info):
        return [
            *_windows("calendar", _concealed(calendar[1])),
            *_windows("calendar_address", client_address(request)),
        ]
    found = _sign_in(request)
    if not request.user.is_authenticated:
        return found or _windows("api_global", client_address(request))
    # A program that asks with a token of its user is counted by itself.
    whose = getattr(request, "limited_as", "") or f"u{request.user.pk}"
    path, is_written = request.path_info, request.method not in {"GET", "HEAD"}
    is_fragment = PREVIEWS.match(path) if is_written else FRAGMENTS.match(path)
    found += _windows("fragments" if is_fragment else "api_user", whose)
    if is_written and REPORTS.match(path):
        found += _windows("report_generation", whose)
    return found


def _sign_in(request: HttpRequest) -> list[RateWindow]:
    field = SIGN_IN.get(request.path_info)
    if field is None:
        return []
    address = client_address(request)
    if not field or not _is_proof(request):
        return _windows("sign_in", address)
    account = _concealed(_account(request.POST.get(field, "")))
    return [*_windows("auth_login_address", address), *_windows("auth_login", f"{address}:{account}")]


def _is_proof(request: HttpRequest) -> bool:
    """Whether it says who its user is; opening the page that asks for it does not."""
    field = SIGN_IN.get(request.path_info)
    return field == "" or (field is not None and request.method == "POST")


def _account(typed: str) -> str:
    """The account that the form will look for, however its name is typed: `ｏperator` is `operator` there."""
    return unicodedata.normalize("NFKC", typed[:LONGEST_NAME]).strip().casefold()


def _concealed(text: str) -> str:
    """Names of people and secrets of calendars stay out of Redis."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:24]


def _windows(limit: str, whose: str) -> list[RateWindow]:
    text = settings.LIMITS.get(limit, "")
    return [RateWindow(limit, whose, _rate(text))] if text else []


@functools.lru_cache(maxsize=64)
def _rate(text: str) -> Rate:
    return read_rate(text)


def _tell(response: HttpResponse, standings: Sequence[Standing]) -> None:
    """The window that is nearest to its end is the one to know about."""
    nearest = min(standings, key=lambda standing: standing.left / standing.window.rate.count)
    rate = nearest.window.rate
    response["RateLimit-Limit"] = str(rate.count)
    response["RateLimit-Remaining"] = str(nearest.left)
    response["RateLimit-Reset"] = str(nearest.seconds)
    response["RateLimit-Policy"] = f"{rate.count};w={rate.seconds}"


def _refused(request: HttpRequest, standings: Sequence[Standing]) -> HttpResponse:
    full = max((each for each in standings if not each.left), key=lambda standing: standing.seconds)
    if is_for_program(request):
        with translation.override(_language(request)):
            response = problem(429, words_of(full.window.limit, full.seconds))
        response["Retry-After"] = str(full.seconds)
        return response
    is_htmx = request.headers.get("HX-Request") == "true"
    template = "components/refusal.html" if is_htmx else "429.html"
    with translation.override(_language(request)):
        context = ALONE | {
            "refusal": words_of(full.window.limit, full.seconds),
            "way_in": _way_in(request, full),
        }
        response = render(request, template, context, status=429)
    response["Retry-After"] = str(full.seconds)
    if is_htmx:
        # Whatever the request aimed at stays; only the message travels, out-of-band.
        response["HX-Reswap"] = "none"
    return response


def _way_in(request: HttpRequest, full: Standing) -> str:
    """Where an office goes on whose visitors have asked too often: who signs in is counted by themselves."""
    if full.window.limit != "api_global":
        return ""
    query = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
    return f"/sign-in/{query}"


def _closed(request: HttpRequest) -> HttpResponse:
    with translation.override(_language(request)):
        response = render(request, "503.html", ALONE, status=503)
    response["Retry-After"] = "30"
    return response


def _language(request: HttpRequest) -> str:
    user = request.user
    return user.language if user.is_authenticated else translation.get_language_from_request(request)
