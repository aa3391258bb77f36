"""What planners type into the cells of a plan: durations, work, days, shares, people. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tasks.plan.link_text import UNITS, minutes_per

if TYPE_CHECKING:
    from projects.person_time import PersonTime

_DURATION = re.compile(
    r"(?P<before>経過|elapsed)?\s*(?P<amount>\d{1,7}(?:\.\d{1,4})?)\s*(?P<elapsed>e|経過)?\s*(?P<unit>[a-z分時間日週月かヶ]+)?\??",
    re.IGNORECASE,
)
_WORK = re.compile(r"(?P<amount>\d{1,8}(?:\.\d{1,4})?)\s*(?P<unit>[a-z分時間日月人\s-]+)?", re.IGNORECASE)
_DAY = re.compile(r"(?:(?P<year>\d{4})[/.\-年])?(?P<month>\d{1,2})[/.\-月](?P<day>\d{1,2})日?")
_COMPACT_DAY = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_WEEKDAY = re.compile(r"\s*\([^()]{1,9}\)$")
_PERCENT = re.compile(r"(\d{1,3})\s*%?")
_PERSON = re.compile(r"(?P<name>[^\[\]]+?)\s*(?:\[\s*(?P<percent>\d{1,7}(?:\.\d{1,2})?)\s*%?\s*\])?")
#: Work is hours when nothing else is said; a person's day and month are the organization's.
_WORK_UNITS = {
    "": "h", "h": "h", "時間": "h", "人時": "h", "m": "m", "min": "m", "分": "m", "d": "d", "日": "d",
    "人日": "d", "person-day": "d", "person-days": "d", "mo": "mo", "月": "mo", "人月": "mo",
    "person-month": "mo", "person-months": "mo",
}  # fmt: skip


class UnreadableError(ValueError):
    """The text means nothing in this cell; `piece` is what cannot be read."""

    def __init__(self, piece: str) -> None:
        super().__init__(f"{piece!r} cannot be read")
        self.piece = piece


class UnitMinutes(NamedTuple):
    """Working minutes that a day, a week and a month of the project hold."""

    day: int = 480
    week: int = 2400
    month: int = 9600


class TypedShare(NamedTuple):
    """A person by name, and how much of their time; nothing where it was not said."""

    name: str
    percent: Decimal | None = None


def plain(text: str) -> str:
    """One spelling: half-width figures, no thousands marks, no space around."""
    return unicodedata.normalize("NFKC", text).strip()


def read_duration(text: str, sizes: UnitMinutes) -> tuple[int, bool]:
    """Minutes, and whether they pass on the clock: "5d", "5日", "3h", "2週", "5ed", "経過5日", "elapsed 5d"."""
    found = _DURATION.fullmatch(plain(text).replace(",", ""))
    unit = UNITS.get((found["unit"] or "d").lower()) if found else None
    if not found or unit is None:
        raise UnreadableError(text)
    is_elapsed = bool(found["before"] or found["elapsed"])
    size = minutes_per(unit, day=sizes.day, week=sizes.week, month=sizes.month, elapsed=is_elapsed)
    return round(float(found["amount"]) * size), is_elapsed


def read_work(text: str, person_time: PersonTime) -> int:
    """Minutes of work: "16", "16h", "2人日", "0.5人月"; nothing typed is no work."""
    clean = plain(text).replace(",", "")
    if clean in {"", "—", "-"}:
        return 0
    found = _WORK.fullmatch(clean)
    unit = _WORK_UNITS.get((found["unit"] or "").strip().lower()) if found else None
    if not found or unit is None:
        raise UnreadableError(text)
    size = {"m": 1, "h": 60, "d": person_time.minutes_per_day, "mo": person_time.minutes_per_month}[unit]
    return round(float(found["amount"]) * size)


def read_day(text: str, near: date) -> date:
    """A day: "2026/11/24", "11/24", "11月24日", "20261124"; without a year, the one that lies nearest."""
    clean = _WEEKDAY.sub("", plain(text))
    found = _DAY.fullmatch(clean) or _COMPACT_DAY.fullmatch(clean)
    if not found:
        raise UnreadableError(text)
    month, day = int(found["month"]), int(found["day"])
    years = [int(found["year"])] if found["year"] else [near.year - 1, near.year, near.year + 1]
    days = [made for year in years if (made := _made(year, month, day))]
    if not days:
        raise UnreadableError(text)
    return min(days, key=lambda made: abs(made - near))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1970 <= year <= 2200 else None
    except ValueError:
        return None


def read_percent(text: str) -> int:
    """A share of 100: "46", "46%"."""
    found = _PERCENT.fullmatch(plain(text))
    if not found:
        raise UnreadableError(text)
    return int(found[1])


def read_people(text: str) -> list[TypedShare]:
    """Names with commas between them, a share in brackets where it is not all: "藍沢 湊、茜部 陽斗[50%]"."""
    pieces = [piece.strip() for piece in re.split(r"[、,，;；\n]", text) if piece.strip() not in {"", "—"}]
    return [_read_share(piece) for piece in pieces]


def _read_share(piece: str) -> TypedShare:
    found = _PERSON.fullmatch(piece.replace("［", "[").replace("］", "]").replace("％", "%"))
    if not found:
        raise UnreadableError(piece)
    return TypedShare(found["name"], Decimal(found["percent"]) if found["percent"] else None)


def folded(name: str) -> str:
    """By this, names are compared: width, case and spaces do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()
