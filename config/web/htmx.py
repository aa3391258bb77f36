"""Answer with a page, or with the one part of it that htmx asked for."""

from collections.abc import Collection
from typing import Any, Literal
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

VARY = ("HX-Request", "HX-Target", "HX-History-Restore-Request", "Cookie")


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for less than a page; coming back in history needs all of it."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    partials: Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or `template#<HX-Target>` when the target is one of `partials`.

    A name with `#` is rendered as it is. Messages left in the request travel along out-of-band.
    """
    target = request.headers.get("HX-Target", "")
    if "#" not in template and target in partials and is_fragment(request):
        template = f"{template}#{target}"
    html = render_to_string(template, context, request)
    if "#" in template and is_fragment(request):
        html += render_to_string("components/toasts.html", {"out_of_band": True}, request)
    response = HttpResponse(html, status=status)
    patch_vary_headers(response, VARY)
    return response


def came_from(request: HttpRequest, *, within: str = "/") -> str:
    """The page of ours that a form was sent from, with its query; empty where that is not known or lies elsewhere."""
    parts = urlsplit(request.headers.get("Referer", ""))
    is_ours = parts.netloc == request.get_host() and parts.path.startswith(within)
    # A path that begins with two slashes would lead to another host.
    if not is_ours or parts.path.startswith("//"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def toast(
    request: HttpRequest, text: str, *, undo: str = "", level: Literal["success", "error"] = "success"
) -> None:
    """Say what was done; `undo` is an address that takes it back by POST."""
    kind = messages.ERROR if level == "error" else messages.SUCCESS
    messages.add_message(request, kind, text, extra_tags=undo)
