"""What people type about projects that come again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web import formats
from config.web.fields import DayField, YenField
from projects.errors import RuleBrokenError
from projects.forms import people_of
from projects.models import Project, User
from projects.permissions import Right
from tasks.models import RecurringProject
from tasks.models.recurring import MOST_PERIODS
from tasks.recurrence import LONGEST_TEXT, WEEKDAYS, read_rule
from tasks.recurrence_words import MONDAY, Choices, choices_of
from tasks.services.recurring import LONGEST_DAYS, LONGEST_LEAD, checked_rule

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from projects.models import Organization

#: So many projects are offered while one types a code; any other can be typed in full.
MOST_OFFERED: Final = 200
FREQUENCIES: Final[list[tuple[str, Promise]]] = [
    ("DAILY", _("毎日")), ("WEEKLY", _("毎週")), ("MONTHLY", _("毎月")), ("YEARLY", _("毎年")),
    ("CUSTOM", _("RRULE で書く")),
]  # fmt: skip
#: Which fields belong to which frequency; without scripts all of them are asked for by a button.
_ENDS: Final = ("ends", "until", "count")
FIELDS_OF: Final[dict[str, tuple[str, ...]]] = {
    "DAILY": ("interval", *_ENDS),
    "WEEKLY": ("interval", "weekdays", *_ENDS),
    "MONTHLY": ("interval", "month_kind", "month_day", "nth", "nth_weekday", *_ENDS),
    "YEARLY": ("interval", "month", "month_day", *_ENDS),
    "CUSTOM": ("rule",),
}
NTHS: Final[list[tuple[str, Promise]]] = [
    ("1", _("第1")), ("2", _("第2")), ("3", _("第3")), ("4", _("第4")), ("-1", _("最後の"))
]  # fmt: skip


def _number(label: Any, low: int, high: int, **more: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"min": low, "max": high, "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=low, max_value=high, widget=widget, **more)


def _weekdays() -> list[tuple[str, str]]:
    return [(code, formats.weekday(MONDAY.replace(day=number))) for number, code in enumerate(WEEKDAYS, 1)]


def _months() -> list[tuple[str, str]]:
    return [(str(month), formats.month_name(MONDAY.replace(month=month))) for month in range(1, 13)]


class SourceField(forms.CharField):
    """A project by its code; the page offers some of them while one types."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"list": "recurring-sources", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=50, widget=forms.TextInput(attrs=attrs), **kwargs)


