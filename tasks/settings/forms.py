"""What a leader types about how a plan is computed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.web.fields import DayField
from projects.errors import RuleBrokenError
from projects.models import Calendar, Project
from projects.models.progress_rules import ProgressRule
from projects.models.task_types import TaskType
from tasks.plan.actions.progress_rules import USUAL_STEPS, read_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_SLACK: Final = 9999
#: As long as a file may say that a day, a week and a month are (`tasks/interchange/mspdi/project.py`).
MOST_PER_DAY, MOST_PER_WEEK, MOST_PER_MONTH = 1440, 10_080, 31
#: Settings that are written as they are typed.
SAME: Final = (
    "schedule_from", "start_date", "end_date", "status_on", "calendar", "honours_constraints",
    "minutes_per_day", "minutes_per_week", "days_per_month", "default_task_type",
    "progress_rule", "progress_steps",
)  # fmt: skip


def _count(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(min_value=1, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)


class SettingsForm(forms.Form):
    """What the dates of a project are computed by."""

    schedule_from = forms.ChoiceField(
        label=_("日程の計算"), choices=Project.ScheduleFrom.choices,
        help_text=_("「終了日から」では、終了日に間に合ういちばん遅い日に計画を始めます。"),
    )  # fmt: skip
    calendar = forms.ModelChoiceField(
        label=_("カレンダー"), queryset=Calendar.objects.none(), empty_label=None
    )
    start_date = DayField(label=_("開始日"))
    end_date = DayField(label=_("終了日"))
    status_on = DayField(
        label=_("基準日"), required=False,
        help_text=_("この日の終わりの時点で進捗を判断します。空にすると、今日で判断します。"),
    )  # fmt: skip
    critical_slack = forms.DecimalField(
        label=_("クリティカルとする余裕"), min_value=-MOST_SLACK, max_value=MOST_SLACK, decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("余裕がこの日数以下のタスクを、クリティカルとします。"),
    )  # fmt: skip
    honours_constraints = forms.BooleanField(
        label=_("依存関係より、タスクの制約日を優先する"), required=False
    )
    default_task_type = forms.ChoiceField(
        label=_("新しいタスクの種類"), choices=TaskType.choices,
        help_text=_("これから追加するタスクの種類です。いまのタスクは変わりません。"),
    )  # fmt: skip
    progress_rule = forms.ChoiceField(
        label=_("進捗の入力"), choices=ProgressRule.choices,
        help_text=_("これから入力する進捗の決まりです。いまの進捗は変わりません。"),
    )  # fmt: skip
    progress_steps = forms.CharField(
        label=_("進捗の段階"), max_length=600, required=False, widget=forms.Textarea({"rows": 4}),
        help_text=_("「段階を選ぶ」のときに使います。1行に1つ、「製造 60」のように名前と % を書きます。"),
    )  # fmt: skip
    minutes_per_day = _count(
        label=_("1日の長さ"), max_value=MOST_PER_DAY,
        help_text=_("期間の「1日」です。8時間は480分です。"),
    )  # fmt: skip
    minutes_per_week = _count(
        label=_("1週間の長さ"),
        max_value=MOST_PER_WEEK,
        help_text=_("期間の「1週間」です。40時間は2400分です。"),
    )
    days_per_month = _count(
        label=_("1か月の日数"), max_value=MOST_PER_MONTH, help_text=_("期間の「1か月」です。")
    )
    #: What the form was made from: settings that changed meanwhile are not overwritten.
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["calendar"]
        assert isinstance(field, forms.ModelChoiceField)  # for the type checker
        # Of the calendars that came with a file those of people hang on another one.
        known = Q(project=None) | Q(project=project, base=None) | Q(pk=project.calendar_id)
        calendars = Calendar.objects.filter(known, organization=project.organization_id)
        field.queryset = calendars.order_by("-is_default", "name", "pk")

    def clean_progress_steps(self) -> str:
        """One step a line, as it is kept; nothing is the usual ones."""
        text = self.cleaned_data["progress_steps"]
        if not text.strip():
            return ""
        try:
            steps = read_steps(text)
        except RuleBrokenError as error:
            raise forms.ValidationError(str(error)) from error
        text = "\n".join(f"{step.name} {step.percent}" for step in steps)
        return "" if text == USUAL_STEPS else text

    @property
    def typed(self) -> dict[str, Any]:
        """By the names of the fields."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    @property
    def changes(self) -> dict[str, Any]:
        """What a service takes: a length in days is one of the day that is typed beside it."""
        data = self.cleaned_data
        slack = round(data["critical_slack"] * data["minutes_per_day"])
        return {name: data[name] for name in SAME} | {"critical_slack_minutes": slack}


def settings_of(project: Project) -> Mapping[str, Any]:
    """A project's settings for the form."""
    slack = round(Decimal(project.critical_slack_minutes) / project.minutes_per_day, 4)
    values = {name: getattr(project, name) for name in (*SAME, "revision")}
    steps = project.progress_steps or USUAL_STEPS
    return values | {"critical_slack": Decimal(f"{slack.normalize():f}"), "progress_steps": steps}
