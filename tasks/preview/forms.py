"""A change that is not made yet, and what the asker sees of the plan."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.sheet.columns.registry import registry

#: More rows than a page ever holds.
MOST_SHOWN: Final = 1_000


class TaskIds(forms.CharField):
    """Ids of tasks, as "4711,4712"; what is none is left out."""

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]  # a field may give any value
        text = super().to_python(value) or ""
        return [
            int(each)
            for each in text.split(",")[:MOST_SHOWN]
            if each.isascii() and each.isdigit() and len(each) < 19
        ]


class CellPreviewForm(forms.Form):
    """A text in a cell."""

    column = forms.CharField(max_length=40)
    text = forms.CharField(max_length=1_000, required=False)
    shown = TaskIds(required=False, max_length=20_000)

    def clean_column(self) -> str:
        """One that is typed into."""
        name: str = self.cleaned_data["column"]
        if name not in {column.name for column in registry.editable()}:
            raise forms.ValidationError(_("この列には入力できません。"))
        return name


class ShownForm(forms.Form):
    """What the asker sees, beside the form of a bar that is held."""

    shown = TaskIds(required=False, max_length=20_000)
