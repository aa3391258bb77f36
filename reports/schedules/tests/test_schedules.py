"""定期配信: set up by those who edit the project, made once on its day with each user's own rights, and mailed once."""

from __future__ import annotations

import datetime as dt
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.errors import NotAllowedError, RuleBrokenError
from projects.jobs import running
from projects.jobs.running import JobMessage
from projects.models import AuditEntry, Notification, Project, User
from projects.notifications.digests import MailServerDownError
from reports.documents.making import make_report
from reports.documents.options import Options
from reports.models import GeneratedReport, ReportSchedule
from reports.schedules import services
from reports.schedules.days import next_day
from reports.schedules.mailing import send_mail_of
from reports.schedules.sending import send_due
from tasks.recurring.rules import read_rule

MONDAY = dt.date(2026, 4, 6)
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY
FORM = {
    "kind": "status", "format": "csv", "when": "weekly", "weekday": "MO", "first_on": "2026/04/06",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: MONDAY)


def added(project: Project, by: User, *people: User, **values: Any) -> ReportSchedule:
    usual = {
        "kind": "status", "format": "csv", "paper": "a4", "rule": "FREQ=WEEKLY;BYDAY=MO", "first_on": MONDAY,
        "recipient_ids": [person.pk for person in people],
    }  # fmt: skip
    return services.add_schedule(project=project, actor=by, values=usual | values, today=MONDAY)


def sent(project: Project, today: dt.date) -> int:
    return send_due(project.organization_id, today=today)


class TestDays:
    @pytest.mark.parametrize(
        ("rule", "after", "day"),
        [
            ("FREQ=WEEKLY;BYDAY=MO", MONDAY - DAY, MONDAY), ("FREQ=WEEKLY;BYDAY=MO", MONDAY, MONDAY + WEEK),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", MONDAY, dt.date(2026, 4, 30)),
            ("FREQ=WEEKLY;BYDAY=MO;COUNT=2", MONDAY + WEEK, None),
            ("FREQ=DAILY", dt.date(2035, 4, 1), dt.date(2035, 4, 2)), ("FREQ=DAILY", dt.date(2036, 4, 6), None),
        ],
    )  # fmt: skip
    def test_next_one(self, rule: str, after: dt.date, day: dt.date | None) -> None:
        assert next_day(read_rule(rule, most=60), MONDAY, after=after) == day


