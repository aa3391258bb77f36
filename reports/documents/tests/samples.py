"""Small reports for the tests of their forms; nothing here asks a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

from reports.documents.contents import (
    ChartPlan,
    Fact,
    Head,
    Is,
    Mark,
    Report,
    ReportColumn,
    ReportTable,
    TableRow,
)
from tasks.gantt.geometry.rows import ChartLink, ChartRow, End, Kind, ShadedDays
from tasks.gantt.geometry.tests.drawing import JAPANESE as WORDS

MADE_AT = dt.datetime(2026, 11, 25, 9, 30, tzinfo=dt.UTC)
#: Letters that fonts, encodings and web fonts lose.
JAPANESE = "髙﨑𠮷㈱ｶﾅ～−"
FORMULAS = ("=1+1", "+SUM(A1)", "-2+3", "@cmd", "\tx", "\rx", "＝1")
MONDAY = 20_549  # 2026-04-06
HEAD = Head(
    "WBS 一覧", f"新システム導入{JAPANESE}", "架空ソリューションズ㈱", "PRJ-001", 7, dt.date(2026, 11, 25)
)

COLUMNS = (
    ReportColumn("WBS", width=8),
    ReportColumn("タスク", Is.NAME, 30, grows=True),
    ReportColumn("開始", Is.DAY, 11),
    ReportColumn("工数", Is.HOURS, 9),
    ReportColumn("期間", Is.DAYS, 8),
    ReportColumn("進捗", Is.PERCENT, 7),
    ReportColumn("予算", Is.YEN, 12),
    ReportColumn("件数", Is.COUNT, 8),
    ReportColumn("負荷", Is.LOAD, 7),
    ReportColumn("差", Is.POINTS, 8),
    ReportColumn("遅れ", Is.DELAY, 7),
)


def line(name: str = "設計", *, level: int = 1, mark: Mark = Mark.NONE) -> TableRow:
    """A row with a value of every kind."""
    values = ("1.1", name, dt.date(2026, 4, 6), 90, 2.5, 46, Decimal(1_200_000), 1234, 120, -5, 3)
    return TableRow(values, level=level, mark=mark)


def listed(*lines: TableRow, title: str = "WBS", name: str = "wbs") -> ReportTable:
    """A table of these."""
    return ReportTable(name, title, COLUMNS, lines, "タスクがまだありません。")


def task(
    number: int, *, name: str = "設計", days: int = 5, kind: Kind = "task", progress: int = 30
) -> ChartRow:
    """A bar that begins on a day of its own."""
    start = (MONDAY + number) * 1440 + 540
    finish = start if kind == "milestone" else (MONDAY + number + days - 1) * 1440 + 1080
    return ChartRow(
        task_id=number + 1, row=number, level=1 + (kind != "summary"), code=f"1.{number}", name=f"{name}{number}",
        kind=kind, start=start, finish=finish, progress=progress, is_critical=number % 3 == 0,
        late_days=4 if number % 5 == 1 else 0, who="髙橋 一郎",
    )  # fmt: skip


def planned(count: int, *, last_day: int | None = None) -> ChartPlan:
    """So many tasks, each waiting for the one before it."""
    kinds: dict[int, Kind] = {0: "summary", 4: "milestone"}
    rows = [task(number, kind=kinds.get(number % 10, "task")) for number in range(count)]
    ends = [End(row.row, row.start, row.finish, row.kind) for row in rows]
    links = [ChartLink(before, after) for before, after in pairwise(ends)]
    return ChartPlan(
        rows, links, MONDAY, last_day or MONDAY + count + 10, MONDAY + 5, MONDAY + 4,
        ShadedDays(holidays={MONDAY + 23: "昭和の日"}), WORDS,
    )  # fmt: skip


def wbs(count: int = 12, *, name: str = f"設計{JAPANESE}") -> Report:
    """A plan with its list and its chart."""
    lines = [
        line(f"{name}{number}", level=1 + number % 3, mark=Mark.SUMMARY if number % 3 == 0 else Mark.NONE)
        for number in range(count)
    ]
    return Report("wbs", HEAD, (), (listed(*lines),), plan=planned(count))


def flowing(*tables: ReportTable) -> Report:
    """Short tables below some figures."""
    facts = (
        Fact("進捗", 46, Is.PERCENT, "計画 51%", is_late=True),
        Fact("終了見込み", dt.date(2027, 3, 31), Is.DAY, "期限 2027/03/31"),
    )
    return Report("progress", HEAD, facts, tables or (listed(line()),), is_flowing=True)
