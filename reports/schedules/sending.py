"""Schedules whose day has come: a report for each user who gets it, with what that user may see."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from projects.models import Project, ProjectStatus, User
from projects.rls import scope
from reports.documents.kinds import report_kinds
from reports.documents.options import Options
from reports.documents.services import sees_money, to_be_written
from reports.documents.unasked import make_scheduled
from reports.models import ReportSchedule
from reports.schedules.days import next_day
from tasks.models.recurring import MOST_PERIODS
from tasks.recurring.rules import read_rule

if TYPE_CHECKING:
    from collections.abc import Iterator


def send_due(organization_id: int, *, today: dt.date) -> int:
    """Have everything made that is due; returns how many reports.

    The day moves on in the transaction that asks for the reports: a second run, or another worker beside it, finds
    nothing. Days that were missed, while no clock ran, are one report.
    """
    count = 0
    while True:
        with scope.scope([organization_id]):
            schedule = _claim(organization_id, today)
            if schedule is None:
                return count
            count += _make(schedule, today)


def _claim(organization_id: int, today: dt.date) -> ReportSchedule | None:
    """One that is due. Projects that are over have no regular reports; what is due waits until one goes on."""
    over = [ProjectStatus.COMPLETED, ProjectStatus.CANCELLED]
    due = ReportSchedule.objects.filter(
        organization=organization_id, next_on__lte=today, project__deleted_at__isnull=True
    ).exclude(project__status__in=over)
    locked = due.select_for_update(no_key=True, skip_locked=True, of=("self",))
    return locked.select_related("project__organization", "added_by").order_by("next_on", "pk").first()


def _make(schedule: ReportSchedule, today: dt.date) -> int:
    count = 0
    # A kind that only another build knows makes nothing, and holds up no other schedule.
    people = recipients_of(schedule) if schedule.kind in report_kinds() else ()
    for user in people:
        make_scheduled(
            schedule.pk, user=user, project=schedule.project, kind=schedule.kind, file_format=schedule.format,
            options=_options(schedule, user, today),
        )  # fmt: skip
        count += 1
    rule = read_rule(schedule.rule, most=MOST_PERIODS)
    schedule.last_on, schedule.next_on = today, next_day(rule, schedule.first_on, after=today)
    schedule.save(update_fields=["last_on", "next_on"])
    return count


def recipients_of(schedule: ReportSchedule) -> Iterator[User]:
    """Those who are to get it and may see the project today."""
    people = User.objects.filter(pk__in=schedule.recipient_ids, is_active=True)
    for user in people.order_by("pk"):
        if Project.objects.visible_to(user).filter(pk=schedule.project_id).exists():
            yield user


def _options(schedule: ReportSchedule, user: User, today: dt.date) -> Options:
    """In the language of who gets it, with money only where that user sees it; texts are left empty."""
    project = schedule.project
    is_written = report_kinds()[schedule.kind].is_written
    return Options(
        on=today, language=user.language, money=sees_money(user, project.organization, project), paper=schedule.paper,
        written=to_be_written(schedule.added_by, project) if is_written else None,
    )  # fmt: skip
