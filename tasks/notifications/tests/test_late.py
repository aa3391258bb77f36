"""The daily look at what is late: who hears of it, with which figures, and only once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from projects.calendars.services import JAPANESE_WEEK
from projects.models import (
    Calendar,
    Notification,
    Organization,
    OrganizationMember,
    Project,
    ProjectMember,
    User,
)
from projects.notifications.notify import told
from projects.rls import scope
from projects.worktime.moments import minute_of
from resources.models import Resource
from tasks.jobs import check_late_tasks
from tasks.models import Task
from tasks.notifications.late import tell_who_is_late

#: 設計 of the chain should have ended on the Friday before.
MONDAY = date(2026, 4, 13)


def check(project: Project, today: date = MONDAY) -> None:
    tell_who_is_late(organization_id=project.organization_id, today=today)


def told_to(user: Any, kind: str) -> dict[str, Any]:
    facts: dict[str, Any] = Notification.objects.get(user=user, kind=kind).facts
    return facts


class TestTellWhoIsLate:
    def test_tells_the_leader_what_is_late_and_what_follows(self, project, cast, chain):
        check(project)
        facts = told_to(cast.leader, "task.late")
        assert facts == {"count": 1, "worst": "設計", "days": 5, "pushed": 3, "critical": 1, "at_risk": 0}
        words = told(Notification.objects.get(user=cast.leader))
        assert words.title == "遅れているタスクが1件あります。最も遅れているのは「設計」（5日）です。"
        assert words.more == ["後に続くタスクが3件あります。", "1件はクリティカルパスの上にあります。"]
        assert words.url == f"/projects/{project.pk}/"

    def test_tells_no_one_else_but_who_works_on_it(self, project, cast, chain, work_on):
        work_on(chain["設計"])
        check(project)
        assert told_to(cast.contributor, "task.late.own") == {"count": 1, "worst": "設計", "days": 5}
        assert set(Notification.objects.values_list("user", flat=True)) == {
            cast.leader.pk, cast.contributor.pk,
        }  # fmt: skip

    def test_tells_once_a_day(self, project, cast, chain, work_on):
        work_on(chain["設計"])
        for day in (MONDAY, MONDAY, MONDAY + timedelta(days=1)):
            check(project, day)
        assert Notification.objects.filter(user=cast.leader).count() == 2
        assert Notification.objects.filter(user=cast.contributor).count() == 2

    def test_says_nothing_when_nothing_is_late(self, project, chain):
        check(project, date(2026, 4, 6))
        assert not Notification.objects.exists()

    def test_counts_what_follows_a_summary_and_what_it_holds(self, project, cast, plan):
        plan(
            ("設計", 1, 5), ("基本設計", 2, 5), ("詳細設計", 2, 5), ("開発", 1, 5, "1"), ("画面", 2, 5), ("帳票", 2, 5),
            ("試験", 1, 3, "4"), ("別件", 1, 30),
        )  # fmt: skip
        Task.objects.filter(name__in=["詳細設計", "別件"]).update(progress_percentage=100)
        check(project)
        # 基本設計 is late; 画面, 帳票 and 試験 wait for its summary, its sister does not.
        assert told_to(cast.leader, "task.late")["pushed"] == 3

    def test_warns_of_milestones_that_will_miss_their_day(self, project, cast, chain):
        Task.objects.filter(name="完了").update(deadline_minute=minute_of(date(2026, 4, 20), 1080))
        check(project, date(2026, 4, 6))
        missed = (chain["完了"].end_date - date(2026, 4, 20)).days
        assert told_to(cast.leader, "milestone.late") == {"count": 1, "worst": "完了", "days": missed}
        check(project)
        assert told_to(cast.leader, "task.late")["at_risk"] == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"status": "planning"}, {"status": "suspended"}, {"status": "completed"},
            {"deleted_at": "2026-04-10T00:00Z"},
        ],
    )  # fmt: skip
    def test_leaves_plans_alone_that_no_one_works_on(self, project, chain, change):
        Project.objects.filter(pk=project.pk).update(**change)
        check(project)
        assert not Notification.objects.exists()

    def test_tells_no_one_who_has_left(self, project, cast, chain, work_on):
        work_on(chain["設計"])
        User.objects.filter(pk=cast.leader.pk).update(is_active=False)
        ProjectMember.objects.filter(user=cast.contributor).delete()
        check(project)
        assert not Notification.objects.exists()

    def test_tells_no_leader_after_their_last_day(self, project, cast, chain):
        ProjectMember.objects.filter(user=cast.leader).update(end_date=MONDAY - timedelta(days=1))
        check(project)
        assert not Notification.objects.exists()

    def test_costs_the_same_for_forty_projects(self, project, cast, chain, calendar):
        with CaptureQueriesContext(connection) as few:
            check(project)
        make_late_projects(project.organization, cast.leader, calendar, 40)
        with CaptureQueriesContext(connection) as many:
            check(project, MONDAY + timedelta(days=1))
        assert len(many) == len(few)
        assert Notification.objects.filter(user=cast.leader).count() == 42


def make_late_projects(organization: Any, leader: Any, calendar: Any, count: int, tasks: int = 1) -> None:
    """Running projects with one leader and tasks that should have ended long ago."""
    projects = Project.objects.bulk_create(
        Project(
            organization=organization, code=f"L-{number}", name=f"遅延{number}", start_date=date(2026, 4, 1),
            end_date=date(2027, 3, 31), start_minute=minute_of(date(2026, 4, 1), 540), calendar=calendar,
            status="active",
        )
        for number in range(count)
    )  # fmt: skip
    ProjectMember.objects.bulk_create(
        ProjectMember(organization=organization, project=project, user=leader, role="leader")
        for project in projects
    )
    Task.objects.bulk_create(
        Task(
            organization=organization, project=project, name=f"作業{row}", row_number=row,
            start_minute=minute_of(date(2026, 4, 1), 540), finish_minute=minute_of(date(2026, 4, 3), 1080),
        )
        for project in projects
        for row in range(1, tasks + 1)
    )  # fmt: skip


@pytest.fixture
def committed(transactional_db: None) -> Organization:
    """A company with a late project, which other connections see."""
    organization = Organization.objects.create(code="late", name="遅延テスト")
    leader = User.objects.create_user("late-leader", "藍沢 湊")
    OrganizationMember.objects.create(user=leader, organization=organization)
    with scope.scope([organization.pk]):
        calendar = Calendar.objects.create(organization=organization, name="標準", week=JAPANESE_WEEK)
        make_late_projects(organization, leader, calendar, 3)
        resource = Resource.objects.create(
            organization=organization, name="藍沢 湊", kind="person", user=leader
        )
        task = Task.objects.first()
        assert task is not None
        task.assignments.create(organization=organization, project_id=task.project_id, resource=resource)
    return organization


class TestCheckLateTasks:
    @pytest.mark.django_db(transaction=True)
    def test_doubles_nothing_when_it_runs_twice_at_once(self, committed: Organization) -> None:
        def run(_number: int) -> None:
            try:
                check_late_tasks()
            finally:
                connections.close_all()

        with time_machine.travel("2026-04-13 07:00:00+09:00", tick=False), ThreadPoolExecutor(4) as pool:
            list(pool.map(run, range(4)))
        with scope.scope([committed.pk]):
            kinds = sorted(Notification.objects.values_list("kind", flat=True))
        assert kinds == ["task.late", "task.late", "task.late", "task.late.own"]
