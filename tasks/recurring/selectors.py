"""Questions about projects that come again: what is coming, what has been, what is next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from config.web import formats
from projects.worktime.errors import WorktimeError
from tasks.models import RecurringPeriod, RecurringProject
from tasks.recurring.periods import Office, Period, periods_of, rule_of, unmoved_periods
from tasks.recurring.words import words_of

if TYPE_CHECKING:
    from projects.models import Organization, User

#: Periods that a page shows before a user asks for all of them.
SHOWN_FIRST: Final = 12
State = RecurringPeriod.State


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A coming period as a page shows it."""

    period: Period
    #: The day that the rule names, with the name of the holiday.
    named: str
    made_on: date
    is_due: bool
    row: RecurringPeriod | None


@dataclass(frozen=True, slots=True)
class Coming:
    """The coming periods of a template, the first of them or all; `problem` when the calendar has no work."""

    lines: Sequence[PeriodLine]
    total: int
    last: date | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A template in the list."""

    template: RecurringProject
    words: str
    next: Period | None
    made_count: int
    failed_count: int


def coming(
    template: RecurringProject, today: date, *, rows: dict[date, RecurringPeriod], limit: int = SHOWN_FIRST
) -> Coming:
    """What has not ended and is not made: also what a planner skips."""
    try:
        office = Office(template.organization_id)
        periods = periods_of(template, office)
    except WorktimeError:
        text = _("標準カレンダーに稼働日がないため、日程を計算できません。カレンダーを確かめてください。")
        return Coming((), 0, None, text)
    left = [each for each in periods if each.ends_on >= today and _is_open(rows.get(each.on))]
    shown = left[:limit]
    reasons = office.reasons(each.on for each in shown if not office.days.works(each.on))
    lines = [
        PeriodLine(
            each,
            named(each.on, reasons.get(each.on, "")),
            each.starts_on - timedelta(days=template.lead_days),
            each.starts_on - timedelta(days=template.lead_days) <= today,
            rows.get(each.on),
        )
        for each in shown
    ]
    return Coming(lines, len(left), left[-1].starts_on if left else None)


def _is_open(row: RecurringPeriod | None) -> bool:
    return row is None or row.state == State.SKIPPED


def named(day: date, reason: str) -> str:
    """2027/01/01（金・元日）."""
    if not reason:
        return formats.day(day)
    facts = {"day": formats.day_plain(day), "weekday": formats.weekday(day), "reason": reason}
    return _("%(day)s（%(weekday)s・%(reason)s）") % facts


def rows_of(template: RecurringProject) -> list[RecurringPeriod]:
    """Every period that something became of, the latest first. One query, sixty rows for each rule it has had."""
    rows = RecurringPeriod.objects.filter(recurring=template).select_related("project")
    return list(rows.order_by("-period_on", "-pk"))


def templates_of(user: User, organization: Organization) -> QuerySet[RecurringProject]:
    """The templates of an organization that this person may see: those that are running first."""
    visible = RecurringProject.objects.visible_to(user).filter(organization=organization)
    counted = visible.annotate(
        made_count=Count("periods", filter=Q(periods__state=State.MADE)),
        failed_count=Count("periods", filter=Q(periods__state=State.FAILED)),
    )
    return counted.select_related("leader").order_by(F("is_active").desc(), "name", "pk")


def listed(templates: Iterable[RecurringProject], organization: Organization, today: date) -> list[Listed]:
    """Each template with its next period. One query for all rows, and those of the calendar."""
    templates = list(templates)
    over: dict[int, set[date]] = {}
    for recurring_id, day in RecurringPeriod.objects.filter(recurring__in=templates).values_list(
        "recurring", "period_on"
    ):
        over.setdefault(recurring_id, set()).add(day)
    office: Office | None
    try:
        office = Office(organization.pk)
    except WorktimeError:
        office = None
    return [
        Listed(
            template,
            words_of(rule_of(template)),
            _next(template, office, over.get(template.pk, set()), today) if template.is_active else None,
            template.made_count,  # type: ignore[attr-defined]  # annotated above
            template.failed_count,  # type: ignore[attr-defined]  # the same
        )
        for template in templates
    ]


def _next(template: RecurringProject, office: Office | None, over: set[date], today: date) -> Period | None:
    try:
        periods = periods_of(template, office) if office else unmoved_periods(template)
    except WorktimeError:
        periods = unmoved_periods(template)
    return next((each for each in periods if each.ends_on >= today and each.on not in over), None)
