"""Whether the site lives (`/health/live`), and can work (`/health`, `/health/ready`)."""

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


@require_GET
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, since a slow database is no reason to kill it."""
    return JsonResponse({"status": "ok"})


@require_GET
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers: 200, else 503. Without Redis the site is slower but whole."""
    parts = {"database": _database(), "cache": _cache()}
    is_ready = parts["database"] == "ok"
    status = "ok" if set(parts.values()) == {"ok"} else "degraded" if is_ready else "unavailable"
    return JsonResponse({"status": status, **parts}, status=200 if is_ready else 503)


@require_GET
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Both must answer: what a start script waits for."""
    parts = {"database": _database(), "cache": _cache()}
    whole = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if whole else "unavailable", **parts}, status=200 if whole else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:  # whatever it is, the answer is "not now"
        return type(error).__name__
    return "ok"


def _cache() -> str:
    try:
        backend = caches["default"]
        client = getattr(backend, "client", None)
        if client is not None:
            client.get_client(write=True).ping()
    except Exception as error:  # as above
        return type(error).__name__
    return "ok"
