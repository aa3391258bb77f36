"""Days of a plan as an iCalendar file (RFC 5545): all-day events, to be subscribed to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

PRODUCT: Final = "-//ITDO//ITDO Project Management//JA"
#: How often a subscriber should look again.
REFRESH: Final = "PT1H"
LINE_OCTETS: Final = 75
#: Control characters cannot be in a content line; a line break is written as \n.
_FORBIDDEN: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


@dataclass(frozen=True, slots=True)
class Event:
    """Something that takes whole days, the first and the last included."""

    uid: str
    first: dt.date
    last: dt.date
    summary: str
    changed_at: dt.datetime
    url: str = ""
    description: str = ""
    category: str = ""


def write_calendar(name: str, events: Iterable[Event]) -> bytes:
    """The file. The same events give the same bytes, so that an unchanged calendar can be recognized."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN",
        f"NAME:{text(name)}", f"X-WR-CALNAME:{text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}", f"X-PUBLISHED-TTL:{REFRESH}",
    ]  # fmt: skip
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def _event(event: Event) -> list[str]:
    # Without a METHOD, DTSTAMP is the moment of the last change too (RFC 5545, 3.8.7.2).
    changed = event.changed_at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    after = event.last + dt.timedelta(days=1)
    optional = [
        ("URL", uri(event.url)), ("DESCRIPTION", text(event.description)), ("CATEGORIES", text(event.category)),
    ]  # fmt: skip
    return [
        "BEGIN:VEVENT", f"UID:{text(event.uid)}", f"DTSTAMP:{changed}", f"LAST-MODIFIED:{changed}",
        f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{text(event.summary)}",
        *(f"{key}:{value}" for key, value in optional if value),
        # A plan of days does not make its people busy for meetings.
        "TRANSP:TRANSPARENT", "END:VEVENT",
    ]  # fmt: skip


def text(value: str) -> str:
    """A value of type TEXT: what would end it or split it is escaped."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").translate(_FORBIDDEN)
    for special in ("\\", ";", ","):
        value = value.replace(special, f"\\{special}")
    return value.replace("\n", "\\n")


def uri(value: str) -> str:
    """An address: it holds neither spaces nor line breaks."""
    return "".join(value.translate(_FORBIDDEN).split())


def fold(line: str) -> bytes:
    """A content line of at most 75 octets each; no letter is cut through."""
    whole = line.encode("utf-8", "replace")
    if len(whole) <= LINE_OCTETS:
        return whole + b"\r\n"
    pieces, piece = [], b""
    for letter in line:
        octets = letter.encode("utf-8", "replace")
        if len(piece) + len(octets) > LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
