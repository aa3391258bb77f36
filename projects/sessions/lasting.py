"""How long a session lasts, and how its place is described to the person whose it is."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from config.web.addresses import client_address
from projects.models import UserSession

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

    from projects.models import User

WRITTEN_EVERY_SECONDS: Final = 60
#: More than these are never looked through; the ones used last come first.
MOST_LISTED: Final = 50
# The more special name first: everything calls itself Mozilla and Safari.
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def note_beginning(request: HttpRequest) -> None:
    """Write down when and where a session began, with its first request."""
    request.session["started_at"] = int(time.time())
    request.session["device"] = device(request.headers.get("User-Agent", ""))
    request.session["address"] = coarse(client_address(request))


def has_ended(session: SessionBase, *, now: int) -> bool:
    """Whether it was not used for too long, or it is simply too old; `seen:` in the cache is fresher than the row."""
    written = session.get("seen_at", now)
    seen: int = max(cache.get(seen_key(session.session_key)) or 0, written)
    return _is_over(seen, session.get("started_at", now), now)


def seen_key(session_key: str | None) -> str:
    """Where the cache keeps when a session was used last."""
    return f"seen:{session_key}"


def device(agent: str) -> str:
    """Browser and system, as far as they are known by name; a whole user agent tells more than is needed."""
    names = (next((name for mark, name in known if mark in agent), "") for known in (_BROWSERS, _SYSTEMS))
    return " · ".join(filter(None, names))


def coarse(address: str) -> str:
    """The network of an address: enough to know one's office by, too little to find a person."""
    if re.fullmatch(r"[0-9.]+", address):
        return address.rpartition(".")[0] + ".x"
    if ":" in address:
        parts = address.partition("/")[0].split(":")[:3]
        return ":".join(part or "0" for part in parts) + "::"
    return ""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One place where a person is signed in."""

    handle: str
    device: str
    address: str
    started_at: datetime | None
    seen_at: datetime | None
    is_current: bool

    @property
    def symbol(self) -> str:
        """A phone or a screen."""
        return "smartphone" if self.device.endswith(("iPhone", "Android")) else "monitor"


def open_sessions(user: User, *, current: SessionBase) -> list[OpenSession]:
    """Where a person is signed in: this place first, then as they were used; one query and one look into the cache."""
    rows = list(
        UserSession.objects.visible_to(user)
        .filter(expire_date__gt=timezone.now())
        .order_by("-expire_date", "pk")[:MOST_LISTED]
    )
    seen = cache.get_many([seen_key(row.session_key) for row in rows])
    now = int(time.time())
    found = []
    for row in rows:
        is_current = row.session_key == current.session_key
        # Its row is written after the page: what this very request has found out is not in it yet.
        data = dict(current.items()) if is_current else row.get_decoded()
        started = data.get("started_at", now)
        last = max(seen.get(seen_key(row.session_key)) or 0, data.get("seen_at", now))
        if is_current or not _is_over(last, started, now):
            found.append(
                OpenSession(
                    row.handle, data.get("device", ""), data.get("address", ""),
                    _moment(data.get("started_at")), _moment(last), is_current,
                )
            )  # fmt: skip
    return sorted(
        found,
        key=lambda each: (each.is_current, each.seen_at or datetime.min.replace(tzinfo=UTC)),
        reverse=True,
    )


def _is_over(seen: int, started: int, now: int) -> bool:
    is_idle: bool = now - seen > settings.SESSION_IDLE_SECONDS
    return is_idle or bool(now - started > settings.SESSION_ABSOLUTE_SECONDS)


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
