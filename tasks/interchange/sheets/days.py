"""Days as they are written in cells of any office. What is no day is said to be none, with the reason."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from tasks.interchange.sheets.texts import KEPT, plain

FIRST_YEAR, LAST_YEAR = 1970, 2199
_ERAS: Final = {
    "令和": 2018,
    "令": 2018,
    "r": 2018,
    "平成": 1988,
    "平": 1988,
    "h": 1988,
    "昭和": 1925,
    "昭": 1925,
    "s": 1925,
    "㋿": 2018,
}
_MONTHS: Final = {
    name: at
    for at, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_WEEKDAYS: Final = "月火水木金土日"
_ENGLISH_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = re.compile(
    r"[(\[]\s*([月火水木金土日])(?:曜日?)?(?:[・/]?(?:祝|休))?\s*[)\]]|(?<=\d|日)\s*([月火水木金土日])曜日?|[(\[]?\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?,?[)\]]?"
)
_TIME: Final = re.compile(
    r"[t\s]\s*\d{1,2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?|時(?:\d{1,2}分)?)\s*(?:[ap]\.?m\.?)?\s*(?:z|[+-]\d\d:?\d\d|jst|utc)?$"
)
_ERA: Final = re.compile(
    r"(令和|平成|昭和|[令平昭rhs])\s*\.?\s*(\d{1,2}|元)\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*日?"
)
_YMD: Final = re.compile(r"(\d{4})\s*[/.\-年]\s*(\d{1,2})\s*[/.\-月]\s*(\d{1,2})\s*日?")
_MD: Final = re.compile(r"(\d{1,2})\s*[/月.\-]\s*(\d{1,2})\s*日?")
_THREE: Final = re.compile(r"'?(\d{1,2})[/.\-](\d{1,2})[/.\-]('?\d{1,2}|\d{4})")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DMONY: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ /\-.]*([a-z]{3})[a-z]*\.?(?:[ /\-,.]+(\d{4}|\d{2}))?")
_MONDY: Final = re.compile(r"([a-z]{3})[a-z]*\.?[ /\-]*(\d{1,2})(?:st|nd|rd|th)?(?:[ /\-,]+(\d{4}|\d{2}))?")
_VAGUE: Final = re.compile(
    r"上旬|中旬|下旬|初旬|初め|頃|ごろ|末|前半|後半|半ば|上期|下期|以降|以前|まで|から|q[1-4]|[1-4]q|第[1-4一二三四]四半期|約|予定|目途|目処|中$|週$|week|w\d"
)
_MONTH_ONLY: Final = re.compile(r"(?:(\d{4})\s*[/.\-年]\s*)?(\d{1,2})(?:月|$)|(\d{4})[/-](\d{1,2})")


@dataclass(frozen=True, slots=True)
class Read:
    """A day, or why there is none; without a year the table tells which of `candidates` it is."""

    day: date | None = None
    #: Month and day where the year is not said.
    month_day: tuple[int, int] | None = None
    weekday: int | None = None
    #: Three figures whose order the column decides: (first, second, third).
    figures: tuple[int, int, int] | None = None
    #: "" or why the text is no day: vague, impossible, unreadable.
    problem: str = ""
    #: Understood, but another reading is possible.
    is_doubtful: bool = False


def made(year: int, month: int, day: int) -> date | None:
    """The day, or None where there is no such day or no plan reaches that far."""
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


@lru_cache(KEPT)
def read_day(text: str) -> Read:
    """What a text says of a day."""
    clean = plain(text).casefold().strip(" 　")
    weekday, clean = _without_weekday(clean)
    clean = _TIME.sub("", clean).strip(" ,~から〜")
    for pattern, reader in _READERS:
        found = pattern.fullmatch(clean)
        if found and (read := reader(found)):
            return Read(read.day, read.month_day, weekday, read.figures, read.problem, read.is_doubtful)
    if _VAGUE.search(clean) or _MONTH_ONLY.fullmatch(clean):
        return Read(problem="vague")
    return Read(problem="unreadable")


def _without_weekday(text: str) -> tuple[int | None, str]:
    found = _WEEKDAY.search(text)
    if not found:
        return None, text
    name = found[1] or found[2]
    at = _WEEKDAYS.index(name) if name else _ENGLISH_DAYS.index(found[3])
    return at, (text[: found.start()] + " " + text[found.end() :]).strip(" ,")


def _day_or_problem(year: int, month: int, day: int) -> Read:
    found = made(year, month, day)
    return Read(found) if found else Read(problem="impossible")


def _of_era(found: re.Match[str]) -> Read:
    year = _ERAS[found[1]] + (1 if found[2] == "元" else int(found[2]))
    return _day_or_problem(year, int(found[3]), int(found[4]))


def _of_month_day(found: re.Match[str]) -> Read:
    month, day = int(found[1]), int(found[2])
    if not 1 <= month <= 12 or not 1 <= day <= 31 or (day > monthrange(2024, month)[1]):
        return Read(problem="impossible")
    return Read(month_day=(month, day))


def _of_three(found: re.Match[str]) -> Read:
    first, second, third = int(found[1]), int(found[2]), int(found[3].lstrip("'"))
    return Read(figures=(first, second, third))


def _of_names(day: str, month: str, year: str | None) -> Read | None:
    if month not in _MONTHS:
        return None
    if year is None:
        return Read(month_day=(_MONTHS[month], int(day)))
    return _day_or_problem(int(year) + (2000 if len(year) == 2 else 0), _MONTHS[month], int(day))


_READERS: Final = (
    (_ERA, _of_era),
    (_YMD, lambda found: _day_or_problem(int(found[1]), int(found[2]), int(found[3]))),
    (_COMPACT, lambda found: _day_or_problem(int(found[1]), int(found[2]), int(found[3]))),
    (_MD, _of_month_day),
    (_THREE, _of_three),
    (_DMONY, lambda found: _of_names(found[1], found[2], found[3])),
    (_MONDY, lambda found: _of_names(found[2], found[1], found[3])),
)


def order_of(figures: list[tuple[int, int, int]], is_japanese: bool) -> str | None:
    """How a column writes three figures: "ymd", "mdy" or "dmy"; None where its own days do not tell."""
    fits = [order for order in ("ymd", "mdy", "dmy") if all(in_order(three, order) for three in figures)]
    if all(three[2] < 100 for three in figures):
        fits = [order for order in fits if all(_is_near(three[order.index("y")]) for three in figures)]
    if any(three[2] > 999 for three in figures) and "ymd" in fits:
        fits.remove("ymd")
    if len(fits) == 1:
        return fits[0]
    if "ymd" in fits and (is_japanese or all(three[0] > 12 for three in figures)):
        near = {three[0] for three in figures}
        return "ymd" if max(near) - min(near) <= 3 else None
    return None


def _is_near(year: int) -> bool:
    """Whether a plan of today may write two figures for this year."""
    return 18 <= year <= 45


def in_order(three: tuple[int, int, int], order: str) -> date | None:
    """The day of three figures read in an order."""
    year, month, day = (three[order.index(part)] for part in "ymd")
    return made(year + (2000 if year < 100 else 0), month, day)


def near(month_day: tuple[int, int], to: date) -> date | None:
    """The day with this month and day that is nearest to another day."""
    found = [day for year in range(to.year - 4, to.year + 5) if (day := made(year, *month_day))]
    return min(found, key=lambda day: abs(day - to), default=None)


def in_fiscal_year(month_day: tuple[int, int], year: int, first_month: int = 4) -> date | None:
    """The day of a fiscal year, which begins in April."""
    return made(year + (month_day[0] < first_month), *month_day)


_YEAR: Final = re.compile(
    r"(?<!\d)(20\d\d)\s*(年度|年|fy)?|(令和|r)\s*(\d{1,2}|元)\s*(年度|年)?|fy\s*(20)?(\d\d)", re.IGNORECASE
)
_SAID: Final = re.compile(r"年(?:の記載|表記|の表示)?(?:が|の)?な[いし].{0,20}?(20\d\d)年")


def year_said(text: str) -> tuple[int, bool] | None:
    """The year that a title names, and whether it is a fiscal one."""
    clean = plain(text)
    said = _SAID.search(clean)
    if said:
        return int(said[1]), False
    for found in _YEAR.finditer(clean):
        if found[1]:
            if (
                found[2] is None
                and not re.search(r"20\d\d\s*[/.\-]\s*\d", clean[found.start() :])
                and len(clean) > 30
            ):
                continue
            return int(found[1]), found[2] in ("年度", "FY", "fy")
        if found[3] and found[5]:
            return 2018 + (1 if found[4] == "元" else int(found[4])), found[5] == "年度"
        if found[7]:
            return 2000 + int(found[7]), True
    return None


def working_days(start: date, finish: date) -> int:
    """Mondays to Fridays from one day to another, both included."""
    days = (finish - start).days + 1
    return sum((start + timedelta(at)).weekday() < 5 for at in range(max(0, min(days, 4_000))))
