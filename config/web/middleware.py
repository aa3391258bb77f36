"""Middleware that knows HTTP and nothing of projects."""

import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from config.web.logs import set_request_id
from config.web.problems import is_for_program, problem

Answer = Callable[[HttpRequest], HttpResponse]
#: Where `login_required` leads to.
SIGN_IN: Final = "/sign-in/"
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestId:
    """Takes the proxy's X-Request-ID when it looks like one, else makes an id; answers with it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SANE_ID.fullmatch(given) else secrets.token_hex(8)
        set_request_id(request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class HtmxRedirects:
    """A redirect that answers htmx becomes `HX-Location`, so that the browser's address follows.

    One to the sign-in becomes `HX-Redirect`, as the identity provider is another site, and leads back to the page that
    the person was on: never to the fragment or the form that the request was for.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code not in {301, 302, 303, 307, 308}:
            return response
        header = "HX-Location"
        if response["Location"].startswith(SIGN_IN):
            header = "HX-Redirect"
            response["Location"] = _back_to_page(request, response["Location"])
        if not request.headers.get("HX-Request"):
            return response
        answer = HttpResponse(status=200)
        answer[header] = response["Location"]
        answer.cookies = response.cookies
        return answer


class WayBack:
    """An address that takes only POST, typed into a browser or come back to after a sign-in, leads to the page above it.

    Another request is told that the address does not take its method (405), a program of the API as it is told of all refusals.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        if is_for_program(request):
            return _other_methods(sorted(response["Allow"].split(", ")))
        if request.method != "GET" or not _is_typed(request):
            return response
        return HttpResponseRedirect(_page_above(request.path))


def _other_methods(methods: list[str]) -> HttpResponse:
    detail = _("このアドレスでは、このメソッドは使えません。使えるのは %(methods)s です。")
    allowed = ", ".join(methods)
    answer = problem(405, detail % {"methods": allowed})
    answer["Allow"] = allowed
    return answer


def _is_typed(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Mode") == "navigate" and not request.headers.get("HX-Request")


def _page_above(path: str) -> str:
    """The nearest address above that is one; it leads on where it is no page either."""
    parts = path.strip("/").split("/")
    for end in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:end])}/"
        with suppress(Resolver404):
            resolve(above)
            return above
    return "/"


def _back_to_page(request: HttpRequest, location: str) -> str:
    """The sign-in's address, with the page that the browser shows as what comes after it."""
    query = dict(parse_qsl(urlsplit(location).query))
    is_page = request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request")
    if is_page or "next" not in query:
        return location
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    parts = urlsplit(shown)
    is_ours = (parts.scheme, parts.netloc) == (request.scheme, request.get_host())
    page = urlunsplit(("", "", parts.path, parts.query, "")) if is_ours else "/"
    return f"{SIGN_IN}?{urlencode(query | {'next': page}, safe='/')}"
