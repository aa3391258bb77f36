"""What is typed about a baseline."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.baselines.services import Asked
from tasks.models.baselines import LARGEST_NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_STRETCHES: Final = 200
LARGEST_ROW: Final = 2**31 - 1
_STRETCH: Final = re.compile(r"(\d{1,9})(?:\s*[-–~〜]\s*(\d{1,9}))?")
_BETWEEN: Final = re.compile(r"[\s,、;]*[,、;\s][\s,、;]*")


class NameForm(forms.Form):
    """What a baseline is called."""

    name = forms.CharField(label=_("名前"), max_length=100)


class TakeForm(NameForm):
    """A baseline to be taken: of the whole plan, or of rows by their numbers."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        required=False,
        help_text=_("承認の会議や変更の経緯など。後から変えられません。"),
    )
    rows = forms.CharField(
        label=_("行"), max_length=3000, required=False,
        help_text=_("空にすると計画の全体です。一部だけのときは 3-10, 15 のように行番号で入力します。"),
    )  # fmt: skip
    with_summaries = forms.BooleanField(label=_("選んだ行の上のサマリーも含める"), required=False)
    number = forms.TypedChoiceField(
        label=_("Microsoft Project の番号"), required=False, coerce=int, empty_value=None,
        choices=[("", _("付けない")), *((number, number) for number in range(LARGEST_NUMBER + 1))],
    )  # fmt: skip
    is_chosen = forms.BooleanField(label=_("比較の基準にする"), required=False)

    def clean_rows(self) -> list[tuple[int, int]]:
        """Stretches of row numbers; none where nothing was typed."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["rows"]).strip(" ,、;")
        text = re.sub(r"\s*([-–~〜])\s*", r"\1", text)
        parts = [_STRETCH.fullmatch(part) for part in _BETWEEN.split(text)] if text else []
        stretches = [(int(part[1]), int(part[2] or part[1])) for part in parts if part]
        if len(stretches) < len(parts) or len(parts) > MOST_STRETCHES or any(a > b for a, b in stretches):
            raise forms.ValidationError(_("行番号は 3-10, 15 のように入力してください。"))
        return stretches

    @property
    def values(self) -> Mapping[str, Any]:
        """What `take_baseline` takes."""
        cleaned = dict(self.cleaned_data)
        stretches, with_summaries = cleaned.pop("rows"), cleaned.pop("with_summaries")
        return cleaned | {"rows": Asked(stretches, with_summaries) if stretches else None}
