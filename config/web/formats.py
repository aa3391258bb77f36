"""Dates, amounts and shares the way Japanese offices write them, with an English variant.

Plain functions, so that templates (`config.web.tags`) and row builders share one spelling.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import get_language

NONE: Final = "—"
EPOCH_ORDINAL: Final = dt.date(1970, 1, 1).toordinal()
MINUTES_A_DAY: Final = 1440
_WEEKDAYS: Final = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}

Number = int | float | Decimal


def _is_english() -> bool:
    return (get_language() or "ja").startswith("en")


def as_date(value: dt.date | dt.datetime | int) -> dt.date:
    """A date from a date, an instant (in local time) or plan minutes."""
    if isinstance(value, int):
        return dt.date.fromordinal(EPOCH_ORDINAL + value // MINUTES_A_DAY)
    if isinstance(value, dt.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


def weekday(value: dt.date) -> str:
    """火 / Tue."""
    return _WEEKDAYS["en" if _is_english() else "ja"][value.weekday()]


def day(value: dt.date | int | None) -> str:
    """2026/11/24（火） / 2026/11/24 (Tue)."""
    if value is None:
        return NONE
    date = as_date(value)
    brackets = " ({})" if _is_english() else "（{}）"
    return f"{date:%Y/%m/%d}" + brackets.format(weekday(date))


def day_plain(value: dt.date | int | None) -> str:
    """2026/11/24, for columns."""
    return NONE if value is None else f"{as_date(value):%Y/%m/%d}"


def day_dense(value: dt.date | int | None) -> str:
    """11/24, for dense columns whose year is clear."""
    return NONE if value is None else f"{as_date(value):%m/%d}"


def month_name(value: dt.date) -> str:
    """7月 / Jul, for axes."""
    return f"{value:%b}" if _is_english() else f"{value.month}月"


def sentences(texts: Iterable[str]) -> str:
    """Sentences one after the other: with a space in English, without one in Japanese."""
    return (" " if _is_english() else "").join(texts)


def day_range(start: dt.date | int | None, finish: dt.date | int | None) -> str:
    """2026/07/01–2027/05/14; one side open stays readable."""
    if start is None and finish is None:
        return NONE
    return (
        f"{day_plain(start) if start is not None else ''}–{day_plain(finish) if finish is not None else ''}"
    )


def clock(value: dt.datetime) -> str:
    """9:42, local time."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local.hour}:{local:%M}"


def moment(value: dt.datetime | None, *, today: dt.date | None = None) -> str:
    """今日 9:42 · 昨日 17:05 · 11/20（金）17:05 · 2025/11/20（木）17:05."""
    if value is None:
        return NONE
    date, today = as_date(value), today or timezone.localdate()
    english = _is_english()
    days_ago = (today - date).days
    if days_ago in (0, 1):
        word = (("今日", "昨日"), ("Today", "Yesterday"))[english][days_ago]
        return f"{word} {clock(value)}"
    written = day(date) if date.year != today.year else day(date)[5:]
    return f"{written}{' ' if english else ''}{clock(value)}"


def _number(value: Number, places: int = 0) -> str:
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(exact):,}"
    if places and text.endswith("." + "0" * places):
        text = text[: -places - 1]
    return f"\N{MINUS SIGN}{text}" if exact < 0 else text


def number(value: Number | None, places: int = 0) -> str:
    """1,234 or 1.5; a true minus sign below zero."""
    return NONE if value is None else _number(value, places)


def hours(minutes: int | None) -> str:
    """Work in minutes as 320h."""
    return NONE if minutes is None else f"{_number(Decimal(minutes) / 60, 1)}h"


def days(minutes: int | None, minutes_per_day: int = 480) -> str:
    """A duration of working minutes as 13日; hours below one day."""
    if minutes is None:
        return NONE
    if 0 < abs(minutes) < minutes_per_day and minutes % (minutes_per_day // 10 or 1):
        return hours(minutes)
    return tenths_of_days(minutes, minutes_per_day)


def tenths_of_days(minutes: int, minutes_per_day: int = 480) -> str:
    """A length that is not typed but follows from others, as 12.4日, however short it is."""
    return f"{_number(Decimal(minutes) / minutes_per_day, 1)}{'d' if _is_english() else '日'}"


def exact_days(minutes: int, minutes_per_day: int = 480) -> str:
    """A length as 3.125日, with as few places as are read as the same minutes again; four are enough for any day."""
    for places in range(1, 4):
        if round(round(minutes / minutes_per_day, places) * minutes_per_day) == minutes:
            break
    else:
        places = 4
    return f"{_number(Decimal(minutes) / minutes_per_day, places)}{'d' if _is_english() else '日'}"


def person_days(minutes: int | None, minutes_per_day: int) -> str:
    """Work as 40人日, by how much of it the organization counts as a day."""
    if minutes is None:
        return NONE
    return f"{_number(Decimal(minutes) / minutes_per_day, 1)}{' person-days' if _is_english() else '人日'}"


def person_months(minutes: int | None, minutes_per_month: int) -> str:
    """Work as 2.0人月; one place always, as estimates are written."""
    if minutes is None:
        return NONE
    amount = (Decimal(minutes) / minutes_per_month).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{amount:,}{' person-months' if _is_english() else '人月'}"


def file_size(count: int) -> str:
    """1536 → 1.5 KB; at most one place after the point."""
    power = min(max(count.bit_length() - 1, 0) // 10, 3)
    size = count / 1024**power
    return f"{_number(size, 0 if not power or size >= 100 else 1)} {('B', 'KB', 'MB', 'GB')[power]}"


def yen(value: Number | None) -> str:
    """¥12,000,000."""
    if value is None:
        return NONE
    text = _number(value)
    return f"\N{MINUS SIGN}¥{text[1:]}" if text.startswith("\N{MINUS SIGN}") else f"¥{text}"


def percent(value: Number | None) -> str:
    """46%."""
    return NONE if value is None else f"{_number(value)}%"


def points(value: Number | None) -> str:
    """A difference of two shares: +3 pt, −5 pt, ±0 pt."""
    if value is None:
        return NONE
    text = _number(value)
    sign = "±" if text == "0" else "" if text.startswith("\N{MINUS SIGN}") else "+"
    return f"{sign}{text} pt"
