"""How the cells of a workbook look: every combination is made once, since a file may hold so many of them only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import pgettext

from config.web.inks import inks
from tasks.sheet.columns.kinds import ValueKind
from tasks.workbooks import bars

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

    from tasks.sheet.columns.column import Column
    from tasks.workbooks.contents import SheetRow

#: Lines of Excel by their numbers: thin, thick, and the thinnest.
THIN, THICK, HAIR = 1, 5, 7
MEDIUM: Final = 2
#: Indents of a cell that Excel shows.
DEEPEST_INDENT: Final = 15
#: With these a text would begin a formula when its cell is edited.
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
#: By the fill of a chart's cell the name of its ink, and that of the letter in it.
_FILLS: Final = {
    "": ("", ""),
    "off": ("gantt-off", ""),
    "holiday": ("gantt-holiday", ""),
    bars.DONE: ("accent", "accent"),
    bars.REST: ("accent-mid", "accent"),
    bars.SUMMARY_DONE: ("gantt-summary", ""),
    bars.SUMMARY: ("control", ""),
    bars.CRITICAL_DONE: ("late", "late"),
    bars.CRITICAL: ("late-mid", "late"),
    bars.MILESTONE: ("", "accent"),
    bars.CRITICAL_MILESTONE: ("", "late"),
}


def is_risky(text: str) -> bool:
    """Whether a text would be taken for a formula."""
    return text.startswith(_RISKY)


def number_format(column: Column, *, is_elapsed: bool = False) -> str:
    """How the numbers of a column are shown: with their unit, so that a number is enough when one types."""
    if column.name == "duration":
        elapsed, working = (
            pgettext("number format", '"経過"General"日"'),
            pgettext("number format", 'General"日"'),
        )
        return elapsed if is_elapsed else working
    return {
        ValueKind.DAY: "yyyy/mm/dd",
        ValueKind.PERCENT: "0%",
        ValueKind.HOURS: 'General"h"',
        ValueKind.YEN: '"¥"#,##0',
    }.get(column.kind, "General")


class Looks:
    """Formats of one workbook, by what a cell is."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._inks = inks()
        self._made: dict[tuple[Any, ...], Format] = {}
        self.title = self._make(bold=True, font_size=14)
        self.quiet = self._make(font_color=self._inks["ink-3"], font_size=9)
        ground = {"bg_color": self._inks["canvas"], "border": THIN, "border_color": self._inks["line"]}
        self.head = self._make(**ground, bold=True, text_wrap=True, align="center")
        self.head_computed = self._make(
            **ground, text_wrap=True, align="center", font_color=self._inks["ink-3"]
        )
        self.axis = self._make(**ground, align="center", font_size=8)
        self.axis_day = self._make(**ground, align="center", font_size=8, num_format="d", shrink=True)
        self.axis_off = self._make(
            **(ground | {"bg_color": self._inks["gantt-holiday"]}), align="center", font_size=8, num_format="d",
            font_color=self._inks["late"], shrink=True,
        )  # fmt: skip
        frame = {"border": THIN, "border_color": self._inks["ink-3"], "align": "center"}
        self.seal = self._make(**frame, font_size=9)

    def _make(self, **more: Any) -> Format:
        usual = {"font_name": "Yu Gothic", "font_size": 10, "valign": "vcenter"}
        return self._book.add_format(usual | more)

    def ink(self, name: str) -> Format:
        """Letters of a colour, for a legend."""
        return self._kept(("ink", name), font_color=self._inks[name], font_size=9)

    def _kept(self, key: tuple[Any, ...], **more: Any) -> Format:
        if key not in self._made:
            self._made[key] = self._make(**more)
        return self._made[key]

    def cell(self, column: Column, row: SheetRow, text: str | None, *, is_flat: bool) -> Format:
        """A cell of the table; `text` where it holds one."""
        is_name = column.kind is ValueKind.NAME
        indent = min(row.level - 1, DEEPEST_INDENT) if is_name and not is_flat else 0
        is_quoted = text is not None and is_risky(text)
        is_group = row.task_id is None
        pattern = number_format(column, is_elapsed=row.is_elapsed and not row.is_summary)
        key = ("cell", pattern, column.is_figure, indent, is_quoted, row.is_summary, row.is_done, row.is_active, is_group, is_name)  # fmt: skip
        if key in self._made:
            return self._made[key]
        looks: dict[str, Any] = {"bottom": HAIR, "bottom_color": self._inks["line"], "num_format": pattern}
        if row.is_summary or is_group:
            looks["bold"] = True
        if is_group:
            looks["bg_color"] = self._inks["canvas"]
        if row.is_done or not row.is_active:
            looks["font_color"] = self._inks["ink-3"]
        if not row.is_active:
            looks["font_strikeout"] = True
        if not is_name:
            looks["indent"] = 1
        elif indent:
            looks["indent"] = indent
        if is_quoted:
            looks["quote_prefix"] = True
        looks["align"] = "right" if column.is_figure or column.kind is ValueKind.PERCENT else "left"
        return self._kept(key, **looks)

    def chart(self, key: tuple[str, ...], *, has_grid: bool) -> Format:
        """A cell of the chart, by the key of its `ChartCell`."""
        fill, right, top, bottom, is_open = key
        made = ("chart", *key, has_grid)
        if made in self._made:
            return self._made[made]
        ground, letter = _FILLS[fill]
        looks: dict[str, Any] = {"align": "center", "font_size": 7}
        if has_grid:
            looks |= {"border": HAIR, "border_color": self._inks["line"]}
        if ground:
            looks["bg_color"] = self._inks[ground]
        looks["font_color"] = self._inks[letter] if is_open and letter else "#ffffff"
        for side, edge in (("right", right), ("top", top), ("bottom", bottom)):
            if edge:
                ink, line = ("line-now", MEDIUM) if edge == "line" else ("gantt-baseline", THICK)
                looks |= {side: line, f"{side}_color": self._inks[ink]}
        return self._kept(made, **looks)
