"""What the content security policy kept away, as browsers tell it: a line in the log, and nothing else."""

from __future__ import annotations

import json
import logging
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

MOST_BYTES: Final = 16 * 1024
MOST_LINES: Final = 5
LONGEST: Final = 120

logger = logging.getLogger(__name__)


# A browser sends these by itself, so there is no token; nothing is changed by one.
@csrf_exempt  # nosemgrep: form-without-token
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Note a report; nonsense is dropped without a word, since its sender learns nothing from an answer."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    for report in _reports(body)[:MOST_LINES]:
        logger.warning("The content security policy kept something away: %s", report)
    return HttpResponse(status=204)


def _reports(body: bytes) -> list[str]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return []
    # One report by the older way, a list by the newer.
    found = content if isinstance(content, list) else [content]
    reports = [each.get("csp-report") or each.get("body") for each in found if isinstance(each, dict)]
    return [_line(report) for report in reports if isinstance(report, dict)]


def _line(report: dict[str, Any]) -> str:
    """Directive, what was blocked, and where: no queries, which may hold words of people, and no line ends."""

    def told(*names: str) -> str:
        return next((report[name] for name in names if isinstance(report.get(name), str)), "")

    directive = told("effective-directive", "effectiveDirective", "violated-directive")
    blocked, page = told("blocked-uri", "blockedURL"), told("document-uri", "documentURL")
    return f"{_plain(directive)} {_plain(_bare(blocked))} on {_plain(_path(page))}"


def _bare(address: str) -> str:
    """Scheme and host; words such as `inline` stay."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "?"
    return (
        f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else address.partition("?")[0]
    )


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return "?"


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text[:LONGEST])
