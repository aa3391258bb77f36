"""What is typed about tasks: cells, rows to act on, the form of a task, progress, comments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from projects.errors import RuleBrokenError
from projects.person_time import person_time_of
from tasks.models import Task
from tasks.plan.actions.progress import Standing
from tasks.plan.actions.progress_rules import choices_of
from tasks.sheet.columns.registry import registry
from tasks.sheet.forms import MarkedTasks
from tasks.sheet.parsing import UnreadableError, plain, read_work

T = TypeVar("T")
#: So many rows are added at once.
MOST_ADDED: Final = 200
#: The signs that people type for less: hyphen, minus, the long vowel of a Japanese keyboard.
MINUS: Final = "-−ー"


def first_error(form: forms.Form) -> RuleBrokenError:
    """A refusal with the first thing to put right, for forms that have no page of their own."""
    field, errors = next(iter(form.errors.items()))
    return RuleBrokenError(str(errors[0]), field=field)


class MarkedForm(forms.Form):
    """Which tasks to act on."""

    tasks = MarkedTasks()


class CellForm(forms.Form):
    """What was typed into which cell; `was` is the text that it showed when editing began."""

    column = forms.ChoiceField(choices=lambda: [(one.name, one.name) for one in registry.editable()])
    text = forms.CharField(max_length=5000, required=False)
    was = forms.CharField(max_length=5000, required=False)

    def clean_was(self) -> str | None:
        """Nothing sent is not the same as an empty cell."""
        return self.cleaned_data["was"] if "was" in self.data else None


class AddTaskForm(forms.Form):
    """A new row, or several: their name, and the row that they stand before, behind or under."""

    name = forms.CharField(
        label=gettext_lazy("タスク名"), max_length=500,
        error_messages={"required": gettext_lazy("タスク名を入力してください。")},
    )  # fmt: skip
    after = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    level = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    #: How many; `count` is of the window (`SheetWindowForm`).
    rows = forms.IntegerField(required=False, min_value=1, max_value=MOST_ADDED, widget=forms.HiddenInput)
    as_child = forms.BooleanField(label=gettext_lazy("子タスクにする"), required=False)
    is_milestone = forms.BooleanField(label=gettext_lazy("マイルストーンにする"), required=False)
    #: Whether a page that comes back goes on with the next row.
    goes_on = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_rows(self) -> int:
        """One, where nothing else is said."""
        return self.cleaned_data["rows"] or 1


class PlaceRowsForm(MarkedForm):
    """Where rows are dropped: in front of `target`, under it, or at the end."""

    target = forms.IntegerField(required=False, min_value=1)
    as_child = forms.BooleanField(required=False)


class ShiftForm(forms.Form):
    """Past the next row, or the one before."""

    direction = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])


class ShiftRowsForm(MarkedForm, ShiftForm):
    """Which rows go past the next one, or the one before."""


class ReplaceForm(forms.Form):
    """A text in the names of a plan, and what it becomes."""

    text = forms.CharField(max_length=200, strip=False)
    by = forms.CharField(max_length=500, strip=False, required=False)


class CommentForm(forms.Form):
    """Something to say about a task."""

    body = forms.CharField(
        label=gettext_lazy("コメント"), max_length=5000, strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("コメントを入力してください。")},
    )  # fmt: skip


class ProgressForm(forms.Form):
    """How far a task is, and the hours that went into it since the last report."""

    progress = forms.IntegerField(
        label=gettext_lazy("進捗"), min_value=0, max_value=100,
        error_messages={
            name: gettext_lazy("進捗は 0 から 100 の整数で入力してください。")
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )  # fmt: skip
    added_work = forms.CharField(label=gettext_lazy("加える実績工数"), max_length=40, required=False)
    note = forms.CharField(label=gettext_lazy("メモ"), max_length=500, required=False)
    is_on_hold = forms.BooleanField(label=gettext_lazy("保留にする"), required=False)
    #: What the form showed when it was opened, as `Standing` spells it; a browser that sends none reports all of it.
    seen = forms.CharField(required=False, max_length=20)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, task: Task, auto_id: str = "report-%s"
    ) -> None:
        self.task = task
        now = Standing.of(task)
        super().__init__(
            data, initial={"progress": now.percentage, "is_on_hold": now.is_on_hold}, auto_id=auto_id
        )
        self.steps = choices_of(task.project, now.percentage)
        if self.steps:
            self.fields["progress"] = forms.TypedChoiceField(
                label=gettext_lazy("進捗"), coerce=int, choices=self.steps, initial=now.percentage
            )
        self.fields["added_work"].help_text = _(
            "これまでの%(hours)sに足します。−1h のように入力すると減ります。"
        ) % {"hours": formats.hours(task.actual_work_minutes)}

    @property
    def shown(self) -> Standing:
        """How far the task is now, for the hidden field `seen`."""
        return Standing.of(self.task)

    def clean_seen(self) -> Standing | None:
        """What was shown; None where that cannot be told."""
        return Standing.read(self.cleaned_data["seen"])

    def clean_added_work(self) -> int:
        """Minutes to add, below 0 where hours are taken off; 0 where nothing was typed."""
        text = plain(self.cleaned_data["added_work"])
        sign = -1 if text[:1] in MINUS else 1
        return sign * reading(
            lambda: read_work(text.lstrip(f"+{MINUS}"), person_time_of(self.task.project)), "work"
        )


def reading(read: Callable[[], T], column: str) -> T:
    """What `read` makes of a text; one that cannot be read becomes the field's error, with an example."""
    try:
        return read()
    except UnreadableError as error:
        raise forms.ValidationError(
            _("「%(text)s」は読めません。%(hint)s"),
            params={"text": error.piece, "hint": registry[column].hint},
        ) from error
