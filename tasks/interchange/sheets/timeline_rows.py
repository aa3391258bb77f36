"""The rows of a head that make a timeline: dates, days below months, weeks, thirds of months, months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from tasks.interchange.sheets.days import made, read_day, year_said
from tasks.interchange.sheets.grid import Sheet
from tasks.interchange.sheets.texts import folded, plain
from tasks.interchange.sheets.timeline import THIRDS, WEEK, Timeline, Years, in_spans, month_of, spread

LEAST_COLUMNS: Final = 4
_QUARTER: Final = re.compile(r"(?:第)?([1-4])(?:q|四半期)|q([1-4])")


def find_timeline(sheet: Sheet, rows: Sequence[int], years: Years) -> Timeline | None:
    """The timeline of the lowest rows that make one."""
    for row in reversed(rows):
        for read in (_of_dates, _of_numbers, _of_texts, _of_parts, _of_months, _of_quarters):
            found = read(sheet, row, rows, years)
            if found and len(found.spans) >= (3 if found.unit == "month" else LEAST_COLUMNS):
                return found
    return None


def _of_dates(sheet: Sheet, row: int, _rows: Sequence[int], _years: Years) -> Timeline | None:
    dates = {
        column: cell.value for column, cell in sheet.rows.get(row, {}).items() if isinstance(cell.value, date)
    }
    if len(dates) < LEAST_COLUMNS and not _are_months(dates):
        return None
    found = in_spans(dates, row)
    return spread(sheet, found) if found else None


def _are_months(dates: dict[int, date]) -> bool:
    return len(dates) >= 3 and all(day.day == 1 for day in dates.values())


def _figure(sheet: Sheet, row: int, column: int) -> int | None:
    value = sheet.cell(row, column).value
    if isinstance(value, float) and value == int(value) and 1 <= value <= 31:
        return int(value)
    if isinstance(value, str):
        text = plain(value)
        found = re.fullmatch(r"(\d{1,2})日?", text)
        if found and 1 <= int(found[1]) <= 31:
            return int(found[1])
    return None


def _of_numbers(sheet: Sheet, row: int, rows: Sequence[int], years: Years) -> Timeline | None:
    """Days of months, the months standing above."""
    numbers = {
        column: figure for column in sheet.rows.get(row, {}) if (figure := _figure(sheet, row, column))
    }
    run = _longest_run(sorted(numbers))
    if len(run) < LEAST_COLUMNS:
        return None
    labels = _months_above(sheet, row, rows, run, years) or _month_of_title(sheet, rows, run)
    if not labels:
        return None
    gaps = [
        numbers[after] - numbers[column]
        for column, after in pairwise(run)
        if numbers[after] > numbers[column]
    ]
    if gaps and 5 <= median(gaps) <= 9:
        dates = _weeks(run, numbers, labels)
    else:
        dates = _days(run, numbers, labels)
    return (
        in_spans(dates, row, is_guessed=any(label.is_guessed for label in labels.values())) if dates else None
    )


def _longest_run(columns: list[int]) -> list[int]:
    best: list[int] = []
    run: list[int] = []
    for column in columns:
        if run and column - run[-1] > 3:
            run = []
        run.append(column)
        if len(run) > len(best):
            best = list(run)
    return best


@dataclass(frozen=True, slots=True)
class _Label:
    year: int
    month: int
    is_guessed: bool = False


def _months_above(
    sheet: Sheet, row: int, rows: Sequence[int], run: list[int], years: Years
) -> dict[int, _Label]:
    """The month of each column at which a new one begins, with its year."""
    for above in reversed([each for each in range(row - 4, row) if each in rows or each >= rows[0] - 3]):
        begins: dict[int, tuple[int | None, int]] = {}
        for column, cell in sorted(sheet.rows.get(above, {}).items()):
            if run[0] - 3 <= column <= run[-1]:
                value = cell.value
                found = (value.year, value.month) if isinstance(value, date) else month_of(cell.text.strip())
                if found:
                    begins[max(column, run[0])] = found
        if begins and min(begins) <= run[0]:
            return _with_years(sheet, above, begins, years)
    return {}


def _month_of_title(sheet: Sheet, rows: Sequence[int], run: list[int]) -> dict[int, _Label]:
    """Of days without a month above them the one that the title names: 工程表　2026年4月."""
    for row in range(max(1, rows[0] - 8), rows[-1] + 1):
        for _column, text in sheet.filled(row):
            found = re.search(r"(20\d\d)\s*年\s*(\d{1,2})\s*月(?!\s*\d{1,2}\s*日)", plain(text))
            if found and 1 <= int(found[2]) <= 12:
                return {run[0]: _Label(int(found[1]), int(found[2]))}
    return {}


def _with_years(
    sheet: Sheet, row: int, begins: dict[int, tuple[int | None, int]], years: Years
) -> dict[int, _Label]:
    """Where a label names no year, one that stands above does; else it goes on from the month before."""
    labels: dict[int, _Label] = {}
    last: _Label | None = None
    for column, (year, month) in sorted(begins.items()):
        said, is_guessed = year or _year_above(sheet, row, column), False
        if said is None and last is not None:
            said, is_guessed = last.year + (month < last.month), last.is_guessed
        if said is None:
            said = years.of_month(month)
        if said is None:
            return {}
        last = _Label(said, month, is_guessed)
        labels[column] = last
    return labels


def _year_above(sheet: Sheet, row: int, column: int) -> int | None:
    for above in (row - 1, row - 2):
        text = sheet.merged_text(above, column)
        said = (
            year_said(text)
            if re.fullmatch(r"\s*(?:20\d\d\s*年?|令和.{1,3}年|[RrＲ]\d{1,2}年?)\s*", text)
            else None
        )
        if said:
            return said[0]
    return None


def _days(run: list[int], numbers: dict[int, int], labels: dict[int, _Label]) -> dict[int, date]:
    dates: dict[int, date] = {}
    year, month, last = 0, 0, 0
    for column in run:
        if column in labels:
            year, month = labels[column].year, labels[column].month
        elif numbers[column] < last:
            year, month = year + month // 12, month % 12 + 1
        last = numbers[column]
        day = made(year, month, last)
        if day:
            dates[column] = day
    return dates


def _weeks(run: list[int], numbers: dict[int, int], labels: dict[int, _Label]) -> dict[int, date]:
    """Beginnings of weeks. The first one below a month may lie in the month before it."""
    for column, label in sorted(labels.items()):
        for year, month in (
            (label.year, label.month),
            (label.year - (label.month == 1), (label.month - 2) % 12 + 1),
        ):
            if column not in numbers:
                continue
            anchor = made(year, month, numbers[column])
            if anchor is None:
                continue
            at = run.index(column)
            dates = {each: anchor + timedelta(7 * (place - at)) for place, each in enumerate(run)}
            if sum(dates[each].day == numbers[each] for each in run) >= 0.95 * len(run):
                return dates
    return _days(run, numbers, labels)


def _of_texts(sheet: Sheet, row: int, _rows: Sequence[int], years: Years) -> Timeline | None:
    """Texts that are days: 4/1, 4月6日, 2026-04-06, 4/6～."""
    dates: dict[int, date] = {}
    last: date | None = None
    for column, text in sheet.filled(row):
        read = (
            read_day(re.split(r"[~〜～\-－]\s*(?:\d|$)", text)[0])
            if re.search(r"[~〜～]", text)
            else read_day(text)
        )
        day = read.day
        if day is None and read.month_day:
            year = last.year if last else years.of_month(read.month_day[0])
            day = made(year, *read.month_day) if year else None
            if day and last and day < last:
                day = made(day.year + 1, *read.month_day)
        if day:
            dates[column], last = day, day
    if len(dates) < LEAST_COLUMNS:
        return None
    found = in_spans(dates, row)
    return spread(sheet, found) if found else None


def _of_parts(sheet: Sheet, row: int, rows: Sequence[int], years: Years) -> Timeline | None:
    """Weeks by number or thirds (上旬, 中旬, 下旬) below months."""
    parts: dict[int, tuple[int, bool]] = {}
    for column, text in sheet.filled(row):
        clean = folded(text)
        week = WEEK.fullmatch(clean)
        if clean in THIRDS:
            parts[column] = (THIRDS[clean], False)
        elif week:
            parts[column] = (int(week[1] or week[2]), True)
    if len(parts) < LEAST_COLUMNS:
        return None
    run = sorted(parts)
    labels = _months_above(sheet, row, rows, run, years)
    dates: dict[int, date] = {}
    label = None
    for column in run:
        label = labels.get(column, label)
        number, is_week = parts[column]
        if label and number <= (5 if is_week else 3):
            dates[column] = date(
                label.year,
                label.month,
                min(1 + (number - 1) * (7 if is_week else 10), 29 if is_week and label.month != 2 else 28),
            )
    return in_spans(dates, row)


def _of_quarters(sheet: Sheet, row: int, _rows: Sequence[int], years: Years) -> Timeline | None:
    """Quarters; of a fiscal year the first one begins in April."""
    quarters = {
        column: int(found[1] or found[2])
        for column, text in sheet.filled(row)
        if (found := _QUARTER.fullmatch(folded(text)))
    }
    if len(quarters) < 3 or years.year is None:
        return None
    year, last, dates = years.year, 0, dict[int, date]()
    for column, number in quarters.items():
        year += number <= last
        last = number
        month = 3 * number - 2 + (3 if years.is_fiscal else 0)
        dates[column] = date(year + month // 13, (month - 1) % 12 + 1, 1)
    return in_spans(dates, row)


def _of_months(sheet: Sheet, row: int, rows: Sequence[int], years: Years) -> Timeline | None:
    begins = {column: month for column, text in sheet.filled(row) if (month := month_of(text))}
    if len(begins) < 3:
        return None
    labels = _with_years(sheet, row, begins, years)
    dates = {column: date(label.year, label.month, 1) for column, label in labels.items()}
    found = in_spans(dates, row)
    return spread(sheet, found) if found else None
