"""What a program is told where it gets nothing: every exception of an operation as a problem, and nothing it wrote stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError, ValidationError

from config.web.problems import problem
from projects.errors import Refusal, StaleRevisionError
from projects.tokens.asking import TokenRefusal, refusal_of
from tasks.editing.refused import CellsRefusedError
from tasks.pasting.services import PasteRefusedError

if TYPE_CHECKING:
    from ninja import NinjaAPI

#: So many refused values are listed; the sentence says how many there are.
MOST_ERRORS: Final = 200
_UNKNOWN: Final = gettext_lazy(
    "このトークンでは入れません。正しく貼り付けられているか確かめるか、設定の「API トークン」で新しいトークンを作成してください。"
)
SENTENCES: Final = {
    TokenRefusal.MISSING: gettext_lazy(
        "トークンがありません。Authorization ヘッダーに「Bearer トークン」を付けてください。"
    ),
    TokenRefusal.UNKNOWN: _UNKNOWN,
    TokenRefusal.EXPIRED: gettext_lazy(
        "このトークンは期限が切れています。設定の「API トークン」で新しいトークンを作成してください。"
    ),
    TokenRefusal.REVOKED: gettext_lazy(
        "このトークンは取り消されています。設定の「API トークン」で新しいトークンを作成してください。"
    ),
}


class TokenScopeError(PermissionDenied):
    """The scope of the token does not carry what was asked for."""


class UnreadableError(Refusal):
    """What was asked for cannot be understood."""


class UnknownParameterError(UnreadableError):
    """A parameter that the address does not know."""

    def __init__(self, message: str, *, unknown: Sequence[str], known: Sequence[str]) -> None:
        super().__init__(message)
        self.unknown, self.known = unknown, known


class StaleEtagError(StaleRevisionError):
    """The plan is another one than the program has seen (`If-Match`)."""

    status = 412


Handler = Callable[[HttpRequest, Any], HttpResponse]


def answer_refusals(api: NinjaAPI) -> None:
    """Have this API answer exceptions by the handlers below."""
    handlers: dict[type[Exception], Handler] = {
        CellsRefusedError: _cells_refused, PasteRefusedError: _rows_refused, StaleRevisionError: _stale,
        RequestDataTooBig: _too_large, AuthenticationError: _unproven, Http404: _missing, PermissionDenied: _forbidden,
        UnknownParameterError: _unknown_parameter, Refusal: _refused,
        ValidationError: _invalid, HttpError: _unreadable, Exception: _unexpected,
    }  # fmt: skip
    for error, handler in handlers.items():
        api.add_exception_handler(error, _rolling_back(handler))


def _rolling_back(handler: Handler) -> Handler:
    """Django hears nothing of an exception that is answered here, so that nothing would be rolled back."""

    @wraps(handler)
    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        request._must_roll_back = True  # type: ignore[attr-defined]  # read by Tenancy
        return handler(request, error)

    return answer


def _unproven(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    why = refusal_of(request)
    response = problem(401, str(SENTENCES[why]), code=f"token_{why}")
    response["WWW-Authenticate"] = "Bearer" if why is TokenRefusal.MISSING else 'Bearer error="invalid_token"'
    return response


def _missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    detail = _("見つかりません。番号を確かめてください。見る権限がないものも、ないものとして扱います。")
    return problem(404, detail)


def _forbidden(_request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    code = "token_scope" if isinstance(error, TokenScopeError) else "not_allowed"
    return problem(403, str(error), code=code)


def _refused(_request: HttpRequest, error: Refusal) -> HttpResponse:
    more = {"field": error.field} if error.field else {}
    return problem(error.status, str(error), code="refused", **more)


def _unknown_parameter(_request: HttpRequest, error: UnknownParameterError) -> HttpResponse:
    errors = [{"where": f"query.{name}", "message": str(error)} for name in error.unknown]
    return problem(422, str(error), code="unknown_parameter", errors=errors, known=list(error.known))


def _cells_refused(_request: HttpRequest, error: CellsRefusedError) -> HttpResponse:
    errors = [
        {"task_id": each.cell.task_id, "column": each.cell.column, "message": each.sentence}
        for each in error.refused[:MOST_ERRORS]
    ]
    return problem(422, str(error), code="refused", errors=errors)


def _rows_refused(_request: HttpRequest, error: PasteRefusedError) -> HttpResponse:
    faults = sorted(error.looked.faults.values())[:MOST_ERRORS]
    errors = [{"item": each.at, "column": each.column, "message": each.sentence} for each in faults]
    return problem(422, str(error), code="refused", errors=errors)


def _stale(_request: HttpRequest, error: StaleRevisionError) -> HttpResponse:
    return problem(error.status, str(error), code="stale", revision=error.current)


def _too_large(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return problem(413, _("送られた内容が大きすぎます。分けて送ってください。"), code="too_large")


def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"where": ".".join(str(part) for part in each["loc"]), "message": each["msg"]}
        for each in error.errors
    ]
    detail = _("送られた内容に、読み取れないところがあります。errors を見て直してください。")
    return problem(422, detail, code="invalid", errors=errors)


def _unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    detail = _("送られた内容を読み取れません。JSON として正しいか確かめてください。")
    return problem(error.status_code, detail, code="unreadable")


def _unexpected(_request: HttpRequest, error: Exception) -> HttpResponse:
    # Of the whole site: it is written down, and answered in config/web/error_pages.py.
    raise error
