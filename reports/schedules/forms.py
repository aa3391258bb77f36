"""What is chosen about a schedule: which report, when, for whom."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.web import formats
from config.web.fields import DayField
from projects.errors import RuleBrokenError
from projects.models import User
from projects.permissions import rights_in_organization
from reports.documents.forms import FORMATS
from reports.documents.kinds import report_kinds
from reports.documents.paper.typesetter import NoTypesetterError, can_typeset
from reports.models import ReportFormat
from reports.models.schedules import MOST_RECIPIENTS
from tasks.recurring.rules import LONGEST_TEXT, WEEKDAYS
from tasks.recurring.services import checked_rule
from tasks.recurring.words import MONDAY, Choices

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from projects.models import Project

WHEN: Final[list[tuple[str, Promise]]] = [
    ("weekly", _("毎週")), ("monthly", _("毎月")), ("last", _("毎月末")), ("rule", _("RRULE で書く")),
]  # fmt: skip


def _weekdays() -> list[tuple[str, str]]:
    return [(code, formats.weekday(MONDAY.replace(day=number))) for number, code in enumerate(WEEKDAYS, 1)]


class ScheduleForm(forms.Form):
    """A schedule of a project."""

    kind = forms.ChoiceField(label=_("報告書"))
    format = forms.ChoiceField(label=_("形式"), choices=FORMATS)
    when = forms.ChoiceField(label=_("繰り返し"), choices=WHEN, initial="weekly", widget=forms.RadioSelect)
    weekday = forms.ChoiceField(label=_("曜日"), choices=_weekdays, initial="MO", required=False)
    month_day = forms.IntegerField(
        label=_("日"), min_value=1, max_value=31, initial=1, required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": 31, "inputmode": "numeric"}),
        help_text=_("その日のない月には送りません。"),
    )  # fmt: skip
    rule = forms.CharField(
        label="RRULE", required=False, max_length=LONGEST_TEXT,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "characters", "autocomplete": "off"}),
        help_text=_("RFC 5545 の書き方です。例：FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    )  # fmt: skip
    first_on = DayField(label=_("最初の日"), help_text=_("この日から数えます。朝7時に作ります。"))
    recipients = forms.ModelMultipleChoiceField(
        label=_("送り先"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text=_("金額は、見る権利のある人のレポートだけに入ります。"),
        error_messages={"required": _("送り先を1人以上選んでください。")},
    )  # fmt: skip

    def __init__(self, *args: Any, project: Project, user: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rights = rights_in_organization(user, project.organization_id)
        kinds = [
            (name, kind.label)
            for name, kind in report_kinds().items()
            if kind.is_of_project and kind.is_offered and (kind.needs is None or kind.needs in rights)
        ]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = "status"
        self.fields["format"].initial = "pdf-a4" if can_typeset() else "xlsx"
        self.fields["first_on"].initial = today
        # Those who look after all projects are no members of this one, and may want its reports themselves.
        people = User.objects.filter(Q(project_memberships__project=project) | Q(pk=user.pk), is_active=True)
        self.fields["recipients"].queryset = people.distinct().order_by("kana", "pk")  # type: ignore[attr-defined]

    def clean_format(self) -> str:
        """A PDF only where one can be made."""
        choice: str = self.cleaned_data["format"]
        if choice.startswith(ReportFormat.PDF) and not can_typeset():
            raise forms.ValidationError(str(NoTypesetterError()))
        return choice

    def clean_recipients(self) -> list[int]:
        """Their ids."""
        found = [user.pk for user in self.cleaned_data["recipients"]]
        if len(found) > MOST_RECIPIENTS:
            raise forms.ValidationError(gettext("送り先は%(most)d人までです。") % {"most": MOST_RECIPIENTS})
        return found

    def clean(self) -> dict[str, Any]:
        """The choices as one rule, which is read at once."""
        data = super().clean() or {}
        first_on = data.get("first_on")
        if not first_on or "when" not in data:
            return data
        is_typed = data["when"] == "rule"
        try:
            data["rule"] = checked_rule(data.get("rule") or "" if is_typed else _text(data), first_on)
        except RuleBrokenError as refusal:
            self.add_error("rule" if is_typed else None, str(refusal))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        choice, _dash, paper = data["format"].partition("-")
        return {
            "kind": data["kind"], "format": choice, "paper": paper or "a4", "rule": data["rule"],
            "first_on": data["first_on"], "recipient_ids": data["recipients"],
        }  # fmt: skip


def _text(data: dict[str, Any]) -> str:
    if data["when"] == "weekly":
        return Choices("WEEKLY", weekdays=(data.get("weekday") or "MO",)).text
    return Choices("MONTHLY", month_day=-1 if data["when"] == "last" else data.get("month_day") or 1).text
