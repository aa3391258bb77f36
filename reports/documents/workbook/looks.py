"""How cells of an Excel file look: every combination is made once, since a file may hold so many of them only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.web.inks import inks
from reports.documents.contents import Is, Mark

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

#: Number formats. The third part is what a zero looks like.
NUMBERS: Final[dict[Is, str]] = {
    Is.DAY: "yyyy/mm/dd",
    Is.COUNT: "#,##0",
    Is.PERCENT: "0%",
    Is.LOAD: "0%",
    Is.POINTS: '+0" pt";[Red]-0" pt";0" pt"',
    Is.HOURS: '#,##0.0"h"',
    Is.DAYS: "#,##0.0",
    Is.DELAY: "#,##0",
    Is.YEN: '"¥"#,##0;[Red]-"¥"#,##0',
    Is.INDEX: "[Red][<0.9]0.00;0.00",
}
#: The thinnest line of Excel: rows are told apart, and the figures stay in front.
HAIR: Final = 7
#: Indents of a cell that Excel shows. Texts have one at least: a figure before them ends at its cell's edge.
DEEPEST_INDENT: Final = 12


class Looks:
    """Formats of one workbook, by what a cell is."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._inks = inks()
        self._made: dict[tuple[Any, ...], Format] = {}
        self.title = self._make(bold=True, font_size=14)
        head = {"bold": True, "bg_color": self._inks["canvas"], "bottom": 1, "text_wrap": True}
        self.head, self.head_of_figures = self._make(**head, indent=1), self._make(**head, align="right")
        self.month = self._make(font_size=7, bg_color=self._inks["canvas"])
        self.quiet = self._make(font_color=self._inks["ink-3"])
        frame = {"border": 1, "border_color": self._inks["control"]}
        self.seal = self._make(**frame, align="center")
        self.words = self._make(**frame, text_wrap=True, valign="top")

    def _make(self, **more: Any) -> Format:
        usual = {"font_name": "Yu Gothic", "font_size": 10, "valign": "vcenter"}
        return self._book.add_format(usual | more)

    def cell(self, kind: Is, mark: Mark = Mark.NONE, level: int = 1) -> Format:
        """One for a kind of value in a kind of row."""
        indent = min(level, DEEPEST_INDENT) if kind is Is.NAME else 0 if kind in NUMBERS else 1
        key = (kind, mark, indent)
        if key not in self._made:
            line = {"bottom": HAIR, "bottom_color": self._inks["line"]}
            looks = line | _row(mark, self._inks) | _number(kind)
            self._made[key] = self._make(**looks, indent=indent)
        return self._made[key]

    def load(self, step: int, mark: Mark) -> Format:
        """A cell of the heat map."""
        key = ("load", step, mark is Mark.TOTAL)
        if key not in self._made:
            ink = self._inks["heat-ink-6" if step == 6 else "heat-ink"]
            shade = {"bg_color": self._inks[f"heat-{step}"]} if step else {}
            self._made[key] = self._make(
                num_format="0%", font_color=ink, bold=step > 3 or mark is Mark.TOTAL, **shade
            )
        return self._made[key]

    def shade(self, name: str, **more: Any) -> Format:
        """Only a ground, for conditions."""
        return self._book.add_format({"bg_color": self._inks[name], **more})

    def axis(self, number_format: str) -> Format:
        """The days above a chart."""
        return self._make(
            num_format=number_format, font_size=7, align="center", bg_color=self._inks["canvas"]
        )


def _row(mark: Mark, colours: dict[str, str]) -> dict[str, Any]:
    looks: dict[Mark, dict[str, Any]] = {
        Mark.NONE: {},
        Mark.SUMMARY: {"bold": True},
        Mark.TOTAL: {"bold": True, "top": 1},
        Mark.DONE: {"font_color": colours["ink-3"]},
        Mark.LATE: {"font_color": colours["late"]},
    }
    return looks[mark]


def _number(kind: Is) -> dict[str, Any]:
    return {"num_format": NUMBERS[kind]} if kind in NUMBERS else {"text_wrap": kind is Is.TEXT}
