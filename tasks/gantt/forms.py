"""What the chart's script sends: a window, or a bar's new place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.worktime.moments import MINUTES_PER_DAY, day_number
from tasks.gantt.page import SECTION

if TYPE_CHECKING:
    from datetime import date

    from tasks.models import Task

MOST_ROWS: Final = 100
#: What a client may hold at once; more than the script ever keeps.
MOST_SECTIONS: Final = 16
_NO_DATE: Final = {
    "required": _("日付がありません。もう一度動かしてください。"),
    "invalid": _("日付として読めません。年/月/日で指定してください。"),
}


class ChartWindowForm(forms.Form):
    """The rows to draw: from which place (counted from 0), how many."""

    first = forms.IntegerField(min_value=0, max_value=10_000_000)
    count = forms.IntegerField(min_value=1, max_value=MOST_ROWS, required=False)

    def clean_count(self) -> int:
        return self.cleaned_data["count"] or SECTION


class ShownSections(forms.CharField):
    """The sections that the page holds, as "40-40,80-40": first row and number of rows."""

    def to_python(self, value: Any) -> list[range]:  # type: ignore[override]  # a field may give any value
        text = super().to_python(value) or ""
        found = []
        for part in text.split(",")[:MOST_SECTIONS]:
            first, _dash, count = part.partition("-")
            if first.isdecimal() and count.isdecimal() and int(count) <= MOST_ROWS:
                found.append(range(int(first), int(first) + int(count)))
        return _neighbours(sorted(found, key=lambda section: section.start))


def _neighbours(sections: list[range]) -> list[range]:
    """Only what lies near the first one: a window is one stretch, however the page was scrolled."""
    limit = MOST_SECTIONS * MOST_ROWS
    return [section for section in sections if section.stop - sections[0].start <= limit]


class SeenPlace(forms.CharField):
    """Where a bar lay when the user took hold of it, as "29598180-29599080": its first and last minute."""

    def to_python(self, value: Any) -> tuple[int, int] | None:  # type: ignore[override]  # a field may give any value
        first, _dash, last = (super().to_python(value) or "").partition("-")
        return (int(first), int(last)) if first.isdecimal() and last.isdecimal() else None


class ChartChangeForm(forms.Form):
    """What every change in the chart carries along."""

    shown = ShownSections(required=False, max_length=400)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task


class MoveTaskForm(ChartChangeForm):
    """The day on which a task is to start; its hour stays."""

    at = SeenPlace(required=False, max_length=40)
    start = forms.DateField(error_messages=_NO_DATE)

    @property
    def start_minute(self) -> int:
        day: date = self.cleaned_data["start"]
        # A milestone stands at the end of a shift, where the next working moment would be a day later.
        hour = 0 if self.task.is_milestone else (self.task.start_minute or 0) % MINUTES_PER_DAY
        return day_number(day) * MINUTES_PER_DAY + hour


class ResizeTaskForm(ChartChangeForm):
    """The last day of a task."""

    at = SeenPlace(required=False, max_length=40)
    finish = forms.DateField(error_messages=_NO_DATE)

    @property
    def finish_minute(self) -> int:
        day: date = self.cleaned_data["finish"]
        return (day_number(day) + 1) * MINUTES_PER_DAY


class AssignForm(ChartChangeForm):
    """Who is to work on a task, as typed in the WBS, and what stood there when it was asked."""

    people = forms.CharField(max_length=1_000, required=False)
    was = forms.CharField(max_length=1_000, required=False)
