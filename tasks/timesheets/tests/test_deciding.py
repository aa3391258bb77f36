"""A week is handed in, approved or sent back; a month is closed, and corrected by entries of its own."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import AuditEntry, Notification, OrganizationMember
from tasks.models import TimeEntry, Timesheet, WorkKind
from tasks.timesheets.approvers import approved_by, may_approve
from tasks.timesheets.closing import (
    USUAL_KINDS,
    MonthIsClosedError,
    add_kinds,
    close_month,
    correct_hours,
    retire_kind,
)
from tasks.timesheets.entering import RowKey
from tasks.timesheets.refusals import MonthClosedError, WeekDecidedError, WeekLockedError
from tasks.timesheets.services import approve_week, send_week_back, submit_week, withdraw_week
from tasks.timesheets.tests.conftest import MONDAY, TODAY, WEEK
from tasks.timesheets.tests.test_entering import actual, enter


@pytest.fixture
def waiting(hours: SimpleNamespace) -> Timesheet:
    """A week with 90 minutes on a task, handed in."""
    enter(hours, 90)
    return submit_week(resource=hours.resource, week=WEEK, actor=hours.user)


class TestSubmitWeek:
    def test_hands_in_and_is_recorded(self, waiting: Timesheet, hours: SimpleNamespace):
        waiting.refresh_from_db()
        assert waiting.state == "submitted"
        assert AuditEntry.objects.get(action="timesheet.submitted").actor == hours.user

    def test_is_refused_the_second_time(self, waiting: Timesheet, hours: SimpleNamespace):
        with pytest.raises(WeekLockedError):
            submit_week(resource=hours.resource, week=WEEK, actor=hours.user)

    def test_is_ones_own_matter(self, hours: SimpleNamespace):
        with pytest.raises(NotAllowedError):
            submit_week(resource=hours.resource, week=WEEK, actor=hours.leader)

    def test_is_taken_back_while_no_one_has_decided(self, waiting: Timesheet, hours: SimpleNamespace):
        withdraw_week(resource=hours.resource, week=WEEK, actor=hours.user)
        enter(hours, 120)
        assert actual(hours) == 120

    def test_is_not_taken_back_once_it_is_approved(self, waiting: Timesheet, hours: SimpleNamespace):
        approve_week(sheet=waiting, version=waiting.version, actor=hours.leader)
        with pytest.raises(WeekDecidedError, match="承認しました"):
            withdraw_week(resource=hours.resource, week=WEEK, actor=hours.user)


class TestApproveWeek:
    def test_locks(self, waiting: Timesheet, hours: SimpleNamespace):
        approve_week(sheet=waiting, version=waiting.version, actor=hours.leader)
        with pytest.raises(WeekLockedError, match="承認済み"):
            enter(hours, 60)

    def test_by_two_leaders_is_done_once_and_told(self, waiting: Timesheet, hours: SimpleNamespace):
        approve_week(sheet=waiting, version=waiting.version, actor=hours.leader)
        with pytest.raises(WeekDecidedError, match="藍沢 湊さんが先に承認"):
            approve_week(sheet=waiting, version=waiting.version, actor=hours.second)
        assert AuditEntry.objects.filter(action="timesheet.approved").count() == 1

    def test_of_hours_that_were_changed_since_is_refused(self, waiting: Timesheet, hours: SimpleNamespace):
        seen = waiting.version
        withdraw_week(resource=hours.resource, week=WEEK, actor=hours.user)
        enter(hours, 600)
        submit_week(resource=hours.resource, week=WEEK, actor=hours.user)
        with pytest.raises(WeekDecidedError, match="変更されています"):
            approve_week(sheet=waiting, version=seen, actor=hours.leader)

    def test_of_a_week_that_was_taken_back_is_refused(self, waiting: Timesheet, hours: SimpleNamespace):
        withdraw_week(resource=hours.resource, week=WEEK, actor=hours.user)
        with pytest.raises(WeekDecidedError, match="提出されていません"):
            approve_week(sheet=waiting, version=waiting.version, actor=hours.leader)

    @pytest.mark.parametrize("who", ["contributor", "planner", "viewer", "outsider", "stranger"])
    def test_is_for_leaders_and_the_pmo(self, waiting: Timesheet, cast: Any, who: str):
        with pytest.raises(NotAllowedError):
            approve_week(sheet=waiting, version=waiting.version, actor=getattr(cast, who))

    def test_of_ones_own_week_is_for_others(self, waiting: Timesheet, hours: SimpleNamespace, cast: Any):
        OrganizationMember.objects.filter(user=cast.contributor).update(role="pmo")
        assert not may_approve(cast.contributor, waiting)
        assert may_approve(cast.admin, waiting)

    def test_by_a_leader_is_of_who_worked_on_the_project(self, hours: SimpleNamespace, cast: Any):
        enter(hours, 60, row=RowKey(False, hours.meeting.pk))
        submit_week(resource=hours.resource, week=WEEK, actor=hours.user)
        assert not approved_by(cast.leader).exists()
        assert approved_by(cast.admin).exists()


class TestSendWeekBack:
    def test_says_why_and_lets_it_be_mended(self, waiting: Timesheet, hours: SimpleNamespace):
        send_week_back(sheet=waiting, words="水曜の会議が抜けています。", actor=hours.leader)
        told = Notification.objects.get(user=hours.user, kind="timesheet.returned")
        assert told.facts["reason"] == "水曜の会議が抜けています。"
        enter(hours, 120)
        again = submit_week(resource=hours.resource, week=WEEK, actor=hours.user)
        assert (again.state, again.words) == ("submitted", "")

    @pytest.mark.parametrize("words", ["", "  ", "長" * 301])
    def test_needs_words(self, waiting: Timesheet, hours: SimpleNamespace, words: str):
        with pytest.raises(RuleBrokenError, match="理由"):
            send_week_back(sheet=waiting, words=words, actor=hours.leader)

    def test_opens_what_was_approved_as_long_as_its_months_are_open(
        self, waiting: Timesheet, hours: SimpleNamespace, cast: Any
    ):
        approve_week(sheet=waiting, version=waiting.version, actor=hours.leader)
        send_week_back(sheet=waiting, words="直してください。", actor=hours.second)
        enter(hours, 60)
        close_month(organization=hours.project.organization, month=MONDAY, actor=cast.admin, today=TODAY)
        submit_week(resource=hours.resource, week=WEEK, actor=hours.user)
        with pytest.raises(MonthClosedError):
            send_week_back(sheet=waiting, words="もう一度", actor=hours.leader)


class TestCloseMonth:
    def test_is_for_admins_and_the_pmo(self, hours: SimpleNamespace):
        with pytest.raises(NotAllowedError):
            close_month(
                organization=hours.project.organization, month=MONDAY, actor=hours.leader, today=TODAY
            )

    def test_is_done_once(self, hours: SimpleNamespace, cast: Any):
        own = {"organization": hours.project.organization, "actor": cast.admin, "today": TODAY}
        assert close_month(month=MONDAY, **own).month_on == date(2026, 4, 1)
        with pytest.raises(MonthIsClosedError, match="2026/04"):
            close_month(month=MONDAY, **own)
        with pytest.raises(RuleBrokenError, match="先の月"):
            close_month(month=date(2026, 5, 1), **own)


class TestCorrectHours:
    @pytest.fixture
    def closed(self, waiting: Timesheet, hours: SimpleNamespace, cast: Any) -> Timesheet:
        approve_week(sheet=waiting, version=waiting.version, actor=hours.leader)
        close_month(organization=hours.project.organization, month=MONDAY, actor=cast.admin, today=TODAY)
        return waiting

    def correct(self, sheet: Timesheet, hours: SimpleNamespace, minutes: int, **more: Any) -> TimeEntry:
        values = {
            "row": RowKey(True, hours.task.pk),
            "day": MONDAY,
            "reason": "取り違え",
            "actor": hours.leader,
        }
        return correct_hours(sheet=sheet, minutes=minutes, **values | more)

    def test_is_an_entry_of_its_own_that_names_the_first(self, closed: Timesheet, hours: SimpleNamespace):
        made = self.correct(closed, hours, 30)
        assert (made.minutes, made.corrects.minutes, made.is_correction) == (-60, 90, True)
        assert actual(hours) == 30
        assert AuditEntry.objects.get(action="hours.corrected").after["actual_work_minutes"] == 30

    def test_goes_on_from_what_was_corrected_before(self, closed: Timesheet, hours: SimpleNamespace):
        self.correct(closed, hours, 30)
        self.correct(closed, hours, 45)
        assert actual(hours) == 45
        assert [each.minutes for each in TimeEntry.objects.order_by("pk")] == [90, -60, 15]

    def test_needs_another_figure_a_reason_and_an_approver(self, closed: Timesheet, hours: SimpleNamespace):
        with pytest.raises(RuleBrokenError, match="変わっていません"):
            self.correct(closed, hours, 90)
        with pytest.raises(RuleBrokenError, match="理由"):
            self.correct(closed, hours, 60, reason=" ")
        with pytest.raises(RuleBrokenError, match="24時間"):
            self.correct(closed, hours, 1441)
        with pytest.raises(NotAllowedError):
            self.correct(closed, hours, 60, actor=hours.user)

    def test_is_no_way_around_an_open_month(self, waiting: Timesheet, hours: SimpleNamespace):
        with pytest.raises(RuleBrokenError, match="締められていません"):
            self.correct(waiting, hours, 60)


class TestKinds:
    def test_begin_with_the_usual_ones_and_keep_hours_when_they_go(self, organization: Any, cast: Any):
        kinds = add_kinds(organization=organization, names=USUAL_KINDS, actor=cast.admin)
        assert [kind.name for kind in kinds] == list(USUAL_KINDS)
        retire_kind(kind=kinds[0], actor=cast.admin)
        assert not WorkKind.objects.get(name="会議").is_active
        add_kinds(organization=organization, names=("会議",), actor=cast.admin)
        assert WorkKind.objects.get(name="会議").is_active

    def test_are_listed_once_and_by_those_who_may(self, organization: Any, cast: Any):
        add_kinds(organization=organization, names=("会議",), actor=cast.admin)
        with pytest.raises(RuleBrokenError, match="すでに"):
            add_kinds(organization=organization, names=("会議",), actor=cast.admin)
        with pytest.raises(NotAllowedError):
            add_kinds(organization=organization, names=("教育",), actor=cast.leader)
