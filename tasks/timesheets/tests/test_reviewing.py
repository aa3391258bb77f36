"""Pages of those who decide about the weeks of others, and of those who close months."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.web import formats
from projects.models import Project, ProjectMember
from tasks.models import ClosedMonth, TimeEntry, Timesheet, WorkKind
from tasks.timesheets.closing import close_month
from tasks.timesheets.entering import RowKey
from tasks.timesheets.services import submit_week
from tasks.timesheets.tests.conftest import MONDAY, TODAY, WEEK
from tasks.timesheets.tests.test_entering import enter
from tasks.timesheets.weeks import Week
from tests.planning import planned
from tests.signing_in import browser_of

LIST = reverse("tasks:timesheet_waiting")


@pytest.fixture
def waiting(hours: SimpleNamespace) -> Timesheet:
    """A week with 90 minutes and a comment, handed in."""
    enter(hours, 90, comment="要件の確認")
    return submit_week(resource=hours.resource, week=WEEK, actor=hours.user)


def address(name: str, sheet: Timesheet) -> str:
    return reverse(f"tasks:timesheet_{name}", args=[sheet.pk])


class TestTimesheetWaiting:
    def test_lists_weeks_of_ones_projects(
        self, waiting: Timesheet, leader_client: Client, hours: SimpleNamespace
    ):
        page = leader_client.get(LIST).content.decode()
        assert address("review", waiting) in page
        assert "1.5h" in page
        last = waiting.week_on + timedelta(days=6)
        assert f"{formats.day_plain(waiting.week_on)}–{formats.day_dense(last)}" in page

    def test_lists_nothing_of_others(
        self, waiting: Timesheet, planner_client: Client, stranger_client: Client
    ):
        for client in (planner_client, stranger_client):
            assert "承認を待っている工数はありません" in client.get(LIST).content.decode()


class TestTimesheetReview:
    def test_shows_the_week_with_its_comments(self, waiting: Timesheet, leader_client: Client):
        page = leader_client.get(address("review", waiting)).content.decode()
        assert "要件の確認" in page
        assert "承認する" in page

    def test_of_ones_own_week_leads_to_where_it_is_written(self, waiting: Timesheet, hours: SimpleNamespace):
        answer = browser_of(hours.user).get(address("review", waiting))
        assert answer["Location"] == reverse("tasks:timesheet_week", args=[WEEK])

    def test_is_hidden_from_those_who_do_not_decide(
        self, waiting: Timesheet, planner_client: Client, stranger_client: Client
    ):
        for client in (planner_client, stranger_client):
            assert client.get(address("review", waiting)).status_code == 404

    def test_names_no_task_of_a_project_that_the_leader_does_not_see(
        self, hours: SimpleNamespace, leader_client: Client
    ):
        other = Project.objects.create(
            organization=hours.project.organization, code="GEHEIM", name="秘密の計画", status="active",
            start_date=hours.project.start_date, end_date=hours.project.end_date,
            start_minute=hours.project.start_minute, calendar=hours.project.calendar,
        )  # fmt: skip
        ProjectMember.objects.create(
            organization=other.organization, project=other, user=hours.user, role="contributor"
        )
        secret = planned(other, ("買収の準備", 1, 5))["買収の準備"]
        enter(hours, 60)
        enter(hours, 120, row=RowKey(True, secret.pk))
        sheet = submit_week(resource=hours.resource, week=WEEK, actor=hours.user)
        page = leader_client.get(address("review", sheet)).content.decode()
        assert "買収" not in page
        assert "秘密" not in page
        assert "<b>3h</b>" in page


class TestDeciding:
    def test_approves_what_was_shown(self, waiting: Timesheet, leader_client: Client):
        answer = leader_client.post(address("approve", waiting), {"version": waiting.version})
        assert answer["Location"] == LIST
        waiting.refresh_from_db()
        assert waiting.state == "approved"

    @pytest.mark.parametrize("version", ["", "0", "x"])
    def test_refuses_what_was_not_shown(self, waiting: Timesheet, leader_client: Client, version: str):
        assert leader_client.post(address("approve", waiting), {"version": version}).status_code == 409

    def test_by_two_is_told_to_the_second(
        self, waiting: Timesheet, leader_client: Client, hours: SimpleNamespace
    ):
        leader_client.post(address("approve", waiting), {"version": waiting.version})
        answer = browser_of(hours.second).post(address("approve", waiting), {"version": waiting.version})
        assert answer.status_code == 409
        assert "先に承認しました" in answer.content.decode()

    def test_sends_back_with_words_that_its_person_reads(
        self, waiting: Timesheet, leader_client: Client, hours: SimpleNamespace
    ):
        leader_client.post(address("return", waiting), {"words": "水曜が抜けています。"})
        page = browser_of(hours.user).get(reverse("tasks:timesheet_week", args=[WEEK])).content.decode()
        assert "水曜が抜けています。" in page
        assert "hours__in" in page

    def test_sends_nothing_back_without_words(self, waiting: Timesheet, leader_client: Client):
        answer = leader_client.post(address("return", waiting), {"words": ""})
        assert answer.status_code == 422
        assert "差し戻す理由" in answer.content.decode()

    def test_of_ones_own_is_forbidden(self, waiting: Timesheet, hours: SimpleNamespace):
        answer = browser_of(hours.user).post(address("approve", waiting), {"version": waiting.version})
        assert answer.status_code == 403

    def test_corrects_a_closed_month(
        self, waiting: Timesheet, leader_client: Client, hours: SimpleNamespace, cast: Any
    ):
        close_month(organization=hours.project.organization, month=MONDAY, actor=cast.admin, today=TODAY)
        data = {"row": f"t{hours.task.pk}", "day": 0, "hours": "1:00", "reason": "取り違え"}
        assert leader_client.post(address("correct", waiting), data | {"reason": ""}).status_code == 422
        assert leader_client.post(address("correct", waiting), data).status_code == 302
        assert TimeEntry.objects.get(is_correction=True).minutes == -30


class TestMonthList:
    PAGE = reverse("tasks:month_list")

    def test_closes_a_month_once(self, hours: SimpleNamespace, admin_client: Client):
        month = timezone.localdate().replace(day=1).isoformat()
        assert admin_client.post(self.PAGE, {"month": month}).status_code == 302
        assert admin_client.post(self.PAGE, {"month": month}).status_code == 409
        assert "締めました" in admin_client.get(self.PAGE).content.decode()
        assert ClosedMonth.objects.count() == 1

    def test_asks_before_it_closes_and_says_what_is_not_approved(
        self, waiting: Timesheet, admin_client: Client
    ):
        month = timezone.localdate().replace(day=1)
        Timesheet.objects.update(week_on=Week.of(month).monday)
        page = admin_client.get(self.PAGE, {"close": month.isoformat()}).content.decode()
        assert "締めた月は開き直せません" in page
        assert "承認されていない週が1件あります" in page
        assert not ClosedMonth.objects.exists()

    def test_is_for_admins_and_the_pmo(self, leader_client: Client):
        assert leader_client.get(self.PAGE).status_code == 403

    def test_refuses_nonsense(self, admin_client: Client):
        assert admin_client.post(self.PAGE, {"month": "x"}).status_code == 422

    def test_keeps_the_kinds_of_indirect_work(self, admin_client: Client, organization: Any):
        admin_client.post(reverse("tasks:kind_add"), {"usual": "1"})
        assert WorkKind.objects.count() == 5
        kind = WorkKind.objects.get(name="会議")
        admin_client.post(reverse("tasks:kind_retire", args=[kind.pk]))
        assert admin_client.post(reverse("tasks:kind_add"), {"name": "教育"}).status_code == 422
        assert "「会議」" not in admin_client.get(self.PAGE).content.decode().split("<section")[-1]
