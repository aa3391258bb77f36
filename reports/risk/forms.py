"""How a plan is to be simulated."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.risk.asked import Asked
from tasks.scheduling.risk.uncertain import LARGEST_SEED

if TYPE_CHECKING:
    from tasks.models import RiskRun

#: More runs than these say nothing that a planner would see: the standard error of a probability is at most 0.7 points then.
FEWEST_RUNS, MOST_RUNS = 100, 5000
LARGEST_BELOW, LARGEST_ABOVE = 90, 300
SHAPES: Final = [("triangular", _("三角分布")), ("pert", _("PERT（ベータ分布）"))]


class RiskForm(forms.Form):
    """A range for all tasks, how they hang together, and how often."""

    below = forms.IntegerField(label=_("最短（短くなる幅）"), min_value=0, max_value=LARGEST_BELOW)
    above = forms.IntegerField(label=_("最長（長くなる幅）"), min_value=0, max_value=LARGEST_ABOVE)
    shape = forms.ChoiceField(label=_("分布の形"), choices=SHAPES)
    correlation = forms.IntegerField(
        label=_("工程内の連動"), min_value=0, max_value=100,
        help_text=_("同じ工程のタスクが、いっしょに延びたり縮んだりする強さ"),
    )  # fmt: skip
    runs = forms.IntegerField(label=_("実行回数"), min_value=FEWEST_RUNS, max_value=MOST_RUNS)
    seed = forms.IntegerField(
        label=_("乱数の種"), min_value=1, max_value=LARGEST_SEED, help_text=_("同じ種なら同じ結果になります")
    )

    leveled = forms.BooleanField(label=_("毎回、担当者の負荷を平準化して計算する"), required=False)

    @property
    def asked(self) -> Asked:
        """What `start_simulation` takes, without risks."""
        return Asked(**self.cleaned_data)


def form_of(run: RiskRun | None) -> RiskForm:
    """What was chosen for the last run; the usual where there is none."""
    chosen: dict[str, Any] = asdict(Asked())
    if run is not None:
        chosen |= run.asked
    return RiskForm(initial=chosen)
