"""What a report says, as plain data: made once from the database, and read by every form that it takes.

A page, a PDF, an Excel file and a CSV file of one report show the same values in the same order, since none of them
asks the database for anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from reports.charts.curve import Curve
from reports.charts.earned import EarnedChart
from tasks.gantt.geometry.rows import ChartLink, ChartRow, ShadedDays
from tasks.gantt.geometry.words import ChartWords


class Is(StrEnum):
    """What the values of a column are; every form knows how to write each of them."""

    TEXT = "text"
    NAME = "name"  # stands in a tree: indented by the row's level
    DAY = "day"
    COUNT = "count"
    PERCENT = "percent"  # whole numbers, 46
    POINTS = "points"  # a difference of two of them
    HOURS = "hours"  # minutes of work
    DAYS = "days"  # a length in days, 2.5
    DELAY = "delay"  # days too late
    YEN = "yen"
    INDEX = "index"  # a quotient of two sums, 0.95
    LOAD = "load"  # percent of what a person can do; over 100 is too much


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """One column of a table; `width` is in characters of half width."""

    title: str
    kind: Is = Is.TEXT
    width: int = 10
    #: Takes what the others leave of the paper.
    grows: bool = False


class Mark(StrEnum):
    """What a row is, where that shows."""

    NONE = ""
    SUMMARY = "summary"
    DONE = "done"
    LATE = "late"
    TOTAL = "total"


Value = str | int | float | Decimal | dt.date | None


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table."""

    values: tuple[Value, ...]
    level: int = 1
    mark: Mark = Mark.NONE
    #: The task or project behind it, for the pages that lead there.
    target_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One list of a report."""

    name: str
    title: str
    columns: tuple[ReportColumn, ...]
    lines: Sequence[TableRow]
    #: What is said where there is nothing to list.
    nothing: str = ""
    #: A sentence below the title.
    note: str = ""
    #: On a page, the name of the address to which a row leads, by its `target_id`.
    leads_to: str = ""

    @property
    def is_tree(self) -> bool:
        """Whether rows stand below each other."""
        return any(column.kind is Is.NAME for column in self.columns)


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure with its name, and what it is compared with."""

    label: str
    value: Value
    kind: Is = Is.COUNT
    note: str = ""
    is_late: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on every page of a report."""

    title: str
    subject: str
    organization: str
    code: str = ""
    revision: int | None = None
    on: dt.date = dt.date(1970, 1, 1)
    language: str = "ja"


@dataclass(frozen=True, slots=True)
class Words:
    """What a person has written for a report, as Markdown; empty where nothing was."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """From whom to whom a report goes, what was written for it, and a box for the seal of each who approves it."""

    lines: tuple[tuple[str, str], ...]
    seals: tuple[str, ...]
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """A whole plan as its chart draws it; moments are minutes of the plan's own clock."""

    rows: Sequence[ChartRow]
    links: Sequence[ChartLink]
    first_day: int
    last_day: int
    today: int
    status_day: int
    days_off: ShadedDays
    words: ChartWords


@dataclass(frozen=True, slots=True)
class EarnedCurve:
    """How planned value, earned value and actual cost grew; `axis` is what a 1 of the chart is."""

    chart: EarnedChart
    axis: str
    on: dt.date
    #: Planned value, earned value, actual cost at that day, as they are written.
    sums: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `facts` come first, then what was written, the curve, and the tables; a plan is drawn last."""

    kind: str
    head: Head
    facts: tuple[Fact, ...]
    tables: tuple[ReportTable, ...]
    curve: Curve | None = None
    earned: EarnedCurve | None = None
    plan: ChartPlan | None = None
    #: Short tables one below the other on upright paper, instead of long ones with a row a line.
    is_flowing: bool = False
    letter: Letter | None = None

    def table(self, name: str) -> ReportTable:
        """The table of this name."""
        return next(table for table in self.tables if table.name == name)
