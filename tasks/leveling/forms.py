"""How a plan is to be levelled."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class LevelingForm(forms.Form):
    """What can be chosen: no more than what there is."""

    within_slack = forms.BooleanField(label=_("終了日を変えない（余裕の範囲だけで動かす）"), required=False)
