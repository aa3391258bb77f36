"""The chart of a plan as a sheet: cells that colour themselves by their dates, so that it follows what one types."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range

from projects.worktime.moments import day_of, first_day_of, last_day_of
from reports.documents.contents import Is, Mark
from reports.documents.workbook.sheets import A3, DEEPEST, set_up_page, text_of
from tasks.gantt.geometry.words import weekday_of

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from reports.documents.contents import ChartPlan, Report
    from reports.documents.workbook.looks import Looks
    from tasks.gantt.geometry.rows import ShadedDays

#: A longer plan is shown in weeks: on an A3 sheet its days would be thinner than a letter.
MOST_DAYS: Final = 200
MOST_COLUMNS: Final = 1_100
#: The table stands in the first columns: code, name, start, finish, progress.
TABLE: Final = 5
#: Above the rows: months, then days.
HEADS: Final = 2


def add_chart_sheet(book: Workbook, report: Report, looks: Looks, name: str) -> None:
    """The colours are five conditions over the whole sheet, whatever the number of cells."""
    plan = report.plan
    if plan is None:
        return
    sheet = book.add_worksheet(name)
    step = 1 if plan.last_day - plan.first_day < MOST_DAYS else 7
    first = plan.first_day - (plan.first_day + 3) % 7
    days = list(range(first, plan.last_day + 1, step))[:MOST_COLUMNS]
    for place, width in enumerate((9, 38, 11, 11, 7)):
        sheet.set_column(place, place, width)
    sheet.set_column(TABLE, TABLE + len(days) - 1, 2.4 if step == 1 else 3)
    _write_heads(sheet, days, looks)
    sheet.outline_settings(symbols_below=False)
    _write_rows(sheet, plan, looks)
    _colour(sheet, plan, looks, days, step)
    sheet.freeze_panes(HEADS, TABLE)
    sheet.repeat_rows(0, HEADS - 1)
    sheet.repeat_columns(0, TABLE - 1)
    set_up_page(sheet, report, A3, is_wide=True)


def _write_heads(sheet: Worksheet, days: list[int], looks: Looks) -> None:
    titles = ("WBS", _("タスク"), _("開始"), _("終了"), _("進捗"))
    for place in range(TABLE):
        sheet.write_blank(0, place, None, looks.head)
    number = looks.axis("d")
    shown = None
    for place, day in enumerate(days, TABLE):
        on = day_of(day)
        if (on.year, on.month) != shown:
            shown = (on.year, on.month)
            # A text: a date that is wider than its cell would be shown as ###.
            sheet.write_string(0, place, f"{on.year}/{on.month}", looks.month)
        else:
            sheet.write_blank(0, place, None, looks.month)
    for place, title in enumerate(titles):
        sheet.write_string(1, place, title, looks.head)
    for place, day in enumerate(days, TABLE):
        sheet.write_datetime(1, place, _moment(day_of(day)), number)


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _write_rows(sheet: Worksheet, plan: ChartPlan, looks: Looks) -> None:
    for place, row in enumerate(plan.rows, HEADS):
        mark = Mark.SUMMARY if row.kind == "summary" else Mark.LATE if row.late_days else Mark.NONE
        if row.level > 1:
            sheet.set_row(place, None, None, {"level": min(row.level - 1, DEEPEST)})
        sheet.write_string(place, 0, text_of(row.code), looks.cell(Is.TEXT, mark))
        sheet.write_string(place, 1, text_of(row.name), looks.cell(Is.NAME, mark, row.level))
        start = first_day_of(row.start)
        finish = max(last_day_of(row.finish), start)
        sheet.write_datetime(place, 2, _moment(day_of(start)), looks.cell(Is.DAY, mark))
        sheet.write_datetime(place, 3, _moment(day_of(finish)), looks.cell(Is.DAY, mark))
        sheet.write_number(place, 4, row.progress / 100, looks.cell(Is.PERCENT, mark))


def _colour(sheet: Worksheet, plan: ChartPlan, looks: Looks, days: list[int], step: int) -> None:
    """The first condition that holds wins. F is the first column of days, row 3 the first of tasks."""
    last_row, last_place = HEADS + len(plan.rows) - 1, TABLE + len(days) - 1
    until = f"F$2+{step - 1}"
    in_bar = f"AND({until}>=$C3,F$2<=$D3)"
    rules = [
        (f"AND({in_bar},F$2<$C3+($D3-$C3+1)*$E3)", looks.shade("accent")),
        (in_bar, looks.shade("accent-mid")),
    ]
    area = (HEADS, TABLE, last_row, last_place)
    for formula, shade in rules:
        sheet.conditional_format(
            *area, {"type": "formula", "criteria": f"={formula}", "format": shade, "stop_if_true": True}
        )
    if step > 1:
        return
    for shade_name, is_holiday in (("gantt-holiday", True), ("gantt-off", False)):
        columns = [place for place, day in enumerate(days, TABLE) if _is_off(plan.days_off, day, is_holiday)]
        if columns:
            ranges = [xl_range(HEADS, first, last_row, last) for first, last in _runs(columns)]
            sheet.conditional_format(
                ranges[0],
                {"type": "formula", "criteria": "=TRUE", "format": looks.shade(shade_name), "multi_range": " ".join(ranges)},
            )  # fmt: skip


def _is_off(days_off: ShadedDays, day: int, is_holiday: bool) -> bool:
    if day in days_off.worked:
        return False
    return day in days_off.holidays if is_holiday else weekday_of(day) in days_off.weekdays


def _runs(columns: list[int]) -> list[tuple[int, int]]:
    """Neighbours as one, from first to last."""
    runs: list[tuple[int, int]] = []
    for column in columns:
        if runs and runs[-1][1] == column - 1:
            runs[-1] = (runs[-1][0], column)
        else:
            runs.append((column, column))
    return runs
