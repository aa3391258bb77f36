"""Risks of the list of a project on the form of its simulation: which are taken, and what each means in this run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.risk.asked import Asked, AskedRisk, asked_of
from tasks.risk.drivers import listed_risks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project
    from tasks.models import RiskRun
    from tasks.risk.drivers import ListedRisk

LONGEST: Final = 1000


class DriverForm(forms.Form):
    """One risk of the list."""

    use = forms.BooleanField(required=False)
    probability = forms.IntegerField(label=gettext_lazy("確率"), min_value=1, max_value=100)
    low = forms.IntegerField(label=gettext_lazy("最小の影響"), min_value=1, max_value=LONGEST)
    high = forms.IntegerField(label=gettext_lazy("最大の影響"), min_value=1, max_value=LONGEST)

    def __init__(self, listed: ListedRisk, asked: Asked, data: Mapping[str, Any] | None) -> None:
        self.issue, self.tasks, self.usual = listed
        super().__init__(data, prefix=f"risk-{self.issue.pk}", initial=self._chosen(asked))
        for name in ("probability", "low", "high"):
            field = self.fields[name]
            field.widget.attrs["aria-label"] = f"{self.issue.title}: {field.label}"
        self.fields["use"].widget.attrs["aria-describedby"] = f"about-{self.prefix}"

    def _chosen(self, asked: Asked) -> dict[str, Any]:
        """What was typed for the last run, as long as the risk has its levels; a risk that is new since is taken."""
        last = next((one for one in asked.risks if one.issue == self.issue.pk), self.usual)
        values = last if last.levels == self.usual.levels else self.usual
        return {
            "use": self.issue.pk not in asked.left_out,
            "probability": values.probability, "low": values.low, "high": values.high,
        }  # fmt: skip

    def clean(self) -> None:
        """The smaller one first."""
        low, high = (self.cleaned_data.get(name) for name in ("low", "high"))
        if low and high and low > high:
            self.add_error("high", _("最小の影響以上にしてください。"))

    @property
    def is_left_out(self) -> bool:
        """Whether it was offered and not wanted; what is typed of it then says nothing."""
        name = self.add_prefix("use")
        return name not in self.data and self.add_prefix("probability") in self.data

    @property
    def is_taken(self) -> bool:
        """Whether the run has it."""
        return self.add_prefix("use") in self.data

    @property
    def risk(self) -> AskedRisk:
        """What `Asked` holds of it."""
        typed = {name: self.cleaned_data[name] for name in ("probability", "low", "high")}
        return replace(self.usual, **typed)


class DriverForms:
    """Those of all risks that can be simulated."""

    def __init__(self, project: Project, run: RiskRun | None, data: Mapping[str, Any] | None = None) -> None:
        listed = listed_risks(project)
        asked = asked_of(run.asked) if run is not None else Asked()
        self.forms = [DriverForm(one, asked, data) for one in listed.risks]
        self.has_more = listed.has_more

    def is_valid(self) -> bool:
        """Whether all that are taken can be."""
        return all(one.is_valid() for one in self.forms if one.is_taken)

    def added_to(self, asked: Asked) -> Asked:
        """With the risks that were chosen."""
        risks = tuple(one.risk for one in self.forms if one.is_taken)
        left_out = tuple(one.issue.pk for one in self.forms if one.is_left_out)
        return replace(asked, risks=risks, left_out=left_out)
