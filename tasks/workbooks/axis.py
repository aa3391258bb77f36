"""The days of a workbook's chart as columns, and the heads above them: year of the office and of the era, month, day, weekday. Pure."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from projects.worktime.moments import day_number, day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DAYS, WEEKS, MONTHS = "days", "weeks", "months"
SCALES: Final = (DAYS, WEEKS, MONTHS)
#: A longer plan is shown in weeks, and one that is longer still in months, where nothing else is asked for.
MOST_DAYS, MOST_WEEKS = 200, 160
#: Columns that a chart has at most; Excel has 16,384, and no one scrolls through five years of days.
MOST_SPANS: Final = 2_000
#: In characters of half width.
WIDTHS: Final = {DAYS: 2.4, WEEKS: 3.4, MONTHS: 5.0}
#: Names of eras with the first day of each, the latest first.
ERAS: Final = (
    ("令和", dt.date(2019, 5, 1)),
    ("平成", dt.date(1989, 1, 8)),
    ("昭和", dt.date(1926, 12, 25)),
)


class Span(NamedTuple):
    """The days of one column, numbered as `day_number` does; both ends belong to it."""

    first: int
    last: int


class Head(NamedTuple):
    """What stands above some columns, counted from 0; both ends belong to it. A day is a date, all else a text."""

    first: int
    last: int
    text: str | dt.date


class AxisWords(NamedTuple):
    """The words of heads in the reader's language."""

    #: Of a year as offices count it, from the western one and the text of the era.
    office_year: Callable[[int, str], str]
    month: Callable[[dt.date], str]
    year_month: Callable[[dt.date], str]
    weekday: Callable[[dt.date], str]
    #: Of a year of an era: its name, and its number or 元.
    era: Callable[[str, str], str]


@dataclass(frozen=True)
class Axis:
    """Columns of a chart from left to right, without gaps."""

    scale: str
    spans: Sequence[Span]

    def at(self, day: int) -> int:
        """The column of a day; -1 before the first one, and the last one for whatever is behind it."""
        return bisect_right(self.spans, day, key=lambda span: span.first) - 1

    @property
    def width(self) -> float:
        """Of one column, in characters of half width."""
        return WIDTHS[self.scale]


def usual_scale(first: int, last: int) -> str:
    """By the length of a plan."""
    days = last - first + 1
    return DAYS if days <= MOST_DAYS else WEEKS if days <= 7 * MOST_WEEKS else MONTHS


def axis_of(scale: str, first: int, last: int, *, least: int = 1) -> Axis:
    """Whole weeks or months around these days, `least` columns or more; a scale with too many of them gives way to the next."""
    for each in SCALES[SCALES.index(scale) :]:
        spans = _spans(each, first, last, least)
        if len(spans) <= MOST_SPANS:
            return Axis(each, spans)
    return Axis(MONTHS, _spans(MONTHS, first, last, least)[:MOST_SPANS])


def _spans(scale: str, first: int, last: int, least: int) -> list[Span]:
    found: list[Span] = []
    on = first - (first + 3) % 7 if scale in {DAYS, WEEKS} else day_number(day_of(first).replace(day=1))
    while on <= last or len(found) < least:
        following = _following(scale, on)
        found.append(Span(on, following - 1))
        on = following
        if len(found) > MOST_SPANS + 1:
            break
    return found


def _following(scale: str, day: int) -> int:
    if scale == MONTHS:
        on = day_of(day)
        return day_number(dt.date(on.year + on.month // 12, on.month % 12 + 1, 1))
    return day + (1 if scale == DAYS else 7)


def era_year(day: dt.date, say: Callable[[str, str], str]) -> str:
    """令和8年; 令和元年. Before the eras that are known the western year."""
    for name, begins in ERAS:
        if day >= begins:
            year = day.year - begins.year + 1
            return say(name, "元" if year == 1 else f"{year}")
    return f"{day.year}"


def office_year(day: dt.date, first_month: int) -> int:
    """年度: the year in which the office's year has begun, `first_month` being 1 to 12."""
    return day.year if day.month >= first_month else day.year - 1


def heads_of(axis: Axis, words: AxisWords, *, first_month: int) -> list[list[Head]]:
    """Rows of heads from top to bottom; the last one has a head for each column."""

    def of_office(day: dt.date) -> str:
        year = office_year(day, first_month)
        # Of a year in which the era changed the later one is said, as offices do (令和元年度).
        return words.office_year(year, era_year(dt.date(year, 12, 31), words.era))

    years = _runs(axis, of_office)
    if axis.scale == MONTHS:
        return [years, _runs(axis, lambda day: era_year(day, words.era)), _each(axis, words.month)]
    months = _runs(axis, words.year_month)
    days = [Head(at, at, day_of(span.first)) for at, span in enumerate(axis.spans)]
    if axis.scale == WEEKS:
        return [years, months, days]
    return [years, months, days, _each(axis, words.weekday)]


def _each(axis: Axis, text: Callable[[dt.date], str]) -> list[Head]:
    return [Head(at, at, text(day_of(span.first))) for at, span in enumerate(axis.spans)]


def _runs(axis: Axis, text: Callable[[dt.date], str]) -> list[Head]:
    """Neighbours with the same text as one; a week belongs to the month in which it begins."""
    found: list[Head] = []
    for at, span in enumerate(axis.spans):
        said = text(day_of(span.first))
        if found and found[-1].text == said:
            found[-1] = found[-1]._replace(last=at)
        else:
            found.append(Head(at, at, said))
    return found
