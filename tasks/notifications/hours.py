"""Reminders of hours: who has not handed in last week, and who lets weeks of others wait."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef

from projects.models import OrganizationMember, ProjectMember
from projects.notifications.notify import Message, notify_many
from tasks.models import TimeEntry, Timesheet
from tasks.timesheets.approvers import OF_ALL, OF_PROJECT
from tasks.timesheets.weeks import Week

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

State = Timesheet.State
#: Who has written hours in one of so many weeks keeps hours; others are not asked for any.
WEEKS_BACK: Final = 8
#: The second reminder of a week, by its day (Monday is 0).
AGAIN_FROM: Final = 2


def remind_of_hours(*, organization_id: int, today: date) -> int:
    """Tell people whose last week is not handed in, and who decides about weeks that wait. Returns how many it told of.

    Twice a week at most, at its first run and again from Wednesday on, however often it runs. Five statements.
    """
    week = Week.of(today)
    told = f"{organization_id}:{week}:{int(today.weekday() >= AGAIN_FROM)}"
    messages = [
        *_to_writers(organization_id, week.later(-1), told),
        *_to_approvers(organization_id, week, told),
    ]
    notify_many(messages)
    return len(messages)


def _to_writers(organization_id: int, last: Week, told: str) -> Iterable[Message]:
    handed_in = Timesheet.objects.filter(
        resource=OuterRef("resource"), week_on=last.monday, state__in=[State.SUBMITTED, State.APPROVED]
    )
    weeks = Timesheet.objects.filter(
        ~Exists(handed_in), _of_member(), organization=organization_id, resource__user__is_active=True,
        week_on__range=(last.later(-WEEKS_BACK).monday, last.monday),
    )  # fmt: skip
    for user_id in weeks.values_list("resource__user", flat=True).order_by("resource__user").distinct():
        facts = {"week": str(last), "from": last.monday}
        yield Message(user_id, "timesheet.missing", f"hours:{told}", organization_id, facts=facts, by_id=None)


def _of_member() -> Exists:
    """Who has left the organization is told nothing."""
    return Exists(
        OrganizationMember.objects.filter(
            organization=OuterRef("organization"), user=OuterRef("resource__user")
        )
    )


def _to_approvers(organization_id: int, week: Week, told: str) -> Iterable[Message]:
    """Leaders of the projects that were worked on; where there is none, those who decide about all weeks."""
    rows = Timesheet.objects.filter(
        organization=organization_id, state=State.SUBMITTED, week_on__lt=week.monday
    )
    owners = dict(rows.values_list("pk", "resource__user"))
    if not owners:
        return
    leaders = _leaders_of(owners)
    others = None
    waiting: Counter[int] = Counter()
    for sheet, owner in owners.items():
        deciding = leaders[sheet] - {owner}
        if not deciding:
            others = _deciding_about_all(organization_id) if others is None else others
            deciding = others - {owner}
        waiting.update(deciding)
    for user_id, count in sorted(waiting.items()):
        yield Message(
            user_id, "timesheet.waiting", f"hours.waiting:{told}", organization_id, facts={"count": count},
            by_id=None,
        )  # fmt: skip


def _leaders_of(sheets: Collection[int]) -> defaultdict[int, set[int]]:
    """Of each week the leaders of the projects that were worked on in it."""
    worked = TimeEntry.objects.filter(sheet__in=list(sheets), project__isnull=False).exclude(minutes=0)
    projects = list(worked.values_list("sheet", "project").distinct())
    places = ProjectMember.objects.current().filter(
        project__in={project for _sheet, project in projects}, role__in=OF_PROJECT, user__is_active=True
    )
    of_project = defaultdict(set)
    for project, user in places.values_list("project", "user"):
        of_project[project].add(user)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for sheet, project in projects:
        found[sheet] |= of_project[project]
    return found


def _deciding_about_all(organization_id: int) -> set[int]:
    rows = OrganizationMember.objects.filter(
        organization=organization_id, role__in=OF_ALL, user__is_active=True
    )
    return set(rows.values_list("user", flat=True))
