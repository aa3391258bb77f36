"""What is sent for many cells at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.editing.refused import Cell
from tasks.editing.writing import MOST_CELLS
from tasks.sheet.columns.registry import registry
from tasks.sheet.forms import MarkedTasks

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.permissions import Right
    from tasks.sheet.columns.column import Column

#: What is never the same for several tasks.
NOT_IN_BULK: Final = frozenset({"name"})
#: As in the form of one cell.
LONGEST_TEXT: Final = 5_000
LARGEST_ID: Final = 2**63 - 1


class CellsField(forms.CharField):
    """Cells as JSON: [[task, column, text, was], …]; `was` may be left out, or null."""

    default_error_messages = {
        "required": gettext_lazy("変えるセルがありません。セルを選んでください。"),
        "invalid": gettext_lazy("セルの指定が読めません。表示を更新して、もう一度入力してください。"),
        "many": gettext_lazy("一度に変えられるのは5万セルまでです。分けて入力してください。"),
    }

    def clean(self, value: Any) -> list[Cell]:
        """The cells, in the order given."""
        try:
            # Escapes can spell what no text of a database holds: NUL, and halves of characters.
            found = json.loads(super().clean(value))
            if not isinstance(found, list) or not found:
                raise ValueError("no list")
            if len(found) > MOST_CELLS:
                raise forms.ValidationError(self.error_messages["many"], code="many")
            return [_cell(each) for each in found]
        except (ValueError, TypeError, RecursionError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


def _cell(each: Any) -> Cell:
    task_id, column, text, was = each if len(each) == 4 else (*each, None)
    column_is_known = isinstance(column, str) and column in registry and registry[column].edit is not None
    if not column_is_known or type(task_id) is not int or not 0 < task_id <= LARGEST_ID:
        raise ValueError("no cell")
    return Cell(task_id, column, _text(text), None if was is None else _text(was))


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        raise ValueError("no text")
    value.encode()
    return value


class BulkForm(forms.Form):
    """One value a column for all marked tasks: a column is set where it is checked."""

    tasks = MarkedTasks(widget=forms.HiddenInput)
    rest = forms.BooleanField(required=False)
    #: By what the sheet is filtered, in the notation of its address.
    filter = forms.CharField(required=False, max_length=LONGEST_TEXT, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rights: Collection[Right], **more: Any) -> None:
        super().__init__(*args, **more)
        held = {None, *rights}
        self.columns = [
            column for column in registry.editable()
            if column.name not in NOT_IN_BULK and column.right in held and column.edit and column.edit.needs in held
        ]  # fmt: skip
        for column in self.columns:
            self.fields[f"set-{column.name}"] = forms.BooleanField(label=column.title, required=False)
            self.fields[f"to-{column.name}"] = forms.CharField(
                label=column.title, required=False, max_length=LONGEST_TEXT,
                widget=_widget_of(column),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Something has to be set."""
        cleaned = super().clean() or {}
        if not self.texts:
            self.add_error(None, _("変える項目を選んで、新しい値を入力してください。"))
        return cleaned

    @property
    def texts(self) -> dict[str, str]:
        """What is to stand in each column that is set."""
        data = self.cleaned_data
        return {
            column.name: data.get(f"to-{column.name}", "")
            for column in self.columns
            if data.get(f"set-{column.name}")
        }

    @property
    def cells(self) -> list[Cell]:
        """Each task by each column that is set."""
        return [
            Cell(pk, name, text) for pk in self.cleaned_data["tasks"] for name, text in self.texts.items()
        ]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The rows of the form: whether, and what."""
        return [
            {"column": column, "set": self[f"set-{column.name}"], "to": self[f"to-{column.name}"]}
            for column in self.columns
        ]


def _widget_of(column: Column) -> forms.Widget:
    offered = column.edit.offers() if column.edit else ()
    looks = _looks_of(column)
    if not offered:
        return forms.TextInput(looks)
    return forms.Select(looks, [("", ""), *((text, text) for text in offered)])


def _looks_of(column: Column) -> dict[str, str]:
    """A field whose text checks its box, and is sent only with it."""
    looks = {
        "class": "input", "autocomplete": "off", "aria-label": column.title,
        "data-checks": f"set-{column.name}",
    }  # fmt: skip
    return looks | ({"aria-describedby": f"hint-{column.name}"} if column.hint else {})


class CellsForm(forms.Form):
    """Which cells become what; `rest`: those that can be written are, even if others cannot."""

    cells = CellsField()
    rest = forms.BooleanField(required=False)
