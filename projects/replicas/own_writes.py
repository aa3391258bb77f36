"""How far a user has written, so that what they read next is no older than that.

The position of their last change in PostgreSQL's log is kept twice for a short while: in the cache, for all of their
windows and machines, and in a cookie, which serves the browser that they write with even where the cache is away.
The cookie is not signed: who alters it only makes their own pages older, by REPLICA_MAX_LAG at most.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache
from django.db import Error

from projects.replicas import reading
from projects.tokens.asking import pass_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SAFE: Final = frozenset({"GET", "HEAD"})
#: Addresses that write although they are only read, or must show what is so this moment: always the primary's.
PRIMARY_ONLY: Final = ("/admin/", "/sign-in/", "/sign-out/", "/health", "/metrics")
#: Files that are taken away: the record gets a line of each.
TAKEN_AWAY: Final = re.compile(r"/projects/\d+/export/(?:workbook|csv)?|/reports/\d+/file/")
_POSITION: Final = re.compile(r"[0-9a-f]{1,16}")


def cookie_name() -> str:
    """The cookie, with the prefix of the others."""
    return f"{settings.COOKIE_PREFIX}written"


def may_read_elsewhere(request: HttpRequest) -> bool:
    """Whether a request only reads, and there is a replica to read from."""
    return _only_reads(request) and reading.may_be_read()


def _only_reads(request: HttpRequest) -> bool:
    writes = request.path.startswith(PRIMARY_ONLY) or TAKEN_AWAY.fullmatch(request.path)
    return request.method in SAFE and not writes


def written_by(request: HttpRequest) -> int:
    """Where the last change of this person stands; 0 when it is so long ago that every replica has it."""
    text = request.COOKIES.get(cookie_name(), "")
    in_browser = int(text, 16) if _POSITION.fullmatch(text) else 0
    kept: int = cache.get(f"written:{request.user.pk}") or 0
    return max(in_browser, kept)


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """After a request that may have written, and has been committed: note how far."""
    if _only_reads(request) or not reading.are_used() or not request.user.is_authenticated:
        return
    try:
        at = reading.primary_position()
    except Error:
        # What was committed stays committed, whatever happens now.
        at = reading.UNKNOWN
    cache.set(f"written:{request.user.pk}", at, _seconds())
    if pass_of(request):
        # A program keeps no cookies.
        return
    response.set_cookie(
        cookie_name(), f"{at:x}", max_age=_seconds(), secure=settings.SESSION_COOKIE_SECURE, httponly=True,
        samesite="Lax",
    )  # fmt: skip


def _seconds() -> int:
    """Beyond the limit of lag no replica is read; the rest is for clocks that differ."""
    return 30 + 2 * int(settings.REPLICA_MAX_LAG)
