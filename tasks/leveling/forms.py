"""How a plan is to be levelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.leveling.deciding import FREE, KEEPS, STAYS

if TYPE_CHECKING:
    from tasks.models import LevelingRun


ORDER, FINISH, SLACK = "order", "finish", "slack"


class LevelingForm(forms.Form):
    """What can be chosen: no more than what there is."""

    aim = forms.ChoiceField(
        label=_("進め方"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (ORDER, _("標準（優先度、余裕、行の順）")),
            (FINISH, _("早く終わる順を探す")),
            (SLACK, _("終了日を変えない（余裕の範囲だけ）")),
        ],
    )

    @property
    def asked(self) -> dict[str, bool]:
        """What `start_leveling` takes."""
        aim = self.cleaned_data.get("aim") or ORDER
        return {"within_slack": aim == SLACK, "searches": aim == FINISH}


class DecisionForm(forms.Form):
    """What is decided of the move of one task."""

    task = forms.IntegerField(min_value=1)
    decision = forms.ChoiceField(choices=[(name, name) for name in (STAYS, KEEPS, FREE)])


def aim_of(run: LevelingRun | None) -> str:
    """What was chosen for the last run; the usual where there is none."""
    if run is None:
        return ORDER
    return SLACK if run.within_slack else FINISH if run.searches else ORDER
