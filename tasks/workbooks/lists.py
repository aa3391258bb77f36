"""What may be typed into the cells of a workbook, where it is one of a few: lists to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from tasks.sheet.columns.kinds import ValueKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from xlsxwriter.worksheet import Worksheet

    from tasks.sheet.columns.column import Column

#: So many names are offered.
MOST_NAMES: Final = 500


class Lists:
    """The lists of a workbook, each a column of a hidden sheet: a list within a cell's rule holds 255 letters only."""

    def __init__(
        self, sheet: Worksheet, columns: Sequence[Column], offered: Collection[str], people: Collection[str]
    ) -> None:
        self._sheet, self._columns, self._offered, self._people = sheet, columns, offered, people
        self._lists: list[Sequence[str]] = []
        sheet.very_hidden()

    def validate(self, sheet: Worksheet, first: int, last: int, left: int) -> None:
        """Rules for the rows from first to last, the table beginning at a column. A text of several people may be typed too."""
        for place, column in enumerate(self._columns, left):
            rule = self._rule(column)
            if rule is not None:
                sheet.data_validation(first, place, last, place, rule)
        for row in range(max(map(len, self._lists), default=0)):
            for place, texts in enumerate(self._lists):
                if row < len(texts):
                    self._sheet.write_string(row, place, texts[row][:255])

    def _rule(self, column: Column) -> dict[str, Any] | None:
        edit = column.edit
        if edit is None or column.name not in self._offered:
            return None
        if edit.names == "people":
            names = [name for name in self._people if name][:MOST_NAMES]
            return {**self._list(names), "show_error": False} if names else None
        texts = [str(text) for text in edit.offers()]
        if texts:
            return {**self._list(texts), "error_type": "warning", **_words(str(edit.hint))}
        if column.kind is ValueKind.PERCENT:
            share = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
            return {**share, "error_type": "warning", **_words(str(edit.hint))}
        return None

    def _list(self, texts: Sequence[str]) -> dict[str, Any]:
        letter = xl_col_to_name(len(self._lists))
        self._lists.append(texts)
        source = f"='{self._sheet.get_name()}'!${letter}$1:${letter}${len(texts)}"
        return {"validate": "list", "source": source}


def _words(hint: str) -> dict[str, str]:
    return {"error_title": _("入力の確認")[:32], "error_message": hint[:255]}
