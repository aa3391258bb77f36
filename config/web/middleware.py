"""Middleware that knows HTTP and nothing of projects."""

import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.web.logs import set_request_id

Answer = Callable[[HttpRequest], HttpResponse]
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
    """A redirect that answers htmx becomes `HX-Location`, so that the browser's address follows."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("HX-Request") and response.status_code in {301, 302, 303, 307, 308}:
            location = response["Location"]
            header = "HX-Redirect" if location.startswith("/sign-in/") else "HX-Location"
            answer = HttpResponse(status=200)
            answer[header] = location
            answer.cookies = response.cookies
            return answer
        return response
