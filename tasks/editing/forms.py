"""What is typed about tasks: cells, rows to act on, the form of a task, progress, comments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web import formats
from projects.errors import RuleBrokenError
from projects.person_time import person_time_of
from tasks.models import Task
from tasks.plan.actions.progress import Standing
from tasks.sheet.columns.registry import registry
from tasks.sheet.folding import MOST_LEVELS
from tasks.sheet.html import SECTION
from tasks.sheet.parsing import UnreadableError, plain, read_work
from tasks.sheet.selected import Selected

if TYPE_CHECKING:
    pass

T = TypeVar("T")
#: More rows than the script ever shows at once, and than is ever marked by hand.
MOST_SHOWN: Final = 10 * SECTION
MOST_MARKED: Final = 2_000
#: So many rows are added at once.
MOST_ADDED: Final = 200
#: The signs that people type for less: hyphen, minus, the long vowel of a Japanese keyboard.
MINUS: Final = "-−ー"


def first_error(form: forms.Form) -> RuleBrokenError:
    """A refusal with the first thing to put right, for forms that have no page of their own."""
    field, errors = next(iter(form.errors.items()))
    return RuleBrokenError(str(errors[0]), field=field)


class SheetWindowForm(forms.Form):
    """A stretch of shown rows, counted from 0."""

    first = forms.IntegerField(min_value=0, max_value=10_000_000, required=False)
    count = forms.IntegerField(min_value=0, max_value=MOST_SHOWN, required=False)

    @property
    def window(self) -> tuple[int, int]:
        """The rows to draw, on the borders of sections; without any, the first section."""
        if not self.is_valid():
            return 0, SECTION
        first = (self.cleaned_data["first"] or 0) // SECTION * SECTION
        count = self.cleaned_data["count"]
        return first, SECTION if count is None else count


class MarkedTasks(forms.CharField):
    """Tasks by id: "12,15,16"."""

    default_error_messages = {
        "required": gettext_lazy("タスクを選んでください。"),
        "invalid": gettext_lazy("タスクの指定が読めません。表示を更新して、選び直してください。"),
    }

    def clean(self, value: Any) -> list[int]:
        """Ids in the order given, each once."""
        pieces = [piece for piece in str(super().clean(value)).split(",") if piece.strip()]
        if len(pieces) > MOST_MARKED or not all(piece.isascii() and piece.isdigit() for piece in pieces):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return list(dict.fromkeys(int(piece) for piece in pieces if len(piece) < 19))


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


class SelectionForm(forms.Form):
    """What is selected of a sheet: the rows between two tasks, more of them, without some; and which columns."""

    first = forms.IntegerField(required=False, min_value=1)
    last = forms.IntegerField(required=False, min_value=1)
    tasks = MarkedTasks(required=False)
    without = MarkedTasks(required=False)
    columns = forms.CharField(required=False, max_length=2_000)

    @property
    def chosen(self) -> Selected:
        """The rows, as the form has them."""
        data = self.cleaned_data
        return Selected(data["first"], data["last"], tuple(data["tasks"]), tuple(data["without"]))

    def clean_columns(self) -> frozenset[str]:
        """Names of columns."""
        return frozenset(self.cleaned_data["columns"].split(","))


class FindForm(forms.Form):
    """A text in a plan; the next one behind a cell, or before it."""

    text = forms.CharField(max_length=200, strip=False)
    behind = forms.IntegerField(required=False, min_value=1)
    #: The column of that cell.
    inside = forms.CharField(required=False, max_length=60)
    back = forms.BooleanField(required=False)
    #: Not in names: the row with this number or code, or that is worked on that day.
    go = forms.BooleanField(required=False)


class ReplaceForm(forms.Form):
    """A text in the names of a plan, and what it becomes."""

    text = forms.CharField(max_length=200, strip=False)
    by = forms.CharField(max_length=500, strip=False, required=False)


class FoldForm(forms.Form):
    """Which branch to close or open; or to open `all`, or to close all below a `level`."""

    task = forms.IntegerField(required=False, min_value=1)
    all = forms.BooleanField(required=False)
    level = forms.IntegerField(required=False, min_value=1, max_value=MOST_LEVELS)

    def clean(self) -> dict[str, Any]:
        """One of them."""
        cleaned = super().clean() or {}
        if not (cleaned.get("all") or cleaned.get("task") or cleaned.get("level") or self.errors):
            self.add_error("task", _("閉じるか開くタスクを選んでください。"))
        return cleaned


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
