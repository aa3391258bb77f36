"""What a request to take back or to do again says."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.undo.services import OnClash

_CHOICES: Final = [(each.value, each.value) for each in OnClash]


class StepForm(forms.Form):
    """How far, and what to do with what another person has changed since."""

    through = forms.IntegerField(
        required=False, min_value=1, error_messages={"invalid": _("操作を一覧から選び直してください。")}
    )
    clash = forms.ChoiceField(required=False, choices=_CHOICES)
    #: Only to name what another person has changed.
    asks = forms.BooleanField(required=False)

    def clean_clash(self) -> OnClash:
        """To ask is what happens where nothing is said."""
        return OnClash(self.cleaned_data["clash"] or OnClash.ASK)
