"""What is typed about a baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.baselines.services import Asked
from tasks.models.baselines import LARGEST_NUMBER
from tasks.sheet.row_numbers import RowNumbersField

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_ROW: Final = 2**31 - 1


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
    rows = RowNumbersField(
        label=_("行"), max_length=3000, required=False,
        help_text=_("空にすると計画の全体です。一部だけのときは 3-10, 15 のように行番号で入力します。"),
    )  # fmt: skip
    with_summaries = forms.BooleanField(label=_("選んだ行の上のサマリーも含める"), required=False)
    number = forms.TypedChoiceField(
        label=_("Microsoft Project の番号"), required=False, coerce=int, empty_value=None,
        choices=[("", _("付けない")), *((number, number) for number in range(LARGEST_NUMBER + 1))],
    )  # fmt: skip
    is_chosen = forms.BooleanField(label=_("比較の基準にする"), required=False)

    @property
    def values(self) -> Mapping[str, Any]:
        """What `take_baseline` takes."""
        cleaned = dict(self.cleaned_data)
        stretches, with_summaries = cleaned.pop("rows"), cleaned.pop("with_summaries")
        return cleaned | {"rows": Asked(stretches, with_summaries) if stretches else None}
