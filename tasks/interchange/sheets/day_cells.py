"""Days of a table: each cell is read with what the others of its table tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.days import Read, in_fiscal_year, in_order, made, near, order_of, read_day
from tasks.interchange.sheets.grid import Cell
from tasks.interchange.sheets.plan import Origin
from tasks.interchange.sheets.table import Column, Table
from tasks.interchange.sheets.texts import is_ditto, is_nothing, is_open, plain

_RANGE: Final = re.compile(
    r"\s*(?:~|〜|～|→|⇒|から|\bto\b|–|—|―)\s*|\s+[-－]\s+|(?<=[日)\d])[-－](?=\s*(?:\d{1,2}[/月]|\d{4}))"
)

_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050


@dataclass(frozen=True, slots=True)
class Dated:
    """A day of a cell with what was doubtful about it."""

    day: date | None = None
    problem: str = ""
    origin: Origin | None = None


class Days:
    """Reads the cells of days of a whole table, since a year or an order of figures is told by the others."""

    def __init__(self, table: Table, is_japanese: bool) -> None:
        self._table = table
        self._is_japanese = is_japanese
        self._orders: dict[int, str | None] = {}
        self._last: date | None = None
        self._known = self._all_known()

    def _all_known(self) -> list[date]:
        """Days with a year of their own, of the whole table."""
        columns = [
            column.at
            for column in self._table.columns
            if column.meaning in (heads.START, heads.FINISH, heads.ACTUAL_START, heads.ACTUAL_FINISH)
        ]
        found: list[date] = []
        for row in self._table.rows:
            for at in columns:
                value = self._table.sheet.cell(row, at).value
                day = (
                    value
                    if isinstance(value, date)
                    else read_day(value).day
                    if isinstance(value, str)
                    else None
                )
                if day:
                    found.append(day)
        return found

    def read(self, column: Column, row: int, beside: date | None = None) -> Dated:
        """The day of a cell; `beside` is the start of the same task, of a finish without a year."""
        cell = (
            self._table.sheet.merged_cell(row, column.at)
            if not self._table.sheet.text(row, column.at)
            else self._table.sheet.cell(row, column.at)
        )
        above = self._above(column, row) if is_ditto(cell.text) else cell
        return self.of_cell(above, Origin(row, column.at, cell.text.strip()), column.at, beside)

    def _above(self, column: Column, row: int) -> Cell:
        rows = self._table.rows
        for each in reversed(rows[: rows.index(row)]):
            cell = self._table.sheet.cell(each, column.at)
            if cell.text.strip() and not is_ditto(cell.text):
                return cell
        return Cell()

    def of_cell(self, cell: Cell, origin: Origin, column: int, beside: date | None = None) -> Dated:
        """The day of what stands in a cell."""
        value = cell.value
        if cell.is_uncounted:
            return Dated(None, "uncounted", origin)
        if isinstance(value, date):
            self._last = value
            return Dated(value, "" if 1990 <= value.year <= 2100 else "far", origin)
        if isinstance(value, float) or (
            isinstance(value, str) and re.fullmatch(r"\s*\d{5}(?:\.\d+)?\s*", value)
        ):
            found = self._of_number(float(value), origin)
            if found:
                return found
        text = cell.text.strip()
        if not text or is_nothing(text):
            return Dated()
        if is_open(text):
            return Dated(None, "open", origin)
        return self._of_read(read_day(text), origin, column, beside)

    def _of_number(self, number: float, origin: Origin) -> Dated | None:
        """A serial whose format was lost, or 20260401; 4.1 may be the first of April."""
        if _FIRST_SERIAL <= number <= _LAST_SERIAL:
            return Dated(date(1899, 12, 30) + timedelta(int(number)), "", origin)
        text = f"{number:.0f}"
        if (
            number == int(number)
            and len(text) == 8
            and (day := made(int(text[:4]), int(text[4:6]), int(text[6:])))
        ):
            return Dated(day, "", origin)
        if (
            number == int(number)
            and len(text) == 6
            and (day := made(2000 + int(text[:2]), int(text[2:4]), int(text[4:])))
        ):
            return Dated(day, "short", origin)
        if 1 <= number < 13 and number != int(number):
            read = read_day(origin.text)
            found = self._of_read(read, origin, origin.column, None)
            return Dated(found.day, "short", origin)
        return Dated(None, "unreadable", origin)

    def _of_read(self, read: Read, origin: Origin, column: int, beside: date | None) -> Dated:
        if read.problem:
            return Dated(None, read.problem, origin)
        day, problem = read.day, ""
        if read.figures:
            day, problem = self._of_figures(read.figures, column)
        elif read.month_day:
            day, problem = self._with_year(read.month_day, beside)
        if day is not None and read.weekday is not None and day.weekday() != read.weekday:
            problem = problem or "weekday"
        if day is None:
            return Dated(None, problem or "impossible", origin)
        self._last = day
        return Dated(day, problem, origin)

    def _of_figures(self, three: tuple[int, int, int], column: int) -> tuple[date | None, str]:
        if column not in self._orders:
            self._orders[column] = self._order()
        order = self._orders[column]
        if order:
            return in_order(three, order), ""
        day = in_order(three, "ymd" if self._is_japanese and three[2] < 100 else "mdy") or in_order(
            three, "dmy"
        )
        return day, "order"

    def _order(self) -> str | None:
        """How the table writes days; all columns of days write them alike."""
        figures = [
            read.figures
            for column in self._table.columns if column.meaning in (heads.START, heads.FINISH, heads.ACTUAL_START, heads.ACTUAL_FINISH)
            for row in self._table.rows[:2_000]
            if (read := read_day(self._table.sheet.text(row, column.at))).figures
        ]  # fmt: skip
        return order_of(figures, self._is_japanese)

    def _with_year(self, month_day: tuple[int, int], beside: date | None) -> tuple[date | None, str]:
        if made(2024, *month_day) is None:
            return None, "impossible"
        day = self._year_by_table(month_day, beside)
        return day, "" if day else "no_year" if self._is_without_year() else "impossible"

    def _is_without_year(self) -> bool:
        return self._last is None and not self._known and self._table.years.year is None

    def _year_by_table(self, month_day: tuple[int, int], beside: date | None) -> date | None:
        """By the timeline, the fiscal year of the title, the start beside it, the row before, the days around, the year of the title."""
        line, years = self._table.timeline, self._table.years
        if line and not line.is_guessed:
            inside = [
                day
                for year in range(line.first.year - 1, line.last.year + 2)
                if (day := made(year, *month_day))
                and line.first - timedelta(45) <= day <= line.last + timedelta(45)
            ]
            if len(inside) == 1:
                return inside[0]
        if years.year and years.is_fiscal:
            return in_fiscal_year(month_day, years.year)
        if beside:
            return near(month_day, beside)
        if self._last:
            return near(month_day, self._last)
        if self._known:
            return near(month_day, self._known[0])
        return made(years.year, *month_day) if years.year else None


def split_range(text: str) -> tuple[str, str] | None:
    """Both ends of 4/1～4/10, as texts."""
    parts = [part.strip() for part in _RANGE.split(plain(text)) if part is not None]
    if len(parts) == 2 and any(parts):
        return parts[0], parts[1]
    return None


def same_month(start: str, finish: str) -> str:
    """4/1～10: the second day is of the first one's month."""
    found = re.fullmatch(r"(.*?\d{1,2}\s*[/月])\s*\d{1,2}\s*日?(?:\([^)]*\))?", start)
    if found and re.fullmatch(r"\d{1,2}\s*日?(?:\([^)]*\))?", finish):
        return found[1] + finish
    return finish
