"""When something comes again, as people choose it: fields that become one rule of RFC 5545."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web import formats
from config.web.fields import DayField
from projects.errors import RuleBrokenError
from tasks.models.recurring import MOST_PERIODS
from tasks.recurring.rules import LONGEST_TEXT, WEEKDAYS, Rule
from tasks.recurring.services import checked_rule
from tasks.recurring.words import MONDAY, NTHS, Choices, choices_of

if TYPE_CHECKING:
    from django.utils.functional import Promise

FREQUENCIES: Final[list[tuple[str, Promise]]] = [
    ("DAILY", _("毎日")), ("WEEKLY", _("毎週")), ("MONTHLY", _("毎月")), ("YEARLY", _("毎年")),
    ("CUSTOM", _("RRULE で書く")),
]  # fmt: skip
#: Which fields belong to which frequency; without scripts a button asks for them.
#: The same for what a month's day and the end are chosen by.
FIELDS_OF: Final[dict[str, tuple[str, ...]]] = {
    "DAILY": ("interval", "ends"),
    "WEEKLY": ("weekdays", "interval", "ends"),
    "MONTHLY": ("month_kind", "interval", "ends"),
    "YEARLY": ("month", "month_day", "interval", "ends"),
    "CUSTOM": ("rule",),
}
FIELDS_OF_KIND: Final[dict[str, tuple[str, ...]]] = {"day": ("month_day",), "nth": ("nth", "nth_weekday")}
FIELDS_OF_END: Final[dict[str, tuple[str, ...]]] = {"until": ("until",), "count": ("count",)}


def _weekdays() -> list[tuple[str, str]]:
    return [(code, formats.weekday(MONDAY.replace(day=number))) for number, code in enumerate(WEEKDAYS, 1)]


def _months() -> list[tuple[str, str]]:
    return [(str(month), formats.month_name(MONDAY.replace(month=month))) for month in range(1, 13)]


def usual_of(day: date) -> dict[str, Any]:
    """What a rule says that begins on this day, where nothing else was chosen."""
    nth = (day.day - 1) // 7 + 1
    weekday = WEEKDAYS[day.weekday()]
    return {
        "weekdays": [weekday], "month": str(day.month), "month_day": day.day,
        "nth": str(nth if nth < 5 else -1), "nth_weekday": weekday,
    }  # fmt: skip


def number_field(label: Any, low: int, high: int, **more: Any) -> forms.IntegerField:
    """A whole number within bounds."""
    widget = forms.NumberInput(attrs={"min": low, "max": high, "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=low, max_value=high, widget=widget, **more)


class RuleForm(forms.Form):
    """The choices. After a good `clean`, `rule` is the rule in its kept spelling."""

    frequency = forms.ChoiceField(
        label=_("繰り返し"), choices=FREQUENCIES, initial="MONTHLY", widget=forms.RadioSelect
    )
    interval = number_field(
        _("間隔"), 1, 999, required=False, initial=1, help_text=_("1は毎回、2は1回おきです。")
    )
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
    month_day = number_field(
        _("日"), 1, 31, required=False, initial=1,
        help_text=_("その日のない月や年には作りません。"),
    )  # fmt: skip
    nth = forms.ChoiceField(
        label=_("何番目"), required=False, choices=[(str(nth), words) for nth, words in NTHS.items()]
    )
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
    count = number_field(_("回数"), 1, MOST_PERIODS, required=False)

    @property
    def chosen(self) -> str:
        """The frequency that the form shows now."""
        value = self["frequency"].value()
        return value if value in FIELDS_OF else "MONTHLY"

    @property
    def shown(self) -> tuple[str, ...]:
        """The fields that belong to what is chosen."""
        fields = FIELDS_OF[self.chosen]
        if "month_kind" in fields:
            fields += FIELDS_OF_KIND.get(self["month_kind"].value() or "day", ())
        if "ends" in fields:
            fields += FIELDS_OF_END.get(self["ends"].value() or "", ())
        return fields

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
            usual = usual_of(first_on)
            return {
                "nth": int(data.get("nth") or usual["nth"]),
                "nth_weekday": data.get("nth_weekday") or usual["nth_weekday"],
            }
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
        usual = usual_of(first_on)
        for name in self.shown:
            typed[name] = typed[name] or usual.get(name, self.fields[name].initial)
        return typed


def rule_initial(rule: Rule) -> dict[str, Any]:
    """A rule as the form's choices; one that has none is shown as it is written."""
    choices = choices_of(rule)
    if choices is None or (choices.frequency == "YEARLY" and choices.month_day == -1):
        return {"frequency": "CUSTOM", "rule": rule.text}
    values: dict[str, Any] = {
        "frequency": choices.frequency,
        "interval": choices.interval,
        "weekdays": choices.weekdays,
    }
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
