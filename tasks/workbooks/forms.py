"""What is chosen of a workbook before it is written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tasks.workbooks.axis import DAYS, MONTHS, WEEKS
from tasks.workbooks.contents import Choices


class WorkbookForm(forms.Form):
    """All of it may be left out."""

    scale = forms.ChoiceField(
        label=gettext_lazy("目盛"), required=False,
        choices=[("", gettext_lazy("期間に合わせる")), (DAYS, gettext_lazy("日")), (WEEKS, gettext_lazy("週")), (MONTHS, gettext_lazy("月"))],
    )  # fmt: skip
    paper = forms.ChoiceField(
        label=gettext_lazy("用紙"), required=False,
        choices=[("a3", gettext_lazy("A3 横")), ("a4", gettext_lazy("A4 横"))],
    )  # fmt: skip
    baseline = forms.ChoiceField(
        label=gettext_lazy("ベースライン"), required=False,
        choices=[("1", gettext_lazy("バーの下に示す")), ("0", gettext_lazy("示さない"))],
    )  # fmt: skip

    @property
    def chosen(self) -> Choices:
        """What was chosen; nonsense is what is usual."""
        found: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        return Choices(
            scale=found.get("scale") or "",
            paper=found.get("paper") or "a3",
            has_baseline=found.get("baseline", "1") != "0",
        )
