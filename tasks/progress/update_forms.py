"""Up to which day a plan is brought, with what, and which of its rows."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from config.web.fields import DayField
from tasks.progress.updating import Update
from tasks.sheet.row_numbers import RowNumbersField

REPORT, MOVE = "report", "move"
CHOICES: Final = (
    (REPORT, _("この日までの作業を、予定どおりの進捗にする")),
    (MOVE, _("この日までに終わっていない作業を、翌日以降へ動かす")),
)


class UpdateForm(forms.Form):
    """What `update_plan` takes."""

    on = DayField(label=_("基準日"), help_text=_("この日の終わりまでの計画を更新します。"))
    does = forms.ChoiceField(label=_("更新の内容"), choices=CHOICES, widget=forms.Select)
    rows = RowNumbersField(
        label=_("行"), max_length=3000, required=False,
        help_text=_("空にすると計画の全体です。一部だけのときは 3-10, 15 のように行番号で入力します。"),
    )  # fmt: skip
    #: The plan that was looked at; a user who has seen no preview sends none.
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @property
    def update_asked(self) -> Update:
        """As it was typed."""
        data = self.cleaned_data
        does = data["does"]
        return Update(on=data["on"], reports=does == REPORT, moves=does == MOVE, rows=tuple(data["rows"]))