class RecurringForm(forms.Form):
    """A template: what is made, and when. The rule is chosen, or written as an RRULE."""

    name = forms.CharField(
        label=_("名称"), max_length=160, help_text=_("年月が付いて、作るプロジェクトの名前になります。")
    )
    code_prefix = forms.CharField(
        label=_("コードの先頭"),
        max_length=30,
        help_text=_("作るプロジェクトは MNT-202701 のようになります。"),
    )
    source = SourceField(
        label=_("元にするプロジェクト"), required=False,
        help_text=_("コードで選びます。タスク、依存関係、制約を写します。"),
    )  # fmt: skip
    copies_people = forms.BooleanField(label=_("担当者とメンバーも写す"), required=False, initial=True)
    task_lines = forms.CharField(
        label=_("タスク"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": _("点検 2日")}),
        help_text=_("元にするプロジェクトがないときに、1行に1つ「タスク名 期間」で書きます。上から順につながります。"),
    )  # fmt: skip

    frequency = forms.ChoiceField(
        label=_("繰り返し"), choices=FREQUENCIES, initial="MONTHLY", widget=forms.RadioSelect
    )
    interval = _number(_("間隔"), 1, 999, required=False, initial=1, help_text=_("1は毎回、2は1回おきです。"))
    weekdays = forms.MultipleChoiceField(
        label=_("曜日"),
        required=False,
        choices=_weekdays,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選ばないと、最初の日の曜日になります。"),
    )
    month_kind = forms.ChoiceField(
        label=_("月の中の日"), required=False, initial="day", widget=forms.RadioSelect,
        choices=[("day", _("日付")), ("last", _("末日")), ("nth", _("曜日"))],
    )  # fmt: skip
    month = forms.ChoiceField(label=_("月"), required=False, choices=_months, initial="4")
    month_day = _number(
        _("日"), 1, 31, required=False, initial=1,
        help_text=_("31のない月には作りません。月末は「末日」を選んでください。"),
    )  # fmt: skip
    nth = forms.ChoiceField(label=_("何番目"), required=False, choices=NTHS)
    nth_weekday = forms.ChoiceField(label=_("曜日"), required=False, choices=_weekdays)
    rule = forms.CharField(
        label="RRULE", required=False, max_length=LONGEST_TEXT,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "characters", "autocomplete": "off"}),
        help_text=_("RFC 5545 の書き方です。例：FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    )  # fmt: skip
    first_on = DayField(label=_("最初の日"), help_text=_("この日から数えます。"))
    ends = forms.ChoiceField(
        label=_("終わり"), required=False, initial="never", widget=forms.RadioSelect,
        choices=[("never", _("決めない")), ("until", _("日付")), ("count", _("回数"))],
        help_text=_("決めなくても、60回または5年で終わります。"),
    )  # fmt: skip
    until = DayField(label=_("最後の日"), required=False)
    count = _number(_("回数"), 1, MOST_PERIODS, required=False)

    length_days = _number(_("長さ"), 1, LONGEST_DAYS, initial=5)
    lead_days = _number(_("何日前に作るか"), 0, LONGEST_LEAD, initial=30)
    holiday_rule = forms.ChoiceField(
        label=_("休日に当たるとき"), choices=RecurringProject.HolidayRule.choices, initial="after"
    )
    leader = forms.ModelChoiceField(label=_("リーダー"), queryset=User.objects.none(), empty_label=None)
    budget = YenField(label=_("1回の予算"), required=False)
    description = forms.CharField(
        label=_("説明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("2,000字まで"),
    )  # fmt: skip
    # What the form was made from: a template that changed meanwhile is not overwritten.
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, user: User, organization: Organization, rights: frozenset[Right], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.sources = (
            Project.objects.visible_to(user).filter(organization=organization).order_by("-updated_at", "-pk")
        )
        leader = self.fields["leader"]
        assert isinstance(leader, forms.ModelChoiceField)  # for the type checker
        leader.queryset = people_of(organization)
        if Right.SEE_MONEY not in rights:
            del self.fields["budget"]

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Codes and names of the projects that changed last."""
        return list(self.sources.values_list("code", "name")[:MOST_OFFERED])

    @property
    def chosen(self) -> str:
        """The frequency that the form shows now."""
        value = self["frequency"].value()
        return value if value in FIELDS_OF else "MONTHLY"

    @property
    def shown(self) -> tuple[str, ...]:
        """The fields of that frequency."""
        return FIELDS_OF[self.chosen]

    def clean_source(self) -> Project | None:
        """The project with this code, among those that the person sees."""
        code = self.cleaned_data["source"].strip()
        if not code:
            return None
        found: Project | None = self.sources.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(
                _("コード「%(code)s」のプロジェクトはありません。一覧で確かめてください。"),
                params={"code": code},
            )
        return found

    def clean(self) -> dict[str, Any]:
        """The choices as one rule, which is read at once."""
        data = self.cleaned_data
        text = self._rule_text(data)
        first_on = data.get("first_on")
        if text and first_on:
            try:
                data["rule"] = checked_rule(text, first_on)
            except RuleBrokenError as refusal:
                self.add_error("rule" if self.chosen == "CUSTOM" else None, str(refusal))
        return data

    def _rule_text(self, data: dict[str, Any]) -> str:
        """The RRULE, or nothing when a field is missing or wrong."""
        chosen = self.chosen
        if chosen == "CUSTOM":
            if not data.get("rule"):
                self._miss("rule", _("RRULE を書いてください。"))
            return str(data.get("rule", ""))
        choices = Choices(chosen, data.get("interval") or 1, **self._day(chosen, data))
        text = f"{choices.text}{self._end(data)}"
        return text if not {"frequency", *self.shown} & set(self.errors) else ""

    def _day(self, chosen: str, data: dict[str, Any]) -> dict[str, Any]:
        """Which days; where nothing is chosen the first day says it, as in RFC 5545."""
        first_on = data.get("first_on") or timezone.localdate()
        if chosen == "DAILY":
            return {}
        if chosen == "WEEKLY":
            return {"weekdays": tuple(data.get("weekdays") or [WEEKDAYS[first_on.weekday()]])}
        kind = data.get("month_kind") or "day"
        if chosen == "MONTHLY" and kind == "last":
            return {"month_day": -1}
        if chosen == "MONTHLY" and kind == "nth":
            return {"nth": int(data.get("nth") or 1), "nth_weekday": data.get("nth_weekday") or "MO"}
        month = int(data.get("month") or first_on.month) if chosen == "YEARLY" else None
        return {"month": month, "month_day": data.get("month_day") or first_on.day}

    def _end(self, data: dict[str, Any]) -> str:
        match data.get("ends"):
            case "until":
                if not data.get("until"):
                    self._miss("until", _("最後の日を入力してください。"))
                    return ""
                return f";UNTIL={data['until']:%Y%m%d}"
            case "count":
                if not data.get("count"):
                    self._miss("count", _("回数を入力してください。"))
                return f";COUNT={data.get('count')}"
        return ""

    def _miss(self, field: str, sentence: Promise) -> None:
        if field not in self.errors:
            self.add_error(field, str(sentence))

    @property
    def typed(self) -> dict[str, Any]:
        """What has been typed so far, to be shown again without a word about it."""
        typed: dict[str, Any] = {name: self[name].value() for name in self.fields}
        first_on = self.cleaned_data.get("first_on") or timezone.localdate()
        usual = {
            "weekdays": [WEEKDAYS[first_on.weekday()]],
            "month": first_on.month,
            "month_day": first_on.day,
        }
        for name in self.shown:
            typed[name] = typed[name] or usual.get(name, self.fields[name].initial)
        return typed

    @property
    def problems(self) -> list[str]:
        """What keeps the dates from being shown."""
        names = ("frequency", *self.shown, "first_on", "length_days")
        named = [
            _("%(label)s：%(sentence)s") % {"label": self.fields[name].label, "sentence": sentence}
            for name in dict.fromkeys(names)
            for sentence in self.errors.get(name, ())
        ]
        return [*map(str, self.non_field_errors()), *named]

    @property
    def usual(self) -> RecurringProject:
        """What the dates of an empty form are shown for: the first of every month."""
        rule, first_on = (
            "FREQ=MONTHLY;BYMONTHDAY=1",
            self.get_initial_for_field(self.fields["first_on"], "first_on"),
        )
        names = {"name": "…", "code_prefix": "…"}
        return RecurringProject(organization=self.organization, rule=rule, first_on=first_on, **names)

    @property
    def draft(self) -> RecurringProject | None:
        """What the preview shows; None while something that it needs is missing or wrong."""
        names = ("rule", "first_on", "length_days", "holiday_rule")
        known = {name: self.cleaned_data.get(name) for name in names}
        if not all(known.values()):
            return None
        typed = {name: self.cleaned_data.get(name) or "…" for name in ("name", "code_prefix")}
        return RecurringProject(organization=self.organization, **known, **typed)

    @property
    def values(self) -> dict[str, Any]:
        """What a service takes."""
        data = self.cleaned_data
        names = ("name", "code_prefix", "task_lines", "copies_people", "rule", "first_on", "length_days")
        values = {name: data[name] for name in (*names, "lead_days", "holiday_rule", "description")}
        values["source_id"] = data["source"].pk if data["source"] else None
        values["leader_id"] = data["leader"].pk
        if "budget" in self.fields:
            values["budget"] = data["budget"] or 0
        return values


def initial_of(template: RecurringProject, revision: int) -> dict[str, Any]:
    """A template's fields for the form; a rule that has no choices is shown as it is written."""
    rule = read_rule(template.rule, most=MOST_PERIODS)
    choices = choices_of(rule)
    names = (
        "name", "code_prefix", "task_lines", "copies_people", "first_on", "length_days", "budget", "lead_days",
        "holiday_rule", "leader", "description",
    )  # fmt: skip
    values = {name: getattr(template, name) for name in names}
    values |= {"source": template.source.code if template.source else "", "revision": revision}
    if choices is None or (choices.frequency == "YEARLY" and choices.month_day == -1):
        return values | {"frequency": "CUSTOM", "rule": rule.text}
    values |= {"frequency": choices.frequency, "interval": choices.interval, "weekdays": choices.weekdays}
    if choices.month is not None:
        values["month"] = str(choices.month)
    if choices.nth is not None:
        values |= {"month_kind": "nth", "nth": str(choices.nth), "nth_weekday": choices.nth_weekday}
    elif choices.month_day == -1:
        values |= {"month_kind": "last"}
    elif choices.month_day is not None:
        values |= {"month_kind": "day", "month_day": choices.month_day}
    if rule.until is not None:
        values |= {"ends": "until", "until": rule.until}
    elif rule.count is not None:
        values |= {"ends": "count", "count": rule.count}
    return values


class PeriodForm(forms.Form):
    """Which period."""

    period = forms.DateField(widget=forms.HiddenInput)
