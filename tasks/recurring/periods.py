"""The periods of a template: which days the rule names, where holidays move them, and what the projects are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

from projects.calendars.services import rules_of
from projects.models import Calendar, Holiday
from projects.worktime.calendars import Calendars
from projects.worktime.moments import day_number
from tasks.models import RecurringProject
from tasks.models.recurring import LONGEST_YEARS, MOST_PERIODS
from tasks.plan.working_days import WorkingDays
from tasks.recurring.rules import Rule, read_rule

if TYPE_CHECKING:
    from projects.worktime.rules import CalendarRules

HolidayRule = RecurringProject.HolidayRule


class Template(Protocol):
    """What periods follow from; a form has it before it is saved."""

    name: str
    code_prefix: str
    rule: str
    first_on: date
    length_days: int
    holiday_rule: str


@dataclass(frozen=True, slots=True)
class Period:
    """One period: the day that the rule names is its key; the project begins where holidays move it."""

    on: date
    starts_on: date
    ends_on: date
    code: str
    name: str

    @property
    def is_moved(self) -> bool:
        """Whether the project begins on another day than the rule names."""
        return self.starts_on != self.on


class Office:
    """The organization's default calendar by the day; without one, Monday to Friday. Two to five queries."""

    def __init__(self, organization_id: int) -> None:
        calendar = Calendar.objects.filter(organization=organization_id, is_default=True).first()
        self._rules: tuple[CalendarRules, ...] = rules_of([calendar.pk]) if calendar else ()
        self.days = WorkingDays(Calendars(self._rules).calendar(calendar.pk if calendar else None))

    def reasons(self, days: Iterable[date]) -> dict[date, str]:
        """What days off are called: the holiday, else the calendar's own word. One query."""
        wanted = list(days)
        names = {day: name for day in wanted if (name := self._own_word(day))}
        held = Holiday.objects.filter(held_on__in=wanted, is_observed=True)
        return names | dict(held.values_list("held_on", "name"))

    def _own_word(self, day: date) -> str:
        number = day_number(day)
        for rules in self._rules:
            for item in rules.exceptions:
                if item.recurrence is None and not item.shifts and item.first_day <= number <= item.last_day:
                    return item.name
        return ""


def rule_of(template: Template) -> Rule:
    """The rule as it was saved; it was read before, so it can be read again."""
    return read_rule(template.rule, most=MOST_PERIODS)


def named_days(template: Template) -> list[date]:
    """All days that the rule names, sixty or five years of them at most."""
    return list(rule_of(template).days(template.first_on, most=MOST_PERIODS, years=LONGEST_YEARS))


def periods_of(template: Template, office: Office) -> list[Period]:
    """All periods of a template. Raises WorktimeError where the calendar has no work."""
    days = named_days(template)
    often = _is_often(days)
    return [_period(template, day, office.days, often=often) for day in days]


def unmoved_periods(template: Template) -> list[Period]:
    """The periods as the rule names them: what is left where the calendar cannot be used."""
    days = named_days(template)
    often = _is_often(days)
    return [Period(day, day, day, *_called(template, day, often=often)) for day in days]


def moved(day: date, rule: str, days: WorkingDays) -> date:
    """Where a day lies by the holiday rule."""
    if rule == HolidayRule.BEFORE:
        return days.at_or_before(day)
    return days.at_or_after(day) if rule == HolidayRule.AFTER else day


def _period(template: Template, day: date, days: WorkingDays, *, often: bool) -> Period:
    starts_on = moved(day, template.holiday_rule, days)
    ends_on = days.last_of(starts_on, template.length_days)
    return Period(day, starts_on, ends_on, *_called(template, day, often=often))


def _is_often(days: Iterable[date]) -> bool:
    """Whether a month has several periods, so that a month does not name one."""
    months = [(day.year, day.month) for day in days]
    return len(set(months)) < len(months)


def _called(template: Template, day: date, *, often: bool) -> tuple[str, str]:
    """Code and name; both follow the named day, so that a moved holiday does not make two of one code."""
    if often:
        return f"{template.code_prefix}-{day:%Y%m%d}", f"{template.name}（{day:%Y/%m/%d}）"
    return f"{template.code_prefix}-{day:%Y%m}", f"{template.name}（{day:%Y/%m}）"


def is_due(period: Period, template: RecurringProject, today: date) -> bool:
    """Whether it is time to make the project."""
    return period.starts_on - timedelta(days=template.lead_days) <= today
