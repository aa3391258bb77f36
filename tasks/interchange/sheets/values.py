"""The values of a task's row, each with the cell that it comes from, and a doubt where it may be another one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from tasks.interchange.sheets import amounts, heads
from tasks.interchange.sheets.amount_columns import amounts_of, line_figures
from tasks.interchange.sheets.bars import Bar, Bars
from tasks.interchange.sheets.day_cells import Dated, Days, same_month, split_range
from tasks.interchange.sheets.entries import Entry
from tasks.interchange.sheets.grid import Cell
from tasks.interchange.sheets.levels import Numbered
from tasks.interchange.sheets.plan import Doubt, Origin, SheetPlan, SheetTask
from tasks.interchange.sheets.table import Column, Table
from tasks.interchange.sheets.texts import MILESTONE_MARKS, YES, folded, is_ditto, is_nothing, is_open

_MILESTONE_KINDS: Final = frozenset({"マイルストーン", "milestone", "ms", "節目"})
_MILESTONE_NAME: Final = re.compile(r"[（(【\[]\s*(?:マイルストーン|milestone|MS)\s*[)）】\]]", re.IGNORECASE)
#: A mark that so many names have is an ornament.
MOST_MARKED: Final = 0.5


ReadAmount = Callable[[Cell, Column], amounts.Amount]


class Values:
    """Reads rows into tasks, and tells the plan of its doubts."""

    def __init__(
        self, table: Table, plan: SheetPlan, entries: Sequence[Entry], bars: Bars | None, *, is_japanese: bool
    ) -> None:
        self._table, self._plan, self._sheet = table, plan, table.sheet
        self._entries, self._bars = entries, bars
        #: Doubts of the task that is being read.
        self._told: list[Doubt] = []
        #: The row of its actual dates, where it has one: progress is often said there.
        self._actual: int | None = None
        self._days = Days(table, is_japanese)
        self._amounts = amounts_of(table, [entry.unit.row for entry in entries])
        self._columns = {column.meaning: column for column in table.columns}
        self._columns.update(
            {meaning: column for meaning in list(self._columns) if (column := table.column(meaning))}
        )

    def task(self, at: int, entry: Entry, number: Numbered | None) -> SheetTask:
        """A task of an entry; without its level and its links."""
        name = number.name if number else entry.name
        row = entry.unit.row
        task = SheetTask(name.lstrip(MILESTONE_MARKS + " ") or name, row)
        task.origins["name"] = Origin(row, entry.column, self._sheet.text(row, entry.column))
        if not entry.has_row:
            return task
        bar = self._bars.bar(row) if self._bars else Bar()
        self._told, self._actual = [], entry.unit.actual
        self._read_days(at, task, bar, entry)
        self._read_amounts(at, task, bar)
        self._read_people(at, task, entry)
        self._read_milestone(at, task, entry, bar)
        self._judge_days(at, task)
        self._plan.doubts += self._told
        return task

    def _doubt(
        self, at: int, field: str, code: str, origin: Origin | None = None, **params: str | int
    ) -> None:
        shown = {"text": origin.text[:80]} if origin else {}
        self._told.append(Doubt(at, field, code, {**shown, **params}, origin))

    def _read_days(self, at: int, task: SheetTask, bar: Bar, entry: Entry) -> None:
        row = entry.unit.row
        for field, meaning in (("start", heads.START), ("finish", heads.FINISH)):
            column = self._columns.get(meaning)
            if column is None:
                continue
            if column.instead and is_nothing(self._sheet.text(row, column.at)):
                column = column.instead
            dated = self._days.read(column, row, task.start if field == "finish" else None)
            self._take_day(at, task, field, dated)
        self._read_period(at, task, row)
        self._read_further(at, task, entry)
        self._read_bar(at, task, bar)

    def _take_day(self, at: int, task: SheetTask, field: str, dated: Dated) -> None:
        if dated.day:
            setattr(task, field, dated.day)
        if dated.origin:
            task.origins[field] = dated.origin
        if dated.problem:
            self._doubt(at, field, f"day_{dated.problem}", dated.origin)

    def _read_period(self, at: int, task: SheetTask, row: int) -> None:
        """A cell with both days, or with one that is both."""
        column = self._columns.get(heads.PERIOD) or (
            self._columns.get(heads.START) if heads.FINISH not in self._columns else None
        )
        if column is None or (column.meaning == heads.PERIOD and task.start) or task.finish:
            return
        cell = self._sheet.merged_cell(row, column.at)
        origin = Origin(row, column.at, cell.text.strip())
        ends = split_range(cell.text) if isinstance(cell.value, str) else None
        if ends is None:
            if column.meaning == heads.PERIOD:
                dated = self._days.of_cell(cell, origin, column.at)
                self._take_day(at, task, "start", dated)
                self._take_day(at, task, "finish", dated)
            return
        self._told = [doubt for doubt in self._told if doubt.field != "start"]
        start = self._days.of_cell(Cell(ends[0] or None), origin, column.at)
        self._take_day(at, task, "start", start)
        self._take_day(
            at,
            task,
            "finish",
            self._days.of_cell(Cell(same_month(*ends) or None), origin, column.at, start.day),
        )
        if not all(ends):
            self._doubt(at, "start" if ends[1] else "finish", "only_one_day", origin)

    def _read_further(self, at: int, task: SheetTask, entry: Entry) -> None:
        for field, meaning in (("actual_start", heads.ACTUAL_START), ("actual_finish", heads.ACTUAL_FINISH)):
            column = self._columns.get(meaning)
            if column:
                setattr(task, field, self._days.read(column, entry.unit.row).day)
        deadline = self._columns.get(heads.DEADLINE)
        if deadline:
            self._take_day(at, task, "deadline", self._days.read(deadline, entry.unit.row, task.start))
        if entry.unit.actual is not None and heads.START in self._columns:
            task.actual_start = self._days.read(self._columns[heads.START], entry.unit.actual).day
            if heads.FINISH in self._columns:
                task.actual_finish = self._days.read(self._columns[heads.FINISH], entry.unit.actual).day

    def _read_bar(self, at: int, task: SheetTask, bar: Bar) -> None:
        """Bars say the days where no cell does; where both do and differ by days, that is doubtful."""
        line = self._table.timeline
        is_blank = task.start is None and task.finish is None
        is_troubled = any(doubt.field in ("start", "finish") for doubt in self._told)
        if line is None or is_troubled:
            return
        if bar.start is None:
            if is_blank and self._sheet.shapes and self._is_without_days():
                self._doubt(at, "start", "drawn_as_shape")
                self._doubt(at, "finish", "drawn_as_shape")
            return
        if not is_blank:
            self._compare(at, task, bar)
            return
        task.start, task.finish = bar.start, bar.finish
        for field, column in (("start", bar.columns[0]), ("finish", bar.columns[1])):
            task.origins[field] = Origin(task.row, column, bar.marks)
            if line.unit != "day":
                self._doubt(
                    at, field, "bar_of_weeks" if line.unit == "week" else "bar_of_months", task.origins[field]
                )
            elif bar.is_split or line.is_guessed:
                self._doubt(
                    at, field, "bar_in_pieces" if bar.is_split else "year_guessed", task.origins[field]
                )

    def _is_without_days(self) -> bool:
        return (
            heads.START not in self._columns
            and heads.FINISH not in self._columns
            and heads.PERIOD not in self._columns
        )

    def _compare(self, at: int, task: SheetTask, bar: Bar) -> None:
        line = self._table.timeline
        if line is None or line.unit != "day" or bar.is_milestone or bar.total is not None:
            return
        for field, own, drawn, edge in (
            ("start", task.start, bar.start, line.first),
            ("finish", task.finish, bar.finish, line.last),
        ):
            if own and drawn and drawn != edge and abs((own - drawn).days) > 3 and own.weekday() < 5:
                self._doubt(at, field, "bar_differs", task.origins.get(field), day=drawn.isoformat())

    def _read_amounts(self, at: int, task: SheetTask, bar: Bar) -> None:
        found = self._amounts
        self._amount(
            at,
            task,
            "duration_days",
            heads.DURATION,
            lambda cell, column: amounts.duration_of(
                cell.text, cell.style.unit or found.duration_unit or "日"
            ),
        )
        self._amount(
            at,
            task,
            "work_hours",
            heads.WORK,
            lambda cell, column: amounts.work_of(cell.text, found.work_unit, found.rates),
        )
        if found.is_unit_doubtful and task.work_hours:
            self._doubt(at, "work_hours", "unit_of_work", task.origins.get("work_hours"))
        self._amount(at, task, "progress", heads.PROGRESS, self._progress)
        if task.progress is None and heads.STATUS in self._columns:
            self._read_status(at, task)
        if found.is_share_doubtful and task.progress:
            self._doubt(at, "progress", "share_or_percent", task.origins.get("progress"))
        line = self._table.timeline
        if line and bar.total is not None and heads.WORK not in self._columns:
            task.work_hours, is_guess = line_figures(bar.total, line, self._table)
            if is_guess:
                self._doubt(at, "work_hours", "unit_of_work")

    def _amount(self, at: int, task: SheetTask, field: str, meaning: str, read: ReadAmount) -> None:
        column = self._columns.get(meaning)
        if column is None:
            return
        row = task.row
        if field == "progress" and self._actual and not self._sheet.merged_text(row, column.at):
            row = self._actual
        cell = self._sheet.merged_cell(row, column.at)
        text = cell.text.strip()
        origin = Origin(row, column.at, text)
        if cell.is_uncounted:
            self._doubt(at, field, "day_uncounted", origin)
        if not text:
            return
        task.origins[field] = origin
        if is_open(text):
            self._doubt(at, field, "day_open", origin)
            return
        amount = read(cell, column)
        setattr(task, field, amount.value)
        if amount.problem or amount.is_doubtful:
            self._doubt(at, field, f"amount_{amount.problem or 'unsure'}", origin)

    def _progress(self, cell: Cell, _column: Column) -> amounts.Amount:
        if cell.style.shows == "%" and isinstance(cell.value, float):
            return (
                amounts.Amount(round(cell.value * 100, 4))
                if 0 <= cell.value <= 1.0001
                else amounts.Amount(
                    cell.value if cell.value <= 100 else None, is_doubtful=True, problem="impossible"
                )
            )
        return amounts.progress_of(cell.text, self._amounts.is_share)

    def _read_status(self, at: int, task: SheetTask) -> None:
        column = self._columns[heads.STATUS]
        cell = self._sheet.merged_cell(task.row, column.at)
        text = cell.text.strip()
        if not text:
            return
        amount = self._progress(cell, column)
        task.progress, task.origins["progress"] = amount.value, Origin(task.row, column.at, text)
        if amount.problem and re.search(r"完|%|％|\d|済|ほぼ|半|着手|done|almost", text):
            self._doubt(at, "progress", "amount_unreadable", task.origins["progress"])

    def _read_people(self, at: int, task: SheetTask, entry: Entry) -> None:
        column = self._columns.get(heads.PEOPLE)
        if column is None:
            return
        rows = (task.row, *(row for row in entry.unit.others if row != entry.unit.actual))
        for row in rows:
            text = self._sheet.text(row, column.at) or (
                self._sheet.merged_text(row, column.at) if row == task.row else ""
            )
            if is_ditto(text):
                text = next(
                    (
                        above
                        for each in range(row - 1, 0, -1)
                        if (above := self._sheet.text(each, column.at)) and not is_ditto(above)
                    ),
                    "",
                )
            if not text or is_nothing(text):
                continue
            task.origins.setdefault("people", Origin(row, column.at, text))
            if is_open(text):
                self._doubt(at, "people", "people_open", task.origins["people"])
                continue
            task.people += [name for name in amounts.people_of(text) if name not in task.people]

    def _read_milestone(self, at: int, task: SheetTask, entry: Entry, bar: Bar) -> None:
        kind, flag = self._columns.get(heads.KIND), self._columns.get(heads.MILESTONE)
        is_marked = (
            entry.mark[-1:] in MILESTONE_MARKS and bool(entry.mark) and not self._is_ornament(entry.mark[-1:])
        )
        is_one_day = task.start is None or task.finish is None or task.start == task.finish
        task.is_milestone = (
            bool(kind and folded(self._sheet.text(task.row, kind.at)) in _MILESTONE_KINDS)
            or bool(flag and folded(self._sheet.text(task.row, flag.at)) in YES)
            or (is_marked and is_one_day)
            or (bar.is_milestone and is_one_day)
            or task.duration_days == 0
            or bool(_MILESTONE_NAME.search(task.name))
        )
        if bar.is_mixed and is_one_day:
            self._doubt(at, "milestone", "mark_beside_bar")

    def _is_ornament(self, mark: str) -> bool:
        marked = sum(entry.mark[-1:] == mark for entry in self._entries)
        return marked > MOST_MARKED * len(self._entries)

    def _judge_days(self, at: int, task: SheetTask) -> None:
        """Of a pair of days that only one is given, or that is the wrong way round."""
        doubted = {doubt.field for doubt in self._told}
        if task.start and task.finish and task.finish < task.start:
            for field in ("start", "finish"):
                self._doubt(at, field, "finish_before_start", task.origins.get(field))
        if heads.START not in self._columns or heads.FINISH not in self._columns or task.duration_days:
            return
        missing = (
            "finish" if task.start and not task.finish else "start" if task.finish and not task.start else ""
        )
        if missing and missing not in doubted:
            if task.is_milestone:
                task.start = task.finish = task.start or task.finish
            self._doubt(
                at, missing, "only_one_day", task.origins.get("start" if missing == "finish" else "finish")
            )
