"""What is sent for a paste: the clipboard as it came, or the table as the preview has it, and what was decided there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.errors import RuleBrokenError
from tasks.pasting.clipboard.markup import read_html
from tasks.pasting.clipboard.table import (
    LONGEST_CLIPBOARD,
    LONGEST_TEXT,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    TooLargeError,
    check_size,
)
from tasks.pasting.clipboard.tsv import read_tsv
from tasks.pasting.clipboard.writing import unguarded
from tasks.pasting.layout import Layout, guess, rows_of
from tasks.pasting.people import decided_names
from tasks.pasting.placing import Anchor
from tasks.pasting.services import Asked
from tasks.sheet.columns.kinds import Face
from tasks.sheet.columns.registry import registry
from tasks.sheet.parsing import folded

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import QueryDict

    from projects.permissions import Right
    from tasks.pasting.clipboard.table import Table
    from tasks.sheet.filtering.reading import FilterReading

#: A mended cell: the row of the table, and its column.
_MENDED: Final = re.compile(r"mend-(\d{1,5})-(\d{1,3})")
_LARGEST_ID: Final = 2**63 - 1


class PasteForm(forms.Form):
    """Where it goes. `html` and `text` are what the clipboard held; `table` is what the preview has made of it."""

    html = forms.CharField(required=False, strip=False, max_length=LONGEST_CLIPBOARD)
    text = forms.CharField(
        label=gettext_lazy("貼り付ける表"), required=False, strip=False, max_length=LONGEST_CLIPBOARD,
        widget=forms.Textarea({"class": "input", "rows": 12}),
    )  # fmt: skip
    table = forms.CharField(required=False, strip=False, max_length=LONGEST_CLIPBOARD)
    task = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST_ID)
    side = forms.ChoiceField(required=False, choices=[(each, each) for each in ("before", "after")])
    level = forms.IntegerField(required=False, min_value=1, max_value=100)
    #: Those that are seen from the cell on, in their order.
    columns = forms.CharField(required=False, max_length=10_000)
    #: How much is selected: a table that fits into it more than once fills it.
    rows = forms.IntegerField(required=False, min_value=1, max_value=MOST_ROWS)
    width = forms.IntegerField(required=False, min_value=1, max_value=MOST_COLUMNS)
    head = forms.ChoiceField(required=False, choices=[("0", ""), ("1", "")])
    inserts = forms.BooleanField(required=False)
    rest = forms.BooleanField(required=False)
    revision = forms.IntegerField(required=False, min_value=0, max_value=_LARGEST_ID)

    def __init__(self, data: QueryDict | None = None, *, rights: Collection[Right], **more: Any) -> None:
        super().__init__(data, **more)
        self._rights = rights

    @property
    def anchor(self) -> Anchor:
        """The cell that was pasted into."""
        data = self.cleaned_data
        return Anchor(data["task"], data["side"], data["level"])

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What goes along from request to request, beside the table and what is decided."""
        names = ("task", "side", "level", "columns", "filter", "filtered")
        return [(name, self.data[name]) for name in names if self.data.get(name)]

    @property
    def offered(self) -> set[str]:
        """The columns that are written by a user with these rights."""
        return offered_to(self._rights)

    def read(self) -> Table:
        """What was pasted, with what was mended; never empty. Raises RuleBrokenError."""
        data = self.cleaned_data
        try:
            table = read_tsv(data["table"]) if data["table"] else None
            if table is None and data["html"]:
                table = read_html(data["html"])
            if table is None:
                table = [[unguarded(text) for text in row] for row in read_tsv(data["text"])]
            if not table:
                raise RuleBrokenError(
                    _("貼り付ける内容がありません。表のセルをコピーしてから、貼り付けてください。")
                )
            return self._tiled(self._mended(table))
        except TooLargeError as error:
            raise RuleBrokenError(too_large(error)) from error

    def _mended(self, table: Table) -> Table:
        for name in self.data:
            found = _MENDED.fullmatch(name)
            if found and int(found[1]) < len(table) and int(found[2]) < len(table[0]):
                text = self.data[name].replace("\0", "")
                table[int(found[1])][int(found[2])] = text[:LONGEST_TEXT]
        return table

    def _tiled(self, table: Table) -> Table:
        """As often as it fits into what is selected; what does not fit exactly is pasted once."""
        rows, width = self.cleaned_data["rows"] or 1, self.cleaned_data["width"] or 1
        down, beside = (
            selected // own if selected % own == 0 else 1
            for selected, own in ((rows, len(table)), (width, len(table[0])))
        )
        if self.cleaned_data["table"] or (down <= 1 and beside <= 1):
            return table
        check_size(len(table) * max(down, 1), len(table[0]) * max(beside, 1))
        return [row * max(beside, 1) for row in table * max(down, 1)]

    def layout_of(self, table: Table) -> Layout:
        """By what was chosen for each column; for those without a choice by their heads and where they are pasted."""
        head = self.cleaned_data["head"]
        found = guess(table, self._shown(), self.offered, None if not head else head == "1")
        # Another row of heads means other columns: what was chosen before does not count.
        if self.data.get("head-was", head) != head:
            return found
        chosen = [self.data.get(f"column-{at}") for at in range(len(table[0]))]
        known = {*self.offered, "level", "code", "number", "stairs", ""}
        columns = tuple(
            name if one is None or one not in known else one
            for one, name in zip(chosen, found.columns, strict=True)
        )
        return Layout(found.has_head, columns)

    def _shown(self) -> list[str]:
        names = [name for name in self.cleaned_data["columns"].split(",") if name in registry]
        return names or [column.name for column in registry.shown(Face.SHEET, self._rights)][1:]

    def asked(self, table: Table, layout: Layout, seen: FilterReading) -> Asked:
        """The whole paste."""
        people, names = {}, {}
        for name, decided in decided_names(self.data):
            people[folded(name)], names[folded(name)] = decided, name
        return Asked(
            rows=rows_of(table, layout), anchor=self.anchor, inserts=self.cleaned_data["inserts"], people=people,
            names=names, leaves_out=self.cleaned_data["rest"], seen=seen,
        )  # fmt: skip


def offered_to(rights: Collection[Right]) -> set[str]:
    """The columns that a user with these rights may write."""
    held = {None, *rights}
    return {
        column.name for column in registry.editable()
        if column.right in held and column.edit and column.edit.needs in held
    }  # fmt: skip


def too_large(error: TooLargeError) -> str:
    """What was too much, and what now."""
    words = {
        "rows": _("一度に貼り付けられるのは%(rows)d行までです。分けて貼り付けるか、ファイルから取り込んでください。"),
        "columns": _("一度に貼り付けられるのは%(columns)d列までです。必要な列だけをコピーしてください。"),
        "cells": _("一度に貼り付けられるのは%(cells)dセルまでです。分けて貼り付けてください。"),
        "text": _("1つのセルに入るのは%(text)d文字までです。長いセルを短くしてください。"),
    }  # fmt: skip
    said = words.get(error.limit, _("貼り付ける内容が大きすぎます。分けて貼り付けてください。"))
    return said % {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "cells": MOST_CELLS, "text": LONGEST_TEXT}
