"""Which days a recurring exception picks."""

from collections.abc import Iterator
from datetime import date, timedelta

from projects.worktime.rules import CalendarException, Recurrence

EPOCH = date(1970, 1, 1)
THURSDAY = 3  # 1970-01-01


def weekday_of(day: int) -> int:
    """Monday is 0."""
    return (day + THURSDAY) % 7


def days_of(exception: CalendarException) -> Iterator[int]:
    """The days of a recurring exception, in order, never outside its own range."""
    rule = exception.recurrence
    if rule is None:
        yield from range(exception.first_day, exception.last_day + 1)
        return
    left = rule.count or -1
    for day in _candidates(rule, exception.first_day, exception.last_day):
        if day > exception.last_day or left == 0:
            return
        if day >= exception.first_day:
            left -= 1
            yield day


def _candidates(rule: Recurrence, first: int, last: int) -> Iterator[int]:
    every = max(1, rule.every)
    if rule.kind == "daily":
        yield from range(first, last + 1, every)
    elif rule.kind == "weekly":
        yield from _weekly(rule, every, first, last)
    elif rule.kind in ("monthly_day", "monthly_weekday"):
        yield from _monthly(rule, every, first, last)
    else:
        yield from _yearly(rule, every, first, last)


def _weekly(rule: Recurrence, every: int, first: int, last: int) -> Iterator[int]:
    # Project counts weeks from Sunday, so a "every second week" rule switches there.
    sunday = first - (weekday_of(first) + 1) % 7
    wanted = sorted({(weekday + 1) % 7 for weekday in rule.weekdays})
    for week in range(sunday, last + 1, 7 * every):
        yield from (week + offset for offset in wanted)


def _monthly(rule: Recurrence, every: int, first: int, last: int) -> Iterator[int]:
    begin = EPOCH + timedelta(days=first)
    month = begin.year * 12 + begin.month - 1
    hit = _day_in_month(rule, begin.year, begin.month)
    if hit is not None and hit < first:
        month += 1  # it counts from the first day that it finds
    while True:
        day = _day_in_month(rule, month // 12, month % 12 + 1)
        if day is not None:
            yield day
        month += every
        if _first_of(month // 12, month % 12 + 1) > last:
            return


def _yearly(rule: Recurrence, every: int, first: int, last: int) -> Iterator[int]:
    year = (EPOCH + timedelta(days=first)).year
    while _first_of(year, 1) <= last:
        day = _day_in_month(rule, year, rule.month)
        if day is not None:
            yield day
        year += every


def _first_of(year: int, month: int) -> int:
    return (date(year, month, 1) - EPOCH).days


def _day_in_month(rule: Recurrence, year: int, month: int) -> int | None:
    """The one day that is meant; weekdays may be missing, as a fifth Monday may."""
    start = _first_of(year, month)
    end = _first_of(year + month // 12, month % 12 + 1)
    if rule.kind in ("monthly_day", "yearly_day"):
        return min(start + rule.month_day, end) - 1  # the 31st of a month with 30 days is its last one
    hits = [day for day in range(start, end) if weekday_of(day) in rule.weekdays]
    if not hits:
        return None
    if rule.position >= 5:
        return hits[-1]
    return hits[rule.position - 1] if rule.position <= len(hits) else None
