"""What is asked of the sheet: a window of rows, what is selected, a text to find, a branch to close."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.sheet.folding import MOST_LEVELS
from tasks.sheet.html import SECTION
from tasks.sheet.selected import Selected

#: More rows than the script ever shows at once, and than is ever marked by hand.
MOST_SHOWN: Final = 10 * SECTION
MOST_MARKED: Final = 2_000


class SheetWindowForm(forms.Form):
    """A stretch of shown rows, counted from 0."""

    first = forms.IntegerField(min_value=0, max_value=10_000_000, required=False)
    count = forms.IntegerField(min_value=0, max_value=MOST_SHOWN, required=False)

    @property
    def window(self) -> tuple[int, int]:
        """The rows to draw, on the borders of sections; without any, the first section."""
        if not self.is_valid():
            return 0, SECTION
        first = (self.cleaned_data["first"] or 0) // SECTION * SECTION
        count = self.cleaned_data["count"]
        return first, SECTION if count is None else count


class MarkedTasks(forms.CharField):
    """Tasks by id: "12,15,16"."""

    default_error_messages = {
        "required": gettext_lazy("タスクを選んでください。"),
        "invalid": gettext_lazy("タスクの指定が読めません。表示を更新して、選び直してください。"),
    }

    def clean(self, value: Any) -> list[int]:
        """Ids in the order given, each once."""
        pieces = [piece for piece in str(super().clean(value)).split(",") if piece.strip()]
        if len(pieces) > MOST_MARKED or not all(piece.isascii() and piece.isdigit() for piece in pieces):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return list(dict.fromkeys(int(piece) for piece in pieces if len(piece) < 19))


class SelectionForm(forms.Form):
    """What is selected of a sheet: the rows between two tasks, more of them, without some; and which columns."""

    first = forms.IntegerField(required=False, min_value=1)
    last = forms.IntegerField(required=False, min_value=1)
    tasks = MarkedTasks(required=False)
    without = MarkedTasks(required=False)
    columns = forms.CharField(required=False, max_length=2_000)

    @property
    def chosen(self) -> Selected:
        """The rows, as the form has them."""
        data = self.cleaned_data
        return Selected(data["first"], data["last"], tuple(data["tasks"]), tuple(data["without"]))

    def clean_columns(self) -> frozenset[str]:
        """Names of columns."""
        return frozenset(self.cleaned_data["columns"].split(","))


class FindForm(forms.Form):
    """A text in a plan; the next one behind a cell, or before it."""

    text = forms.CharField(max_length=200, strip=False)
    behind = forms.IntegerField(required=False, min_value=1)
    #: The column of that cell.
    inside = forms.CharField(required=False, max_length=60)
    back = forms.BooleanField(required=False)
    #: Not in names: the row with this number or code, or that is worked on that day.
    go = forms.BooleanField(required=False)


class FoldForm(forms.Form):
    """Which branch to close or open; or to open `all`, or to close all below a `level`."""

    task = forms.IntegerField(required=False, min_value=1)
    all = forms.BooleanField(required=False)
    level = forms.IntegerField(required=False, min_value=1, max_value=MOST_LEVELS)

    def clean(self) -> dict[str, Any]:
        """One of them."""
        cleaned = super().clean() or {}
        if not (cleaned.get("all") or cleaned.get("task") or cleaned.get("level") or self.errors):
            self.add_error("task", _("閉じるか開くタスクを選んでください。"))
        return cleaned
