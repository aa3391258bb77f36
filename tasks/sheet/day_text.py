"""Days as planners type them: in figures of any office, in eras, in words that hang on today. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from tasks.sheet.parsing import UnreadableError, number_of, plain

#: The year before the first one of each era.
_ERAS: Final = {
    "令和": 2018, "令": 2018, "r": 2018, "平成": 1988, "平": 1988, "h": 1988, "昭和": 1925, "昭": 1925, "s": 1925,
}  # fmt: skip
_MONTHS: Final = {
    spelled: month for month, name in enumerate(
        ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"), 1
    ) for spelled in (name, name[:3], name[:4])
}  # fmt: skip
_DAYS: Final = {name: day for day, names in enumerate((
    ("月", "mon", "monday"), ("火", "tue", "tues", "tuesday"), ("水", "wed", "wednesday"), ("木", "thu", "thurs", "thursday"),
    ("金", "fri", "friday"), ("土", "sat", "saturday"), ("日", "sun", "sunday"),
)) for name in names}  # fmt: skip
_WEEKS: Final = {
    "": 0, "今週": 0, "この": 0, "this": 0, "来週": 1, "翌週": 1, "次の": 1, "next": 1, "再来週": 2, "先週": -1, "前週": -1,
    "last": -1, "先々週": -2,
}  # fmt: skip
_NEAR: Final = {
    "今日": 0, "本日": 0, "きょう": 0, "today": 0, "明日": 1, "あした": 1, "あす": 1, "翌日": 1, "tomorrow": 1,
    "明後日": 2, "あさって": 2, "昨日": -1, "きのう": -1, "前日": -1, "yesterday": -1, "一昨日": -2, "おととい": -2,
}  # fmt: skip
_MONTHS_AWAY: Final = {"今月": 0, "当月": 0, "": 0, "来月": 1, "翌月": 1, "再来月": 2, "先月": -1, "前月": -1}

_YEAR_FIRST: Final = re.compile(r"(?:(\d{4}|\d{2})[/.\-年]\s*)?(\d{1,2})[/.\-月]\s*(\d{1,2})日?")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA: Final = re.compile(
    r"(令和|平成|昭和|[令平昭rhs])\s*(\d{1,2}|元)\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})日?"
)
_ONLY_DAY: Final = re.compile(r"(\d{1,2})日")
_OF_MONTH: Final = r"([a-z]{3,9})\.?"
_OF_DAY: Final = r"(\d{1,2})(?:st|nd|rd|th)?"
_OF_YEAR: Final = r"(?:,?[ -](\d{4}|\d{2}))?"
_DAY_MONTH: Final = re.compile(f"{_OF_DAY}[ -]{_OF_MONTH}{_OF_YEAR}")
_MONTH_DAY: Final = re.compile(f"{_OF_MONTH}[ -]{_OF_DAY}{_OF_YEAR}")
_WEEKDAY_NAMED: Final = re.compile(
    r"(今週|来週|翌週|再来週|先週|前週|先々週|次の|この|this|next|last)?の?\s*([月火水木金土日]|[a-z]{3,9})(?:曜日?)?"
)
_IN_MONTH: Final = re.compile(
    r"(今月|当月|来月|翌月|再来月|先月|前月|)(?:の|、)?(?:(\d{1,2})日|(末日?|初め?|頭))"
)
_AWAY: Final = re.compile(r"(\d{1,4}|[一二三四五六七八九十]{1,3})\s*(日|週間?|[かヶヵカケ箇]月)(後|前)")
#: What stands behind a day and says nothing more of it: the weekday, an hour.
_WEEKDAY: Final = re.compile(r"\s*\([^()]{1,9}\)|\s*[月火水木金土日]曜日?$")
_TIME: Final = re.compile(r"[t\s]\s*\d{1,2}[:時]\d{0,2}分?(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]m)?z?$")
_WEEKDAY_BEFORE: Final = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[ ,]+(?=\d|[a-z])")
#: Years that plans know.
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2200


def read_day(text: str, near: date, today: date | None = None) -> date:
    """The day that a text means: "2026/11/24", "11/24", "11月24日", "R8.11.24", "Nov 24", "来週月曜", "月末".

    Without a year it is the one nearest to `near`. Words hang on `today`; without it none is read. Raises UnreadableError.
    """
    clean = plain(text).casefold()
    if today is not None:
        word = next((found for read in _WORDS if (found := read(clean, today))), None)
        if word:
            return word
    bare = _TIME.sub("", _WEEKDAY.sub("", _WEEKDAY_BEFORE.sub("", clean))).strip()
    days = [day for read in _FIGURES for day in read(bare, near)]
    if not days:
        raise UnreadableError(text)
    return min(days, key=lambda made: abs(made - near))


# -- figures -----------------------------------------------------------------------------------------------------


def _year_first(text: str, near: date) -> Iterator[date]:
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        yield from _in_years(found[1], int(found[2]), int(found[3]), near)


def _year_last(text: str, near: date) -> Iterator[date]:
    found = _YEAR_LAST.fullmatch(text)
    if found:
        yield from _in_years(found[3], int(found[1]), int(found[2]), near)


def _in_years(year: str | None, month: int, day: int, near: date) -> Iterator[date]:
    if year is None:
        years = [near.year - 1, near.year, near.year + 1]
        # 2/29 lies in one year of four.
        years = (
            [*years, near.year - 2, near.year + 2, near.year + 3, near.year - 3]
            if (month, day) == (2, 29)
            else years
        )
    else:
        years = [int(year) + (2000 if len(year) == 2 else 0)]
    yield from (made for each in years if (made := _made(each, month, day)))


def _compact(text: str, _near: date) -> Iterator[date]:
    found = _COMPACT.fullmatch(text)
    if found and (made := _made(*map(int, found.groups()))):
        yield made


def _era(text: str, _near: date) -> Iterator[date]:
    found = _ERA.fullmatch(text)
    if found:
        year = _ERAS[found[1]] + (1 if found[2] == "元" else int(found[2]))
        if made := _made(year, int(found[3]), int(found[4])):
            yield made


def _only_day(text: str, near: date) -> Iterator[date]:
    found = _ONLY_DAY.fullmatch(text)
    if found:
        months = [_month_after(near, count) for count in (-1, 0, 1)]
        yield from (made for first in months if (made := _made(first.year, first.month, int(found[1]))))


def _month_named(text: str, near: date) -> Iterator[date]:
    first, last = _DAY_MONTH.fullmatch(text), _MONTH_DAY.fullmatch(text)
    if first and first[2] in _MONTHS:
        yield from _in_years(first[3], _MONTHS[first[2]], int(first[1]), near)
    elif last and last[1] in _MONTHS:
        yield from _in_years(last[3], _MONTHS[last[1]], int(last[2]), near)


_FIGURES: Final = (_year_first, _year_last, _compact, _era, _only_day, _month_named)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


# -- words -------------------------------------------------------------------------------------------------------


def _near_day(text: str, today: date) -> date | None:
    return today + timedelta(_NEAR[text]) if text in _NEAR else None


def _weekday_named(text: str, today: date) -> date | None:
    """来週月曜; of a weekday alone the next one that comes, today included; of a week alone its Monday."""
    if text in _WEEKS and text.endswith("週"):
        return _monday(today) + timedelta(7 * _WEEKS[text])
    found = _WEEKDAY_NAMED.fullmatch(text)
    if not found or found[2] not in _DAYS:
        return None
    day = _DAYS[found[2]]
    if found[1] is None:
        return today + timedelta((day - today.weekday()) % 7)
    return _monday(today) + timedelta(7 * _WEEKS[found[1]] + day)


def _monday(today: date) -> date:
    return today - timedelta(today.weekday())


def _in_month(text: str, today: date) -> date | None:
    """来月1日, 今月末, 月末, 来月初."""
    found = _IN_MONTH.fullmatch({"月末": "今月末", "月初": "今月初", "月初め": "今月初"}.get(text, text))
    if not found or (not found[1] and found[2]):
        return None
    first = _month_after(today, _MONTHS_AWAY[found[1]])
    if found[2]:
        return _made(first.year, first.month, int(found[2]))
    return _month_after(first, 1) - timedelta(1) if found[3].startswith("末") else first


def _month_after(day: date, count: int) -> date:
    """The first day of the month so many months from that of a day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, 1)


def _end_of_year(text: str, today: date) -> date | None:
    """年度末 is the end of March, as almost all companies count."""
    if text == "年末":
        return date(today.year, 12, 31)
    if text == "年度末":
        return date(today.year + (today.month > 3), 3, 31)
    return None


def _away(text: str, today: date) -> date | None:
    found = _AWAY.fullmatch(text)
    if not found:
        return None
    try:
        count = int(number_of(found[1])) * (1 if found[3] == "後" else -1)
    except ValueError:
        return None
    return moved(today, count, {"日": "d", "週": "w"}.get(found[2][0], "mo"))


def moved(day: date, count: int, unit: str) -> date | None:
    """So many days, weeks or months of the calendar away; the last day of a month that is shorter. None outside of all years."""
    try:
        if unit == "mo":
            first = _month_after(day, count)
            last = _month_after(first, 1) - timedelta(1)
            return first.replace(day=min(day.day, last.day))
        return day + timedelta(count * {"d": 1, "w": 7}[unit])
    except (OverflowError, ValueError):
        return None


_WORDS: Final[tuple[Callable[[str, date], date | None], ...]] = (
    _near_day, _weekday_named, _in_month, _end_of_year, _away,
)  # fmt: skip
