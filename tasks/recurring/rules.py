"""Rules of RFC 5545 (RRULE) over whole days: read, refused with a reason, and asked for their days. Pure.

A rule begins on a day and names days: no hours, no time zone. What is refused raises RuleRefused, whose `kind` says why;
`tasks/recurring/words.py` has the sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

from dateutil.rrule import rrulestr

LONGEST_TEXT: Final = 300
LARGEST_INTERVAL: Final = 999
#: The calendar repeats itself every 400 years: same leap years, same weekdays. dateutil looks for the next day until the
#: year 9999, so a rule that names no day is asked about the last such cycle: milliseconds instead of seconds.
CYCLE: Final = 400
LAST_START: Final = 9_990

FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY: Final = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER: Final = re.compile(r"[+-]?\d{1,3}")
_DAY: Final = re.compile(r"\d{8}")
#: Lists of whole numbers: smallest and largest, and whether they may count from the end.
_LISTS: Final[Mapping[str, tuple[int, int, bool]]] = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYSETPOS": (1, 366, True),
}
_CLOCK: Final = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
_KNOWN: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_LISTS, *_CLOCK})


class RuleRefused(ValueError):
    """The text is no rule that makes projects; `kind` says why, `piece` is what cannot be."""

    def __init__(self, kind: str, piece: str = "") -> None:
        super().__init__(f"{kind}: {piece}" if piece else kind)
        self.kind, self.piece = kind, piece


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was read. `parts` are its names and values in their order, `text` is how it is kept."""

    parts: Mapping[str, str]

    @property
    def text(self) -> str:
        """FREQ=MONTHLY;BYMONTHDAY=1."""
        return ";".join(f"{name}={value}" for name, value in self.parts.items())

    @property
    def interval(self) -> int:
        """Every how many days, weeks, months or years."""
        return int(self.parts.get("INTERVAL", "1"))

    @property
    def until(self) -> date | None:
        """The last day that may be named."""
        return _day(self.parts["UNTIL"]) if "UNTIL" in self.parts else None

    @property
    def count(self) -> int | None:
        """How many days are named."""
        return int(self.parts["COUNT"]) if "COUNT" in self.parts else None

    def days(self, first: date, *, most: int, years: int) -> Iterator[date]:
        """The days from the first one on, in order: so many at most, and none that many years later."""
        last = _years_after(first, years)
        until = self.until
        for day in islice(_unbounded(self, first), most):
            if day >= last or (until is not None and day > until):
                return
            yield day


def read_rule(text: str, *, most: int) -> Rule:
    """Read what a planner typed. Raises RuleRefused; `most` is the largest COUNT."""
    if len(text) > LONGEST_TEXT:
        raise RuleRefused("too_long")
    clean = re.sub(r"\s+", "", text).upper().removeprefix("RRULE:").strip(";")
    if not clean:
        raise RuleRefused("empty")
    parts: dict[str, str] = {}
    for piece in clean.split(";"):
        name, sign, value = piece.partition("=")
        if not sign or not value:
            raise RuleRefused("unreadable", piece)
        if name not in _KNOWN:
            raise RuleRefused("unknown", name)
        if name in parts:
            raise RuleRefused("twice", name)
        parts[name] = value
    _check(parts, most)
    return Rule(parts)


def _check(parts: Mapping[str, str], most: int) -> None:
    frequency = parts.get("FREQ")
    if frequency is None:
        raise RuleRefused("no_frequency")
    clock = next((name for name in parts if name in _CLOCK), None)
    if clock or frequency in {"HOURLY", "MINUTELY", "SECONDLY"}:
        raise RuleRefused("clock", clock or frequency)
    if frequency not in FREQUENCIES:
        raise RuleRefused("unreadable", f"FREQ={frequency}")
    if parts.get("WKST", "MO") not in WEEKDAYS:
        raise RuleRefused("unreadable", f"WKST={parts['WKST']}")
    _check_ends(parts, most)
    for name in _LISTS:
        if name in parts:
            _check_list(name, parts[name])
    _check_weekdays(parts, frequency)
    _check_fit(parts, frequency)


def _check_ends(parts: Mapping[str, str], most: int) -> None:
    interval, count, until = parts.get("INTERVAL", "1"), parts.get("COUNT", "1"), parts.get("UNTIL")
    if not interval.isascii() or not interval.isdigit() or not 1 <= int(interval[:9]) <= LARGEST_INTERVAL:
        raise RuleRefused("interval", interval)
    if not count.isascii() or not count.isdigit() or not 1 <= int(count[:9]) <= most:
        raise RuleRefused("count", count)
    if until is not None and "COUNT" in parts:
        raise RuleRefused("two_ends")
    if until is not None and (not until.isascii() or not _DAY.fullmatch(until) or _day(until) is None):
        raise RuleRefused("until", until)


def _check_list(name: str, text: str) -> None:
    low, high, may_be_negative = _LISTS[name]
    for piece in text.split(","):
        if not piece.isascii() or not _NUMBER.fullmatch(piece):
            raise RuleRefused("unreadable", f"{name}={piece}")
        number = int(piece)
        if not low <= abs(number) <= high or (number < 0 and not may_be_negative):
            raise RuleRefused("range", f"{name}={piece}")


def _check_weekdays(parts: Mapping[str, str], frequency: str) -> None:
    largest = {"MONTHLY": 5, "YEARLY": 53}.get(frequency, 0)
    if "BYWEEKNO" in parts:
        largest = 0  # RFC 5545: no "second Monday" where weeks are counted
    elif frequency == "YEARLY" and "BYMONTH" in parts:
        largest = 5
    for piece in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        found = _WEEKDAY.fullmatch(piece) if piece.isascii() else None
        if not found:
            raise RuleRefused("unreadable", f"BYDAY={piece}")
        if found[1] and not 1 <= abs(int(found[1])) <= largest:
            raise RuleRefused("range", f"BYDAY={piece}")


def _check_fit(parts: Mapping[str, str], frequency: str) -> None:
    """Which parts RFC 5545 allows beside which frequency."""
    wrong = {
        "DAILY": {"BYYEARDAY", "BYWEEKNO"},
        "WEEKLY": {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"},
        "MONTHLY": {"BYYEARDAY", "BYWEEKNO"},
        "YEARLY": set[str](),
    }[frequency]
    found = next((name for name in parts if name in wrong), None)
    if found:
        raise RuleRefused("misfit", f"FREQ={frequency};{found}")
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise RuleRefused("lonely_position")


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def _unbounded(rule: Rule, first: date) -> Iterator[date]:
    """All days of a rule, in the years that dateutil is done with soonest, and back."""
    away = (LAST_START - first.year) // CYCLE * CYCLE
    # UNTIL is the caller's part, and lies in our own years.
    text = ";".join(f"{name}={value}" for name, value in rule.parts.items() if name != "UNTIL")
    start = datetime(first.year + away, first.month, first.day)  # noqa: DTZ001  # a day of the plan's own clock
    for moment in rrulestr(text, dtstart=start):
        yield date(moment.year - away, moment.month, moment.day)
