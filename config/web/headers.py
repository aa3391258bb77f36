"""Headers that Django does not set by itself, and the cookies' names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse

#: Where browsers tell of what the content security policy kept away (config/web/violations.py).
REPORTS_PATH: Final = "/csp-report"
#: What a page for planning has no use for; clipboard, full screen and printing stay.
WITHOUT: Final = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
FIXED: Final = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in WITHOUT),
    "Cross-Origin-Resource-Policy": "same-origin",
    # Only browsers of long ago read it; the design asks for it.
    "X-XSS-Protection": "1; mode=block",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Reporting-Endpoints": f'csp="{REPORTS_PATH}"',
}

Answer = Callable[[HttpRequest], HttpResponse]


class SecurityHeaders:
    """What holds for every answer, and how long a browser may keep it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in FIXED.items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", _keeping(request, response))
        if _ends_session(response):
            # Pages that were kept for going back must not outlive the session on a shared machine.
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _keeping(request: HttpRequest, response: HttpResponse) -> str:
    """Pages are kept by their browser alone and asked about each time; files and refusals are not kept at all.

    Not `no-store` for pages: a form that a user comes back to would be empty, and an unchanged chart be sent again.
    """
    is_page = response.status_code < 400 and "attachment" not in response.headers.get(
        "Content-Disposition", ""
    )
    return "private, no-cache" if is_page and request.method in {"GET", "HEAD"} else "private, no-store"


def _ends_session(response: HttpResponse) -> bool:
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and cookie["max-age"] == 0


class _HostCookies(CookieStorage):
    """Django's name has no prefix, so that another host of the domain could set it."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Messages(FallbackStorage):
    """What was just done, in a cookie; in the session where it is too long for one."""

    storage_classes = (_HostCookies, SessionStorage)
