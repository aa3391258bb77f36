"""Bars of cells: which cells of a timeline are marked or coloured for a task, and which are shading of days off."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from tasks.interchange.sheets.grid import Sheet
from tasks.interchange.sheets.texts import MILESTONE_MARKS, folded, plain
from tasks.interchange.sheets.timeline import Timeline

_BAR: Final = frozenset(
    "■□▨▩▬▮▭━─―—–-－=＝~〜～→⇒➡➔←⇔↔⟶⇨●○◎・＊*◯〇><≫≪|｜｢｣xX×✕〆レ✓ー◁▷├┤┣┫╋┼▪▫◼◻⬛⬜▇█▓▒░"
)
_LEGEND: Final = re.compile(
    r"([■□▨▩●○◎★☆◆◇▲△▼▽→⇒━▬])\s*[:：＝=…は]?\s*([^\s■□▨▩●○◎★☆◆◇▲△▼▽→⇒━▬、,／/]{1,12})"
)
_PLAN: Final = re.compile(r"予定|計画|plan|作業期間|期間")
_ACTUAL: Final = re.compile(r"実績|実施|actual|完了")
_OFF: Final = re.compile(r"休|祝|土日|holiday|weekend|非稼働")
_EVENT: Final = re.compile(r"マイルストーン|節目|milestone|イベント|期限|判定|納品|リリース")
MOST_OF_A_COLUMN: Final = 0.6


@dataclass(frozen=True, slots=True)
class Bar:
    """What the cells of a row say."""

    start: date | None = None
    finish: date | None = None
    is_milestone: bool = False
    #: Figures of the cells, such as hours, added up; None where there are none.
    total: float | None = None
    #: Broken by days on which others work.
    is_split: bool = False
    #: The first and the last column.
    columns: tuple[int, int] = (0, 0)
    marks: str = ""
    #: A mark of a milestone beside a bar.
    is_mixed: bool = False


@dataclass(slots=True)
class Legend:
    """What colours and signs mean, as far as the sheet says."""

    actual_fills: set[str] = field(default_factory=set)
    off_fills: set[str] = field(default_factory=set)
    plan_fills: set[str] = field(default_factory=set)
    actual_marks: set[str] = field(default_factory=set)
    event_marks: set[str] = field(default_factory=set)


def legend_of(sheet: Sheet, outside: Sequence[int]) -> Legend:
    """From rows that are no part of the table: a coloured cell with a word beside it, or signs with words behind them."""
    legend = Legend()
    for row in outside:
        cells = sheet.rows.get(row, {})
        for column in sorted(cells):
            cell = cells[column]
            if cell.style.fill and not cell.text.strip():
                word = next(
                    (text for at in range(column + 1, column + 4) if (text := sheet.text(row, at))), ""
                )
                _colour(legend, cell.style.fill, folded(word))
            elif cell.style.fill and len(cell.text) <= 8:
                _colour(legend, cell.style.fill, folded(cell.text))
            for sign, word in _LEGEND.findall(plain(cell.text)):
                if _ACTUAL.search(word):
                    legend.actual_marks.add(sign)
                elif _EVENT.search(word):
                    legend.event_marks.add(sign)
            if len(cell.text.strip()) == 1:
                word = next(
                    (text for at in range(column + 1, column + 3) if (text := sheet.text(row, at))), ""
                )
                if _ACTUAL.search(word):
                    legend.actual_marks.add(cell.text.strip())
    return legend


def _colour(legend: Legend, fill: str, word: str) -> None:
    if not word:
        return
    if _OFF.search(word):
        legend.off_fills.add(fill)
    elif _ACTUAL.search(word) and not _PLAN.search(word):
        legend.actual_fills.add(fill)
    elif _PLAN.search(word):
        legend.plan_fills.add(fill)


class Bars:
    """Reads the bars of rows; it looks at all of them first, to know what is shading."""

    def __init__(
        self, sheet: Sheet, timeline: Timeline, rows: Sequence[int], legend: Legend, name_column: int
    ) -> None:
        self._sheet, self._line, self._legend = sheet, timeline, legend
        self._columns = sorted(timeline.spans)
        self._fills = {row: self._fills_of(row, name_column) for row in rows}
        self._shading = self._shading_of(rows) | legend.off_fills
        self._marks = {row: self._marks_of(row) for row in rows}
        self._worked = Counter(column for row in rows for column in self._marked(row))

    def _fills_of(self, row: int, name_column: int) -> dict[int, str]:
        """Colours of the cells of a row; one that goes through from the name is the row's own."""
        found: dict[int, str] = {}
        for column in self._columns:
            fill = self._sheet.cell(row, column).style.fill
            if not fill:
                merge = self._sheet.merge_at(row, column)
                fill = (
                    self._sheet.cell(merge.top, merge.left).style.fill
                    if merge and merge.left in self._line.spans
                    else ""
                )
            if fill:
                found[column] = fill
        counts = Counter(found.values())
        own = self._sheet.merged_cell(row, name_column).style.fill
        through = {
            fill for fill, count in counts.items()
            if (fill == own and count >= 0.6 * len(self._columns)) or count >= 0.97 * len(self._columns) > 8
        }  # fmt: skip
        return {column: fill for column, fill in found.items() if fill not in through}

    def _shading_of(self, rows: Sequence[int]) -> set[str]:
        """Colours that run down whole columns."""
        at: dict[str, Counter[int]] = {}
        for row in rows:
            for column, fill in self._fills[row].items():
                at.setdefault(fill, Counter())[column] += 1
        return {
            fill for fill, columns in at.items()
            if fill not in self._legend.plan_fills and self._is_shading(fill, columns, len(rows))
        }  # fmt: skip

    def _is_shading(self, fill: str, columns: Counter[int], rows: int) -> bool:
        """Full columns that are days off, or that their heads have the same colour of, or that all of many rows share."""
        heads = sum(self._sheet.cell(self._line.row, column).style.fill == fill for column in columns)
        off = sum(self._is_off(column) for column in columns)
        if off == len(columns) > 1:
            return True
        full = sum(count >= max(2, MOST_OF_A_COLUMN * rows) for count in columns.values())
        if full >= 0.8 * len(columns) and rows > 1:
            is_total = rows >= 5 and sum(columns.values()) >= 0.95 * rows * len(columns)
            return 2 * max(heads, off) >= len(columns) or len(columns) == 1 < rows - 1 or is_total
        return heads >= 0.9 * len(columns) > 0.9 and bool(full)

    def _marks_of(self, row: int) -> dict[int, str]:
        """Signs and figures of a row; a sign in a merged cell holds for all its columns."""
        found: dict[int, str] = {}
        for column in self._columns:
            cell = self._sheet.cell(row, column)
            text = cell.text.strip()
            if not text:
                continue
            found[column] = text
            merge = self._sheet.merge_at(row, column)
            if merge:
                found.update({at: text for at in range(column, merge.right + 1) if at in self._line.spans})
        return found

    def _marked(self, row: int) -> list[int]:
        fills = [
            column
            for column, fill in self._fills[row].items()
            if fill not in self._shading and fill not in self._legend.actual_fills
        ]
        signs = [
            column for column, text in self._marks[row].items()
            if _is_bar(text) and text[:1] not in self._legend.actual_marks and _figure(text) != 0
        ]  # fmt: skip
        return sorted({*fills, *signs})

    def bar(self, row: int) -> Bar:
        """The bar of a row, from its first marked day to its last one."""
        events = [
            column for column, text in self._marks[row].items()
            if text[:1] in MILESTONE_MARKS or text[:1] in self._legend.event_marks
        ]  # fmt: skip
        events = [
            column for column in events if self._marks[row][column][:1] not in self._legend.actual_marks
        ]
        marked = [column for column in self._marked(row) if column not in events]
        figures = [
            figure for column in marked if (figure := _figure(self._marks[row].get(column, ""))) is not None
        ]
        if not marked and not events:
            return Bar()
        columns = marked or events[:1] if len(events) <= 1 or marked else events
        if marked and events and max(events) <= max(marked) + 3:
            columns = sorted({*marked, *events})
        first, last = columns[0], columns[-1]
        start, finish = self._line.spans[first][0], self._line.spans[last][1]
        if self._line.unit == "week" and start.weekday() == 0:
            finish -= timedelta(max(0, finish.weekday() - 4))
        return Bar(
            start, finish, not marked, sum(figures) if figures else None,
            self._is_split(columns) and not figures, (first, last),
            "".join(self._marks[row].get(column, "") for column in columns)[:40], bool(marked and events),
        )  # fmt: skip

    def _is_split(self, columns: list[int]) -> bool:
        """Whether days between lie free on which the bars of others run."""
        inside = [
            column for column in self._columns if columns[0] < column < columns[-1] and column not in columns
        ]
        return any(self._worked[column] and not self._is_off(column) for column in inside)

    def _is_off(self, column: int) -> bool:
        return self._line.unit == "day" and self._line.spans[column][0].weekday() >= 5


def _is_bar(text: str) -> bool:
    return all(sign in _BAR or sign in MILESTONE_MARKS for sign in text) or _figure(text) is not None


def _figure(text: str) -> float | None:
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,4})?)\s*h?", plain(text).casefold())
    return float(found[1]) if found else None
