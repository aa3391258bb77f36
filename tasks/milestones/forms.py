"""What is typed about a milestone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.fields import DayField
from config.web.formats import day_plain
from projects.errors import RuleBrokenError
from projects.models import User
from projects.worktime.moments import ends_on
from tasks.plan.constraint_days import DEADLINE, moment_of

if TYPE_CHECKING:
    from tasks.models import Task

LARGEST_REVISION: Final = 2**62


class MilestoneForm(forms.Form):
    """Deliverable, approver, the promised day, and the day it was reached. `revision` is the plan it was shown with."""

    deliverable = forms.CharField(label=gettext_lazy("成果物"), required=False, max_length=200)
    approver = forms.TypedChoiceField(
        label=gettext_lazy("承認者"), required=False, coerce=int, empty_value=None
    )
    deadline_on = DayField(label=gettext_lazy("期限"), required=False)
    achieved_on = DayField(
        label=gettext_lazy("達成日"), required=False, help_text=gettext_lazy("空にすると、未達成に戻ります。")
    )
    revision = forms.IntegerField(min_value=0, max_value=LARGEST_REVISION, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, task: Task) -> None:
        self.task = task
        super().__init__(data, initial=initial_of(task))
        people = User.objects.filter(project_memberships__project=task.project) | User.objects.filter(
            pk=task.approver_id
        )
        field = self.fields["approver"]
        assert isinstance(field, forms.ChoiceField)
        self._people = list(people.distinct().order_by("kana", "pk").values_list("pk", "display_name"))
        field.choices = [("", _("決めない")), *self._people]

    def clean_deadline_on(self) -> int | None:
        """The moment by which it should be reached."""
        day = self.cleaned_data["deadline_on"]
        if day == ends_on(self.task.deadline_minute):
            return self.task.deadline_minute  # a deadline in the middle of a day stays there
        try:
            return moment_of(self.task, DEADLINE, day)
        except RuleBrokenError as error:
            raise forms.ValidationError(str(error)) from error

    def changes(self) -> dict[str, Any]:
        """What the service `edit_task` takes."""
        cleaned = self.cleaned_data
        return {
            "deliverable": cleaned["deliverable"].strip(),
            "approver_id": cleaned["approver"],
            "deadline_minute": cleaned["deadline_on"],
        }

    def against(self, task: Task) -> tuple[MilestoneForm, list[dict[str, str]]]:
        """The same entries over the task as it is now, and where both differ: saving once more overwrites knowingly."""
        form = MilestoneForm({**self.data.dict(), "revision": str(task.project.revision)}, task=task)  # type: ignore[attr-defined]  # a QueryDict
        now = MilestoneForm(task=task)
        names = ("deliverable", "approver", "deadline_on", "achieved_on")
        texts = [(form[name].label, now.text(name), form.text(name)) for name in names]
        return form, [
            {"label": str(label), "now": there or "—", "typed": typed or "—"}
            for label, there, typed in texts
            if there != typed
        ]

    def text(self, name: str) -> str:
        """What a field shows."""
        value, field = self[name].value(), self.fields[name]
        if isinstance(field, forms.ChoiceField):
            names = {str(key): str(label) for key, label in self._people}
            return names.get(str(value), "") if value else ""
        return str(value).strip() if isinstance(value, str) else day_plain(value) if value else ""


def initial_of(task: Task) -> dict[str, Any]:
    """What a milestone's form shows."""
    return {
        "deliverable": task.deliverable,
        "approver": task.approver_id,
        "deadline_on": ends_on(task.deadline_minute),
        "achieved_on": ends_on(task.actual_finish_minute) if task.progress_percentage == 100 else None,
        "revision": task.project.revision,
    }
