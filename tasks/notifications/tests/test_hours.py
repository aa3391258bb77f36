"""Reminders of hours: who hears of a week that is not handed in, and of weeks that wait; twice a week at most."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Notification, Organization, OrganizationMember, ProjectMember
from projects.notifications.notify import told
from resources.models import Resource
from tasks.jobs import remind_of_hours as job
from tasks.models import TimeEntry, Timesheet
from tasks.notifications.hours import remind_of_hours
from tasks.timesheets.weeks import Week

#: A Monday; the week before it began on 2026-04-06.
MONDAY = date(2026, 4, 13)
LAST = Week(MONDAY).later(-1)
State = Timesheet.State


@pytest.fixture
def worker(project: Any, cast: Any) -> Resource:
    return Resource.objects.create(organization=project.organization, name="茜部 陽斗", user=cast.contributor)


def week(
    resource: Resource,
    monday: date = LAST.monday,
    state: str = State.OPEN,
    project: Any = None,
    task: Any = None,
) -> Timesheet:
    sheet = Timesheet.objects.create(organization=resource.organization, resource=resource, week_on=monday)
    if project is not None:
        TimeEntry.objects.create(
            organization=resource.organization,
            sheet=sheet,
            project=project,
            task=task,
            worked_on=monday,
            minutes=60,
        )
    words = "水曜が抜けています。" if state == State.RETURNED else ""
    Timesheet.objects.filter(pk=sheet.pk).update(state=state, words=words)
    return sheet


def remind(project: Any, today: date = MONDAY) -> int:
    return remind_of_hours(organization_id=project.organization_id, today=today)


def told_to(kind: str) -> list[Any]:
    return list(Notification.objects.filter(kind=kind).order_by("pk").values_list("user", flat=True))


class TestWriters:
    @pytest.mark.parametrize("state", [State.OPEN, State.RETURNED])
    def test_are_told_of_a_week_that_is_not_handed_in(self, project, cast, worker, state):
        week(worker, state=state)
        remind(project)
        (message,) = Notification.objects.filter(kind="timesheet.missing")
        assert message.user == cast.contributor
        shown = told(message)
        assert shown.title == "2026/04/06 からの週の工数表が、まだ提出されていません。"
        assert shown.url == "/timesheet/2026-W15/"

    @pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
    def test_hear_nothing_of_a_week_that_is(self, project, worker, state):
        week(worker, state=state)
        week(worker, LAST.later(-1).monday)
        remind(project)
        assert told_to("timesheet.missing") == []

    def test_are_those_who_have_kept_hours_lately(self, project, cast, worker):
        remind(project)
        assert told_to("timesheet.missing") == []
        old = week(worker, LAST.later(-9).monday, State.APPROVED)
        remind(project)
        assert told_to("timesheet.missing") == []
        Timesheet.objects.filter(pk=old.pk).update(week_on=LAST.later(-8).monday)
        remind(project)
        assert told_to("timesheet.missing") == [cast.contributor.pk]

    def test_are_told_at_the_first_run_and_again_on_wednesday(self, project, cast, worker):
        week(worker)
        for days in (0, 0, 1, 2, 3, 6):
            remind(project, MONDAY + timedelta(days=days))
        assert told_to("timesheet.missing") == [cast.contributor.pk] * 2

    def test_are_no_people_who_have_left(self, project, cast, worker):
        week(worker)
        OrganizationMember.objects.filter(user=cast.contributor).delete()
        remind(project)
        assert told_to("timesheet.missing") == []

    def test_are_no_people_of_other_companies(self, project, worker):
        week(worker)
        other = Organization.objects.create(code="other", name="別の会社")
        assert remind_of_hours(organization_id=other.pk, today=MONDAY) == 0


class TestApprovers:
    def test_are_the_leaders_of_what_was_worked_on(self, project, cast, chain, worker):
        week(worker, state=State.SUBMITTED, project=project, task=chain["設計"])
        week(worker, LAST.later(-1).monday, State.SUBMITTED, project=project, task=chain["設計"])
        remind(project)
        (message,) = Notification.objects.filter(kind="timesheet.waiting")
        assert message.user == cast.leader
        shown = told(message)
        assert shown.title == "承認を待っている工数表が2件あります。"
        assert shown.url == "/timesheets/waiting/"

    def test_are_those_who_decide_about_all_where_there_is_no_leader(self, project, cast, chain, worker):
        week(worker, state=State.SUBMITTED, project=project, task=chain["設計"])
        ProjectMember.objects.filter(project=project, role="leader").delete()
        remind(project)
        assert told_to("timesheet.waiting") == [cast.admin.pk]

    def test_do_not_decide_about_their_own(self, project, cast, chain):
        own = Resource.objects.create(organization=project.organization, name="藍沢 湊", user=cast.leader)
        week(own, state=State.SUBMITTED, project=project, task=chain["設計"])
        remind(project)
        assert told_to("timesheet.waiting") == [cast.admin.pk]

    def test_hear_nothing_of_the_week_that_runs(self, project, chain, worker):
        week(worker, MONDAY, State.SUBMITTED, project=project, task=chain["設計"])
        remind(project)
        assert told_to("timesheet.waiting") == []


class TestJob:
    def test_costs_the_same_for_many(self, project, person, chain):
        counts = []
        for number in range(1, 13):
            own = Resource.objects.create(
                organization=project.organization,
                name=f"人{number}",
                user=person(f"p{number}", f"人 {number}"),
            )
            week(own, state=State.SUBMITTED, project=project, task=chain["設計"])
            week(own, LAST.later(-2).monday)
            if number in (1, 12):
                Notification.objects.all().delete()
                with CaptureQueriesContext(connection) as queries:
                    remind(project)
                counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_is_of_all_companies(self, project, worker):
        week(worker)
        with time_machine.travel(datetime(2026, 4, 13, 6, 40, tzinfo=ZoneInfo("Asia/Tokyo")), tick=False):
            job()
        assert told_to("timesheet.missing") == [worker.user_id]
