"""One line of the log and one entry of the figures for each request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack, suppress
from time import perf_counter, time
from typing import Any, Final

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse

from config.web.metrics import QUEUE_SECONDS, REQUEST_SECONDS, RESPONSES

Answer = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("itdo.request")
#: What probes and Prometheus ask every few seconds says nothing of how people are served.
PROBES: Final = ("/health", "/metrics")
MOST_WAIT_SECONDS: Final = 120
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMetrics:
    """Takes the time of every request, counts its queries, and says whose it was, by numbers alone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PROBES):
            return self.get_response(request)
        _count_wait(request)
        begun = perf_counter()
        count = _Count()
        with ExitStack() as stack:
            for alias in connections:
                if alias != "owner":
                    stack.enter_context(connections[alias].execute_wrapper(count))
            response = self.get_response(request)
        seconds = perf_counter() - begun
        view = _view(request)
        method = request.method if request.method in METHODS else "OTHER"
        REQUEST_SECONDS.labels(view, method).observe(seconds)
        RESPONSES.labels(response.status_code).inc()
        if view != "static" and log.isEnabledFor(logging.INFO):
            log.info("request", extra={"fields": _fields(request, response, view, seconds, count)})
        return response


class _Count:
    """How many statements went to the databases."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.statements += 1
        return execute(sql, params, many, context)


def _count_wait(request: HttpRequest) -> None:
    """How long it waited for a worker, by the moment (seconds since 1970) at which nginx sent it on."""
    with suppress(ValueError):
        waited = time() - float(request.headers.get("X-Request-Start", ""))
        # Two machines' clocks differ by a little; by more than a queue can hold a request, it is no wait.
        if -1 < waited < MOST_WAIT_SECONDS:
            QUEUE_SECONDS.observe(max(waited, 0))


def _view(request: HttpRequest) -> str:
    """The name of the address, so that there are as many as there are addresses and not as there are projects."""
    if request.path.startswith(settings.STATIC_URL):
        return "static"
    match = request.resolver_match
    return (match.view_name if match else "") or "-"


def _fields(
    request: HttpRequest, response: HttpResponse, view: str, seconds: float, count: _Count
) -> dict[str, Any]:
    # A user who was not asked for until now is not read for the log's sake; nor is it by looking at the wrapper's own words.
    user, wrapper = getattr(request, "_cached_user", None), getattr(request, "user", None)
    return {
        "method": request.method,
        "view": view,
        "status": response.status_code,
        "duration_ms": round(seconds * 1000, 1),
        "queries": count.statements,
        "user": getattr(user, "pk", None),
        "organizations": sorted(getattr(wrapper, "__dict__", {}).get("_memberships", ())),
    }