class TestSettingUp:
    def test_is_recorded_and_leaves_the_plan_alone(self, project: Project, cast: Any) -> None:
        revision = project.revision
        schedule = added(project, cast.leader, cast.viewer)
        assert schedule.next_on == MONDAY
        services.remove_schedule(schedule=schedule, actor=cast.leader)
        assert Project.objects.get(pk=project.pk).revision == revision
        actions = AuditEntry.objects.filter(action__startswith="report.schedule").order_by("pk")
        assert list(actions.values_list("action", "actor")) == [
            ("report.schedule_added", cast.leader.pk), ("report.schedule_removed", cast.leader.pk),
        ]  # fmt: skip

    def test_is_for_those_who_edit_the_project(self, project: Project, cast: Any) -> None:
        with pytest.raises(NotAllowedError):
            added(project, cast.planner, cast.planner)
        schedule = added(project, cast.leader, cast.leader)
        with pytest.raises(NotAllowedError):
            services.remove_schedule(schedule=schedule, actor=cast.planner)
        assert ReportSchedule.objects.count() == 1

    def test_of_a_rule_that_is_over_is_refused(self, project: Project, cast: Any) -> None:
        with pytest.raises(RuleBrokenError, match="より前に終わります"):
            added(project, cast.leader, cast.leader, first_on=MONDAY - 4 * WEEK, rule="FREQ=WEEKLY;COUNT=3")

    def test_is_bounded(self, project: Project, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MOST_SCHEDULES", 1)
        added(project, cast.leader, cast.leader)
        with pytest.raises(RuleBrokenError, match="1件まで"):
            added(project, cast.leader, cast.viewer)

    def test_is_there_once(self, project: Project, cast: Any) -> None:
        added(project, cast.leader, cast.leader)
        with pytest.raises(RuleBrokenError, match="すでに"):
            added(project, cast.leader, cast.leader)
        added(project, cast.leader, cast.leader, kind="monthly")
        assert ReportSchedule.objects.count() == 2


class TestSending:
    def test_makes_one_for_each_user_with_their_own_rights(self, project: Project, cast: Any) -> None:
        User.objects.filter(pk=cast.viewer.pk).update(language="en")
        schedule = added(project, cast.leader, cast.admin, cast.viewer)
        assert sent(project, MONDAY - DAY) == 0
        assert sent(project, MONDAY) == 2
        reports = {report.requested_by_id: report for report in GeneratedReport.objects.all()}
        options = {pk: Options.read(report.options) for pk, report in reports.items()}
        assert options[cast.admin.pk].money
        assert not options[cast.viewer.pk].money
        assert options[cast.viewer.pk].language == "en"
        assert {report.schedule_id for report in reports.values()} == {schedule.pk}
        assert all(report.job_id for report in reports.values())

    def test_is_done_once_and_makes_up_for_missed_days_by_one(self, project: Project, cast: Any) -> None:
        schedule = added(project, cast.leader, cast.leader)
        late = MONDAY + 3 * WEEK + DAY
        assert sent(project, late) == 1
        assert sent(project, late) == 0
        schedule.refresh_from_db()
        assert (schedule.last_on, schedule.next_on) == (late, MONDAY + 4 * WEEK)

    def test_ends_with_its_rule(self, project: Project, cast: Any) -> None:
        schedule = added(project, cast.leader, cast.leader, rule="FREQ=WEEKLY;COUNT=1")
        assert sent(project, MONDAY) == 1
        schedule.refresh_from_db()
        assert schedule.next_on is None

    def test_passes_over_those_who_do_not_see_the_project_any_more(self, project: Project, cast: Any) -> None:
        added(project, cast.leader, cast.outsider, cast.stranger, cast.leader)
        assert sent(project, MONDAY) == 1
        assert GeneratedReport.objects.get().requested_by_id == cast.leader.pk

    def test_waits_while_a_project_is_over(self, project: Project, cast: Any) -> None:
        added(project, cast.leader, cast.leader)
        Project.objects.filter(pk=project.pk).update(status="completed")
        assert sent(project, MONDAY) == 0
        Project.objects.filter(pk=project.pk).update(status="active")
        assert sent(project, MONDAY + DAY) == 1

    def test_of_a_kind_that_is_no_more_holds_up_no_other(self, project: Project, cast: Any) -> None:
        old = added(project, cast.leader, cast.leader)
        ReportSchedule.objects.filter(pk=old.pk).update(kind="retired")
        added(project, cast.leader, cast.leader)
        assert sent(project, MONDAY) == 1
        assert sent(project, MONDAY) == 0

    def test_leaves_other_organizations_alone(self, project: Project, cast: Any) -> None:
        added(project, cast.leader, cast.leader)
        assert send_due(project.organization_id + 1_000, today=MONDAY) == 0

    def test_asks_for_a_report_that_waits_for_no_limit(
        self, project: Project, cast: Any, settings: Any
    ) -> None:
        settings.REPORT_MOST_OPEN = 0
        added(project, cast.leader, cast.leader)
        assert sent(project, MONDAY) == 1


@pytest.fixture
def made(project: Project, chain: Any, cast: Any) -> GeneratedReport:
    """A scheduled report whose file is there."""
    User.objects.filter(pk=cast.leader.pk).update(email="leader@example.jp", language="ja")
    added(project, cast.leader, cast.leader)
    assert sent(project, MONDAY) == 1
    report = GeneratedReport.objects.get()
    running.run(
        "generate_project_report", JobMessage(report.job_id), {"report_id": report.pk},
        lambda lease: make_report(lease, report.pk),
    )  # fmt: skip
    report.refresh_from_db()
    assert report.state == "done"
    return report


class TestMail:
    def test_leads_to_the_file_behind_a_sign_in(
        self, made: GeneratedReport, client: Client, leader_client: Client, settings: Any
    ) -> None:
        settings.SITE_URL = "https://plan.example.jp"
        assert send_mail_of(made.pk, now=timezone.now())
        (letter,) = mail.outbox
        address = reverse("reports:report_download", args=[made.pk])
        assert f"https://plan.example.jp{address}" in letter.body
        assert "新システム導入" in letter.subject
        assert letter.to == ["=?utf-8?b?6JeN5rKiIOa5ig==?= <leader@example.jp>"]
        assert not letter.attachments
        assert client.get(address).status_code == 302
        assert leader_client.get(address).status_code == 200

    def test_goes_out_once(self, made: GeneratedReport) -> None:
        assert send_mail_of(made.pk, now=timezone.now())
        assert not send_mail_of(made.pk, now=timezone.now())
        assert len(mail.outbox) == 1

    def test_is_tried_again_where_the_server_takes_nothing(
        self, made: GeneratedReport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_message: Any) -> int:
            raise SMTPException

        with monkeypatch.context() as patched:
            patched.setattr("django.core.mail.EmailMessage.send", refuse)
            with pytest.raises(MailServerDownError):
                send_mail_of(made.pk, now=timezone.now())
        assert send_mail_of(made.pk, now=timezone.now())

    def test_needs_an_address_and_a_schedule(self, made: GeneratedReport, cast: Any) -> None:
        GeneratedReport.objects.filter(pk=made.pk).update(schedule_id=None)
        assert not send_mail_of(made.pk, now=timezone.now())
        GeneratedReport.objects.filter(pk=made.pk).update(schedule_id=1)
        User.objects.filter(pk=cast.leader.pk).update(email="")
        assert not send_mail_of(made.pk, now=timezone.now())

    def test_is_asked_for_with_the_file_and_told_on_the_site(self, made: GeneratedReport) -> None:
        told = Notification.objects.get(user=made.requested_by)
        assert told.kind == "report.scheduled"
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM asked_jobs WHERE name = 'mail_report'")
            assert cursor.fetchone() == (1,)


class TestPage:
    @pytest.fixture
    def address(self, project: Project) -> str:
        return reverse("reports:schedule_list", args=[project.pk])

    @pytest.mark.parametrize(
        ("chosen", "rule"),
        [
            ({}, "FREQ=WEEKLY;BYDAY=MO"), ({"when": "monthly", "month_day": "5"}, "FREQ=MONTHLY;BYMONTHDAY=5"),
            ({"when": "last"}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
            ({"when": "rule", "rule": "freq=monthly;byday=mo,tu;bysetpos=-1"}, "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1"),
        ],
    )  # fmt: skip
    def test_takes_the_choices_as_one_rule(
        self, address: str, leader_client: Client, cast: Any, chosen: dict[str, str], rule: str
    ) -> None:
        answer = leader_client.post(address, {**FORM, **chosen, "recipients": [cast.viewer.pk]})
        assert answer.status_code == 302, answer.context["form"].errors
        schedule = ReportSchedule.objects.get()
        assert (schedule.rule, schedule.recipient_ids) == (rule, [cast.viewer.pk])

    @pytest.mark.parametrize(
        "wrong",
        [
            {"recipients": []}, {"recipients": ["stranger"]}, {"recipients": ["outsider"]}, {"kind": "portfolio"},
            {"when": "rule", "rule": "FREQ=HOURLY"}, {"when": "rule", "rule": ""}, {"first_on": "いつか"},
        ],
    )  # fmt: skip
    def test_says_what_is_wrong(
        self, address: str, leader_client: Client, cast: Any, wrong: dict[str, Any]
    ) -> None:
        people = [getattr(cast, name).pk for name in wrong.get("recipients", ["viewer"])]
        answer = leader_client.post(address, {**FORM, **wrong, "recipients": people})
        assert answer.status_code == 422
        assert not ReportSchedule.objects.exists()

    def test_is_for_those_who_look_after_all_projects_too(
        self, address: str, admin_client: Client, cast: Any
    ) -> None:
        assert admin_client.post(address, {**FORM, "recipients": [cast.admin.pk]}).status_code == 302
        assert ReportSchedule.objects.get().recipient_ids == [cast.admin.pk]

    def test_shows_and_ends_schedules(
        self, address: str, leader_client: Client, project: Project, cast: Any
    ) -> None:
        schedule = added(project, cast.leader, cast.viewer, cast.leader)
        page = leader_client.get(address).content.decode()
        assert "毎週月曜日" in page
        assert "木賊 ゆい、藍沢 湊" in page
        gone = leader_client.post(reverse("reports:schedule_remove", args=[project.pk, schedule.pk]))
        assert gone.status_code == 302
        assert not ReportSchedule.objects.exists()

    def test_asks_no_more_for_many(
        self, address: str, leader_client: Client, project: Project, cast: Any
    ) -> None:
        added(project, cast.leader, cast.viewer)
        leader_client.get(address)
        with CaptureQueriesContext(connection) as one:
            leader_client.get(address)
        for day in range(1, 6):
            added(project, cast.leader, cast.viewer, cast.leader, rule=f"FREQ=MONTHLY;BYMONTHDAY={day}")
        with CaptureQueriesContext(connection) as many:
            leader_client.get(address)
        assert len(many) == len(one)
