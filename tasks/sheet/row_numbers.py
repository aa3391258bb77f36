"""Rows of a plan as people type them: "3-10, 15"."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_STRETCHES: Final = 200
_STRETCH: Final = re.compile(r"(\d{1,9})(?:\s*[-–~〜]\s*(\d{1,9}))?")
_BETWEEN: Final = re.compile(r"[\s,、;]*[,、;\s][\s,、;]*")


class RowNumbersField(forms.CharField):
    """Stretches of row numbers; none where nothing was typed."""

    default_error_messages = {"invalid": _("行番号は 3-10, 15 のように入力してください。")}

    def clean(self, value: Any) -> list[tuple[int, int]]:
        """First and last number of each stretch, in the order given."""
        text = unicodedata.normalize("NFKC", str(super().clean(value))).strip(" ,、;")
        text = re.sub(r"\s*([-–~〜])\s*", r"\1", text)
        parts = [_STRETCH.fullmatch(part) for part in _BETWEEN.split(text)] if text else []
        stretches = [(int(part[1]), int(part[2] or part[1])) for part in parts if part]
        if len(stretches) < len(parts) or len(parts) > MOST_STRETCHES or any(a > b for a, b in stretches):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return stretches
