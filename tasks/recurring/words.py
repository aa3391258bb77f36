"""A rule of RFC 5545 between people and the program: in words, as choices of a form, and why it was refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from config.web import formats
from tasks.recurring.rules import WEEKDAYS, Rule, RuleRefused

#: 1 January 2024 was a Monday.
MONDAY: Final = date(2024, 1, 1)
_NTH: Final = re.compile(r"([1-4]|-1)(MO|TU|WE|TH|FR|SA|SU)")
#: Which weekday of a month. English counts in words of its own: 2nd, where Japanese writes the number.
NTHS: Final[dict[int, Promise]] = {
    1: gettext_lazy("第1"), 2: gettext_lazy("第2"), 3: gettext_lazy("第3"), 4: gettext_lazy("第4"),
    -1: gettext_lazy("最後の"),
}  # fmt: skip
_ENDS: Final = frozenset({"INTERVAL", "COUNT", "UNTIL"})


@dataclass(frozen=True, slots=True)
class Choices:
    """A rule as the form offers it; everything else is written as an RRULE."""

    frequency: str
    interval: int = 1
    weekdays: tuple[str, ...] = ()
    month: int | None = None
    #: 1 to 31, or -1 for the last day.
    month_day: int | None = None
    #: The first to the fourth weekday of a month, or -1 for the last one.
    nth: int | None = None
    nth_weekday: str = ""

    @property
    def text(self) -> str:
        """The rule without its end."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekdays:
            parts.append(f"BYDAY={','.join(self.weekdays)}")
        if self.month is not None:
            parts.append(f"BYMONTH={self.month}")
        if self.month_day is not None:
            parts.append(f"BYMONTHDAY={self.month_day}")
        if self.nth is not None:
            parts.append(f"BYDAY={self.nth}{self.nth_weekday}")
        return ";".join(parts)


def choices_of(rule: Rule) -> Choices | None:
    """The rule as choices, or None where the form has none for it."""
    parts = {name: value for name, value in rule.parts.items() if name not in _ENDS}
    frequency = parts.pop("FREQ")
    match frequency, set(parts):
        case "DAILY", names if not names:
            return Choices(frequency, rule.interval)
        case "WEEKLY", names if names == {"BYDAY"} and set(parts["BYDAY"].split(",")) <= set(WEEKDAYS):
            return Choices(
                frequency, rule.interval, tuple(sorted(parts["BYDAY"].split(","), key=WEEKDAYS.index))
            )
        case "MONTHLY", names if names == {"BYMONTHDAY"}:
            return _on_day(rule, frequency, parts)
        case "MONTHLY", names if names == {"BYDAY"} and (found := _NTH.fullmatch(parts["BYDAY"])):
            return Choices(frequency, rule.interval, nth=int(found[1]), nth_weekday=found[2])
        case "YEARLY", names if names == {"BYMONTH", "BYMONTHDAY"} and parts["BYMONTH"].isdigit():
            return _on_day(rule, frequency, parts)
    return None


def _on_day(rule: Rule, frequency: str, parts: Mapping[str, str]) -> Choices | None:
    text = parts["BYMONTHDAY"]
    if not text.isdigit() and text != "-1":
        return None
    month = int(parts["BYMONTH"]) if "BYMONTH" in parts else None
    return Choices(frequency, rule.interval, month=month, month_day=int(text))


def weekday_name(code: str) -> str:
    """月 / Mon for MO."""
    return formats.weekday(MONDAY + timedelta(days=WEEKDAYS.index(code)))


def words_of(rule: Rule) -> str:
    """毎月1日, 2週間ごとの月・木曜日; a rule that the form cannot offer as it is written."""
    choices = choices_of(rule)
    if choices is None:
        return rule.text
    facts = {
        "n": choices.interval,
        "days": pgettext("weekdays", "・").join(map(weekday_name, choices.weekdays)),
        "day": choices.month_day or 0,
        "weekday": weekday_name(choices.nth_weekday) if choices.nth_weekday else "",
        "nth": NTHS.get(choices.nth or 0, ""),
        "month": formats.month_name(date(2024, choices.month, 1)) if choices.month else "",
    }
    once = choices.interval == 1
    match choices:
        case Choices(frequency="DAILY"):
            text = _("毎日") if once else _("%(n)d日ごと")
        case Choices(frequency="WEEKLY"):
            text = _("毎週%(days)s曜日") if once else _("%(n)d週間ごとの%(days)s曜日")
        case Choices(frequency="YEARLY", month_day=-1):
            text = _("毎年%(month)s末日") if once else _("%(n)d年ごとの%(month)s末日")
        case Choices(frequency="YEARLY"):
            text = _("毎年%(month)s%(day)d日") if once else _("%(n)d年ごとの%(month)s%(day)d日")
        case Choices(month_day=-1):
            text = _("毎月末日") if once else _("%(n)dか月ごとの末日")
        case Choices(month_day=int()):
            text = _("毎月%(day)d日") if once else _("%(n)dか月ごとの%(day)d日")
        case _:
            text = _("毎月%(nth)s%(weekday)s曜日") if once else _("%(n)dか月ごとの%(nth)s%(weekday)s曜日")
    return text % facts


def end_of(rule: Rule, *, most: int, years: int) -> str:
    """When a rule ends, in words."""
    if rule.until is not None:
        return _("%(day)sまで") % {"day": formats.day(rule.until)}
    if rule.count is not None:
        return _("%(count)d回") % {"count": rule.count}
    return _("%(count)d回または%(years)d年まで") % {"count": most, "years": years}


def sentence_of(refusal: RuleRefused, *, most: int) -> str:
    """Why a rule was refused, and what to write instead."""
    facts = {"piece": refusal.piece, "most": most}
    texts = {
        "empty": _("繰り返しを選ぶか、RRULE を書いてください。"),
        "too_long": _("RRULE は300字までです。短くしてください。"),
        "unreadable": _("RRULE の「%(piece)s」を読み取れません。FREQ=MONTHLY;BYMONTHDAY=1 のように書いてください。"),
        "unknown": _("RRULE に「%(piece)s」という項目はありません。RFC 5545 の項目を使ってください。"),
        "twice": _("RRULE に「%(piece)s」が2回あります。1回にしてください。"),
        "no_frequency": _("RRULE に FREQ がありません。FREQ=MONTHLY のように書いてください。"),
        "clock": _("「%(piece)s」は使えません。繰り返しは日の単位で、DAILY、WEEKLY、MONTHLY、YEARLY のどれかにしてください。"),
        "interval": _("間隔「%(piece)s」は使えません。1から999の整数にしてください。"),
        "count": _("回数「%(piece)s」は使えません。1から%(most)dの整数にしてください。"),
        "until": _("UNTIL の「%(piece)s」を読み取れません。20271231 のように日付だけを書いてください。"),
        "two_ends": _("COUNT と UNTIL は一緒に使えません。どちらか一方にしてください。"),
        "range": _("RRULE の「%(piece)s」は範囲の外です。RFC 5545 の範囲の値にしてください。"),
        "misfit": _("「%(piece)s」は RFC 5545 では組み合わせられません。どちらかを変えてください。"),
        "lonely_position": _("BYSETPOS は、ほかの BY… の項目と一緒に使ってください。"),
    }  # fmt: skip
    return texts[refusal.kind] % facts
