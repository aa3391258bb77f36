"""Columns that are days, weeks or months: which span of days each of them stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Final

from tasks.interchange.sheets.grid import Sheet
from tasks.interchange.sheets.texts import KEPT, folded, plain

_MONTH: Final = re.compile(
    r"(?:(?:(\d{4})|r(?:eiwa)?(\d{1,2})|令和(\d{1,2}|元)|'(\d{2}))\s*[年/.\-]\s*)?(\d{1,2})\s*月(?:度)?|(\d{4})\s*[/.\-年]\s*(\d{1,2})"
)

_ENGLISH: Final = re.compile(
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[.\-/ ,']*(\d{4}|\d{2})?"
)

WEEK: Final = re.compile(r"(?:第)?(\d{1,2})\s*(?:週目?|w|wk)|w(?:k|eek)?\s*(\d{1,2})")

THIRDS: Final = {"上": 1, "上旬": 1, "中": 2, "中旬": 2, "下": 3, "下旬": 3, "初旬": 1}

_NAMES: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

_WEEKDAYS: Final = frozenset("月火水木金土日") | {
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "m",
    "t",
    "w",
    "f",
    "s",
}


@dataclass(frozen=True, slots=True)
class Timeline:
    """Spans by column, ascending. `unit` is "day", "week", "third" or "month"."""

    spans: dict[int, tuple[date, date]]
    unit: str
    #: The last of its rows.
    row: int
    is_guessed: bool = False

    @property
    def first(self) -> date:
        """The first day of all."""
        return min(span[0] for span in self.spans.values())

    @property
    def last(self) -> date:
        """The last day of all."""
        return max(span[1] for span in self.spans.values())


@dataclass(frozen=True, slots=True)
class Years:
    """Which year is meant where none is said."""

    year: int | None = None
    is_fiscal: bool = False

    def of_month(self, month: int) -> int | None:
        """The year of the first month of a timeline."""
        if self.year is None:
            return None
        return self.year + (self.is_fiscal and month < 4)


def month_of(text: str) -> tuple[int | None, int] | None:
    """Year, where it is said, and month of a label such as 4月, 2026年4月, R8年4月, 2026/4, Apr-26."""
    clean = plain(text).casefold()
    found = _MONTH.fullmatch(clean)
    if found:
        month = int(found[5] or found[7])
        year = _year_of(found)
        return (year, month) if 1 <= month <= 12 else None
    found = _ENGLISH.fullmatch(clean)
    if found:
        return (
            int(found[2]) + (2000 if len(found[2]) == 2 else 0) if found[2] else None,
            _NAMES.index(found[1]) + 1,
        )
    return None


def _year_of(found: re.Match[str]) -> int | None:
    if found[1] or found[6]:
        return int(found[1] or found[6])
    if found[2] or found[3]:
        era = found[2] or found[3]
        return 2018 + (1 if era == "元" else int(era))
    return 2000 + int(found[4]) if found[4] else None


@lru_cache(KEPT)
def is_label(text: str) -> bool:
    """Whether a head's text is of a timeline: a month, a year, a week, a weekday."""
    clean = folded(text)
    if clean in _WEEKDAYS or clean in THIRDS or WEEK.fullmatch(clean) or month_of(text):
        return True
    return bool(
        re.fullmatch(r"(?:20\d\d年?度?|令和\d{1,2}年度?|r\d{1,2}年?度?|fy\d{2,4}|[1-4]q|q[1-4])", clean)
    )


def in_spans(dates: dict[int, date], row: int, *, is_guessed: bool = False) -> Timeline | None:
    """Spans from one beginning to the next; columns out of order are none of it."""
    columns = _ascending(dates)
    if len(columns) < 3:
        return None
    gaps = [(dates[after] - dates[column]).days for column, after in pairwise(columns)]
    usual = median(gaps)
    if usual <= 1.5:
        return Timeline(
            {column: (dates[column], dates[column]) for column in columns}, "day", row, is_guessed
        )
    unit = "week" if usual <= 8 else "third" if usual <= 20 else "month"
    spans = {
        column: (dates[column], dates[column] + timedelta(days=min(gap, int(usual) + 4) - 1))
        for column, gap in zip(columns, [*gaps, _last_gap(dates[columns[-1]], unit, int(usual))], strict=True)
    }
    return Timeline(spans, unit, row, is_guessed)


def _last_gap(day: date, unit: str, usual: int) -> int:
    if unit == "month" or (unit == "third" and day.day > 20):
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return max(1, (following - day).days)
    return usual


def _ascending(dates: dict[int, date]) -> list[int]:
    """The longest run of columns whose days go up."""
    best: list[int] = []
    run: list[int] = []
    for column in sorted(dates):
        if run and (dates[column] <= dates[run[-1]] or column - run[-1] > 40):
            run = []
        run.append(column)
        if len(run) > len(best):
            best = list(run)
    return best


def spread(sheet: Sheet, found: Timeline) -> Timeline:
    """A week or month whose head is merged over several columns is cut into as many parts."""
    spans: dict[int, tuple[date, date]] = {}
    is_cut = False
    for column, (first, last) in found.spans.items():
        merge = sheet.merge_at(found.row, column)
        width = merge.right - merge.left + 1 if merge else 1
        days = (last - first).days + 1
        if width == 1 or width > days:
            spans[column] = (first, last)
            continue
        is_cut = True
        step = 1 if width in (5, 6, 7) and days == 7 else days / width
        for part in range(width):
            begins, ends = first + timedelta(int(part * step)), first + timedelta(int((part + 1) * step) - 1)
            spans[column + part] = (begins, last if part == width - 1 and step != 1 else ends)
    if not is_cut:
        return found
    usual = median((span[1] - span[0]).days + 1 for span in spans.values())
    unit = "day" if usual == 1 else "week" if usual <= 8 else "third" if usual <= 20 else "month"
    return Timeline(spans, unit, found.row, found.is_guessed)
