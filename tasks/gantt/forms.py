"""What the chart's script sends: a bar's new place, a link that was drawn to it, or who works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.worktime.moments import MINUTES_PER_DAY, day_number
from tasks.plan.link_text import TYPES

if TYPE_CHECKING:
    from datetime import date

    from tasks.models import Task

_NO_DATE: Final = {
    "required": _("日付がありません。もう一度動かしてください。"),
    "invalid": _("日付として読めません。年/月/日で指定してください。"),
}


class SeenPlace(forms.CharField):
    """Where a bar lay when the user took hold of it, as "29598180-29599080": its first and last minute."""

    def to_python(self, value: Any) -> tuple[int, int] | None:  # type: ignore[override]  # a field may give any value
        first, _dash, last = (super().to_python(value) or "").partition("-")
        return (int(first), int(last)) if first.isdecimal() and last.isdecimal() else None


class MoveTaskForm(forms.Form):
    """The day on which a task is to start; its hour stays."""

    at = SeenPlace(required=False, max_length=40)
    start = forms.DateField(error_messages=_NO_DATE)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task

    @property
    def start_minute(self) -> int:
        day: date = self.cleaned_data["start"]
        # A milestone stands at the end of a shift, where the next working moment would be a day later.
        hour = 0 if self.task.is_milestone else (self.task.start_minute or 0) % MINUTES_PER_DAY
        return day_number(day) * MINUTES_PER_DAY + hour


class ResizeTaskForm(forms.Form):
    """The last day of a task."""

    at = SeenPlace(required=False, max_length=40)
    finish = forms.DateField(error_messages=_NO_DATE)

    @property
    def finish_minute(self) -> int:
        day: date = self.cleaned_data["finish"]
        return (day_number(day) + 1) * MINUTES_PER_DAY


class DrawnLinkForm(forms.Form):
    """A link that was drawn to a task: from which one, and between which ends."""

    predecessor = forms.IntegerField(
        min_value=1, max_value=2**63 - 1, error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("先行タスクがありません。もう一度つないでください。")
        )
    )  # fmt: skip
    kind = forms.ChoiceField(choices=[(name, name) for name in dict.fromkeys(TYPES.values())])


class AssignForm(forms.Form):
    """Who is to work on a task, as typed in the WBS, and what stood there when it was asked."""

    people = forms.CharField(max_length=1_000, required=False)
    was = forms.CharField(max_length=1_000, required=False)
