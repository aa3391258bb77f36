"""`/metrics` and `/health…`: for probes and Prometheus, who come directly from inside and ask by address, not by name.

Answered before anything looks at hosts, sessions or databases, so that they answer when those do not.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from config.observability import health, prometheus
from config.web.addresses import came_directly

Answer = Callable[[HttpRequest], HttpResponse]


class Inside:
    """Answers what is asked about the site itself."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = VIEWS.get(request.path)
        if view is None or (request.path == "/metrics" and not _may_see_figures(request)):
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = view(request)
        response.headers["Cache-Control"] = "no-store"
        return response


def is_inside(request: HttpRequest) -> bool:
    """Whether it comes from one of our networks and through no proxy, which would speak for a client outside."""
    return came_directly(request, tuple(settings.INSIDE_NETWORKS))


def _may_see_figures(request: HttpRequest) -> bool:
    """To everybody else there is no such address."""
    return settings.PROMETHEUS_ENABLED and is_inside(request)


def _words(answer: health.SiteHealth, request: HttpRequest) -> HttpResponse:
    return answer.response(with_parts=is_inside(request))


VIEWS: dict[str, Answer] = {
    "/metrics": lambda _request: prometheus.page(),
    "/health": lambda request: _words(health.whole(), request),
    "/health/live": lambda request: _words(health.live(), request),
    "/health/ready": lambda request: _words(health.ready(), request),
}
