"""What people see while the database or the store of files does not answer: a page that says so, and when to come back."""

from __future__ import annotations

import sys
from typing import Final

import psycopg
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import defaults

from config.web.problems import is_for_program, problem
from config.web.stored import StoreAwayError

#: Seconds after which it is worth another try: a promotion of the replica takes less.
RETRY_AFTER: Final = 10
#: Not reached, connection lost, locks or statements that took too long, too many connections.
AWAY: Final = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


def server_error(request: HttpRequest) -> HttpResponse:
    """What no view and no middleware caught (`handler500`): 503 when it will pass by itself, else 500."""
    error = sys.exception()
    is_of_files = isinstance(error, StoreAwayError)
    if is_for_program(request):
        return _to_program(request, error)
    if not is_of_files and not is_away(error):
        return defaults.server_error(request)
    # Without the request: its user and their organization are in the database.
    with translation.override(_language(request)):
        is_htmx = request.headers.get("HX-Request") == "true"
        sentence, page = (_of_files(), "503_files.html") if is_of_files else (_of_database(), "503.html")
        words = _message(sentence) if is_htmx else _page(page)
        response = HttpResponse(words, status=503)
        response["Content-Language"] = translation.get_language() or ""
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    if is_htmx:
        # Whatever the request aimed at stays; only the message travels, out-of-band.
        response["HX-Reswap"] = "none"
    return response


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that there is not (`handler404`)."""
    if not is_for_program(request):
        return defaults.page_not_found(request, exception)
    with translation.override(_language(request)):
        return problem(404, _("このアドレスはありません。/api/v1/openapi.json で確かめてください。"))


def _to_program(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    with translation.override(_language(request)):
        if not is_away(error):
            return problem(500, _("こちらの不具合で処理できませんでした。変更は保存されていません。"))
        response = problem(503, _of_database())
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def is_away(error: BaseException | None) -> bool:
    """Whether the database was the reason; a server that was demoted while we wrote counts, since another one takes its place."""
    is_demoted = isinstance(error, InternalError) and isinstance(
        error.__cause__, psycopg.errors.ReadOnlySqlTransaction
    )
    return isinstance(error, AWAY) or is_demoted


def _page(name: str) -> str:
    return render_to_string(name, {"LANGUAGE_CODE": translation.get_language()})


def _message(sentence: str) -> str:
    return render_to_string("components/refusal.html", {"refusal": sentence})


def _of_database() -> str:
    return _(
        "ただいまデータベースが応答しません。変更は保存されていません。少し待ってから、もう一度お試しください。"
    )


def _of_files() -> str:
    return _(
        "ただいま添付ファイルの保管場所が応答しません。ファイルは保存されていません。少し待ってから、もう一度添付してください。"
    )


def _language(request: HttpRequest) -> str:
    """The user's, where they were known before it happened."""
    known: str = getattr(request, "LANGUAGE_CODE", "")
    return known or translation.get_language_from_request(request)
