"""The form of one task, with everything a planner enters about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.errors import RuleBrokenError
from projects.models import Calendar, User
from projects.person_time import person_time_of
from projects.worktime.moments import ends_on
from tasks.editing.forms import reading
from tasks.models import Constraint, Mode, Task, TaskType
from tasks.plan.actions.team import weighs
from tasks.plan.constraint_days import DEADLINE, constraint_day, meanings_of, moment_of
from tasks.scheduling.constraint_types import WITHOUT_DATE
from tasks.sheet.columns.registry import registry
from tasks.sheet.day_text import read_day
from tasks.sheet.parsing import UnitMinutes, read_duration, read_people, read_work
from tasks.sheet.reading import Reader
from tasks.sheet.rows import text_of
from tasks.sheet.text import day_text, sizes_of

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

#: What a summary takes from its children.
OF_LEAVES: Final = frozenset({"start", "finish", "duration", "work"})


def day_input() -> forms.TextInput:
    """A text field, to which a script adds a calendar."""
    return forms.TextInput(attrs={"data-day": True, "inputmode": "numeric", "autocomplete": "off"})


class TaskForm(forms.Form):
    """Everything that a planner enters about one task, as texts that are spelled like the cells of the WBS.

    Every field carries the text it was shown with, so that only what the person changed is written, and what
    another user changed meanwhile is noticed.
    """

    name = forms.CharField(
        label=registry["name"].label, max_length=500,
        error_messages={"required": gettext_lazy("タスク名を入力してください。")},
    )  # fmt: skip
    description = forms.CharField(
        label=gettext_lazy("説明"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_milestone = forms.BooleanField(label=gettext_lazy("マイルストーン"), required=False)
    deliverable = forms.CharField(label=gettext_lazy("成果物"), required=False, max_length=200)
    approver = forms.ChoiceField(label=gettext_lazy("承認者"), required=False)
    start = forms.CharField(label=registry["start"].header, required=False, max_length=40, widget=day_input())
    finish = forms.CharField(
        label=registry["finish"].header, required=False, max_length=40, widget=day_input()
    )
    duration = forms.CharField(
        label=registry["duration"].header, required=False, max_length=40,
        help_text=gettext_lazy("5d、5日、3h、2週 のように入力します。"),
    )  # fmt: skip
    work = forms.CharField(
        label=registry["work"].header, required=False, max_length=40,
        help_text=gettext_lazy("16h、2人日、0.5人月 のように入力します。"),
    )  # fmt: skip
    assignees = forms.CharField(
        label=registry["assignees"].header, required=False, max_length=2000,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
        help_text=gettext_lazy("複数のときは「、」で区切ります。割当は 氏名[50%] のように書けます。"),
    )  # fmt: skip
    predecessors = forms.CharField(
        label=registry["predecessors"].header, required=False, max_length=2000,
        help_text=gettext_lazy("行番号と種類、ラグを 3FS+2d のように入力します。"),
    )  # fmt: skip
    mode = forms.ChoiceField(label=gettext_lazy("スケジュール"), choices=Mode.choices, required=False)
    task_type = forms.ChoiceField(
        label=gettext_lazy("タスクの種類"), choices=TaskType.choices, required=False,
        help_text=gettext_lazy("期間、工数、割当のどれかを変えたとき、固定したものは変わらず、残りの1つが変わります。"),
    )  # fmt: skip
    is_effort_driven = forms.BooleanField(
        label=gettext_lazy("残存作業優先"), required=False,
        help_text=gettext_lazy(
            "担当を増減しても、工数の合計を変えずに分け直します。作業時間固定では常に有効です。"
        ),
    )  # fmt: skip
    constraint_type = forms.ChoiceField(
        label=gettext_lazy("制約"), choices=Constraint.choices, required=False
    )
    constraint_on = forms.CharField(
        label=gettext_lazy("制約の日付"), required=False, max_length=40, widget=day_input()
    )
    deadline_on = forms.CharField(
        label=gettext_lazy("期限"), required=False, max_length=40, widget=day_input()
    )
    calendar = forms.ChoiceField(label=gettext_lazy("カレンダー"), required=False)
    priority = forms.IntegerField(label=gettext_lazy("優先度"), min_value=0, max_value=1000)
    is_active = forms.BooleanField(label=gettext_lazy("有効"), required=False)

    #: Fields whose text goes to the task as it stands.
    PLAIN: Final = (
        "name", "description", "is_milestone", "deliverable", "mode", "task_type", "is_effort_driven", "priority",
        "is_active",
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None, *, task: Task) -> None:
        self.task = task
        super().__init__(data, initial=initial_of(task))
        for field in self.fields.values():
            field.show_hidden_initial = True
        members = User.objects.filter(project_memberships__project=task.project).order_by("kana", "pk")
        self._close_what_does_not_count(data)
        self._say_what_dates_mean()
        self._choose("approver", [(str(user.pk), user.display_name) for user in members], _("決めない"))
        calendars = Calendar.objects.filter(organization=task.organization_id, project__isnull=True)
        own = Calendar.objects.filter(project=task.project)
        rows = (calendars | own).order_by("name", "pk").values_list("pk", "name")[:200]
        self._choose("calendar", [(str(pk), name) for pk, name in rows], _("プロジェクトのカレンダー"))

    def _close_what_does_not_count(self, data: Mapping[str, Any] | None) -> None:
        """Fixed work is always driven by effort; and without work that fills time, neither means anything."""
        kind = (data or {}).get("task_type") or self.task.task_type
        drives, task_type = self.fields["is_effort_driven"], self.fields["task_type"]
        # A script opens and closes the box along with the choice.
        drives.widget.attrs["data-implied-by"] = f"task_type={TaskType.FIXED_WORK}"
        drives.disabled = kind == TaskType.FIXED_WORK
        if not weighs(self.task):
            drives.disabled = task_type.disabled = True
            drives.widget.attrs.pop("data-implied-by")
            task_type.help_text = _(
                "サマリータスク、マイルストーン、経過時間のタスクでは、期間と工数は互いに変わりません。"
            )
            drives.help_text = ""

    def _say_what_dates_mean(self) -> None:
        """Beside a date on a day without work."""
        for kind, said in meanings_of(self.task).items():
            self.fields["deadline_on" if kind == DEADLINE else "constraint_on"].help_text = said

    def _choose(self, name: str, choices: list[tuple[str, str]], nothing: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing), *choices]

    def _kept(self, name: str) -> str:
        """A choice that was not sent stays as it is."""
        return str(self.cleaned_data[name] or getattr(self.task, name))

    def clean_mode(self) -> str:
        """Automatic or by hand."""
        return self._kept("mode")

    def clean_task_type(self) -> str:
        """What stays as it is when work, duration or people change."""
        return self._kept("task_type")

    def clean_constraint_type(self) -> str:
        """One of eight."""
        return self._kept("constraint_type")

    @property
    def _sizes(self) -> UnitMinutes:
        return sizes_of(self.task.project)

    def _day(self, name: str) -> date | None:
        text = self.cleaned_data[name].strip()
        near = self.task.start_date or self.task.project.start_date
        return reading(lambda: read_day(text, near), "start") if text else None

    def clean_start(self) -> date | None:
        """The first day."""
        return self._day("start")

    def clean_finish(self) -> date | None:
        """The last day."""
        return self._day("finish")

    def clean_constraint_on(self) -> date | None:
        """The day that the constraint names."""
        return self._day("constraint_on")

    def clean_deadline_on(self) -> date | None:
        """The day by which it should be done."""
        return self._day("deadline_on")

    def clean_duration(self) -> tuple[int, bool] | None:
        """Minutes, and whether they pass on the clock."""
        text = self.cleaned_data["duration"].strip()
        return reading(lambda: read_duration(text, self._sizes), "duration") if text else None

    def clean_work(self) -> int:
        """Minutes of work."""
        return reading(
            lambda: read_work(self.cleaned_data["work"], person_time_of(self.task.project)), "work"
        )

    def clean_assignees(self) -> dict[int, Decimal | None]:
        """Resources with their share."""
        shares = reading(lambda: read_people(self.cleaned_data["assignees"]), "assignees")
        try:
            return Reader(self.task.project).units_of_names(shares)
        except RuleBrokenError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """A constraint that needs a day has one."""
        cleaned = super().clean() or {}
        kind = cleaned.get("constraint_type")
        if kind and kind not in WITHOUT_DATE and not cleaned.get("constraint_on"):
            self.add_error("constraint_on", _("この制約には日付が必要です。日付を入力してください。"))
        return cleaned

    @property
    def seen(self) -> SafeString:
        """The texts that the fields were shown with, as hidden fields; a summary shows no dates of its own."""
        shown = [field for field in self if not (self.task.is_summary and field.name in OF_LEAVES)]
        return format_html_join("", "{}", ((field.as_hidden(only_initial=True),) for field in shown))

    @property
    def conflicts(self) -> list[dict[str, Any]]:
        """Fields that the person changed, and another user too since the form was shown: both texts."""
        found = []
        for name in self.changed_data:
            bound = self[name]
            seen = self._text(name, self.data.get(self.add_initial_prefix(name), ""))
            now = self._text(name, self.initial.get(name))
            typed = self._text(name, bound.value())
            if now not in {seen, typed}:
                found.append({"label": bound.label, "now": now or "—", "typed": typed or "—"})
        return found

    def _text(self, name: str, value: Any) -> str:
        """One spelling for what the browser sent and what the task holds."""
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return _("はい") if field.to_python(value) else _("いいえ")
        text = "" if value is None else str(value).replace("\r\n", "\n").strip()
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(text, text))  # type: ignore[arg-type]  # flat choices here
        return text

    def as_seen_now(self) -> TaskForm:
        """The same entries over the task as it is now: saving once more overwrites knowingly."""
        data = dict(self.data.items())
        for name in self.fields:
            value = self.initial.get(name)
            data[self.add_initial_prefix(name)] = "" if value is None else str(value)
        return TaskForm(data, task=self.task)

    def changes(self) -> dict[str, Any]:
        """What the person changed, as the service `revise_task` takes it."""
        changed, cleaned, task = set(self.changed_data), self.cleaned_data, self.task
        fields: dict[str, Any] = {name: cleaned[name] for name in self.PLAIN if name in changed}
        for name in ("approver", "calendar"):
            if name in changed:
                fields[f"{name}_id"] = int(cleaned[name]) if cleaned[name] else None
        if "work" in changed:
            fields["work_minutes"] = cleaned["work"]
        if changed & {"constraint_type", "constraint_on"}:
            kind = cleaned["constraint_type"]
            fields["constraint_type"] = kind
            fields["constraint_minute"] = moment_of(task, kind, cleaned["constraint_on"])
        if "deadline_on" in changed:
            fields["deadline_minute"] = moment_of(task, DEADLINE, cleaned["deadline_on"])
        return {
            "changes": fields,
            "duration": cleaned["duration"] if "duration" in changed else None,
            "start": cleaned["start"] if "start" in changed else None,
            "finish": cleaned["finish"] if "finish" in changed else None,
            "units": cleaned["assignees"] if "assignees" in changed else None,
            "predecessors": cleaned["predecessors"] if "predecessors" in changed else None,
        }


def initial_of(task: Task) -> dict[str, Any]:
    """The texts that a task's form shows."""
    texts = {
        name: text_of(task, name)
        for name in ("start", "finish", "duration", "work", "assignees", "predecessors")
    }
    return texts | {
        "name": task.name,
        "description": task.description,
        "is_milestone": task.is_milestone,
        "deliverable": task.deliverable,
        "approver": str(task.approver_id or ""),
        "mode": task.mode,
        "task_type": task.task_type,
        "is_effort_driven": task.is_effort_driven or task.task_type == TaskType.FIXED_WORK,
        "constraint_type": task.constraint_type,
        "constraint_on": day_text(constraint_day(task.constraint_type, task.constraint_minute)),
        "deadline_on": day_text(ends_on(task.deadline_minute)),
        "calendar": str(task.calendar_id or ""),
        "priority": str(task.priority),
        "is_active": task.is_active,
    }
