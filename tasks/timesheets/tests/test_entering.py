"""Hours that are entered: what a task keeps of them, what the database holds, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import AuditEntry
from tasks.models import ClosedMonth, Task, TaskProgress, TimeEntry, Timesheet
from tasks.progress.services import report_progress
from tasks.timesheets.entering import RowKey, Typed, enter_hours
from tasks.timesheets.refusals import CellChangedError, MonthClosedError, WeekLockedError
from tasks.timesheets.tests.conftest import MONDAY, TODAY, WEEK
from tasks.timesheets.weeks import Week


def enter(
    hours: SimpleNamespace, minutes: int | None, *, day: date = MONDAY, row: Any = None, **more: Any
) -> Timesheet:
    key = row or RowKey(True, hours.task.pk)
    typed = [Typed(key, day, minutes, **more)]
    return enter_hours(resource=hours.resource, week=Week.of(day), typed=typed, actor=hours.user, today=TODAY)


def actual(hours: SimpleNamespace) -> int:
    hours.task.refresh_from_db()
    return int(hours.task.actual_work_minutes)


class TestWeek:
    def test_is_read_as_addresses_write_it(self):
        assert Week.read("2026-W49") == Week(date(2026, 11, 30))
        assert str(Week(date(2026, 11, 30))) == "2026-W49"
        assert str(Week.of(date(2027, 1, 3))) == "2026-W53"

    @pytest.mark.parametrize(
        "text", ["2026-W54", "2026-W00", "2025-W53", "26-W10", "2026W10", "1999-W01", "x"]
    )
    def test_is_none_where_there_is_no_such_week(self, text: str):
        assert Week.read(text) is None

    def test_of_the_last_days_of_a_year_is_the_next_ones(self):
        assert str(Week.of(date(2024, 12, 30))) == "2025-W01"


class TestEnterHours:
    def test_adds_the_difference_to_the_task(self, hours: SimpleNamespace):
        enter(hours, 90)
        enter(hours, 60)
        enter(hours, 120, day=MONDAY + timedelta(days=1))
        assert actual(hours) == 180
        assert list(TimeEntry.objects.order_by("worked_on").values_list("minutes", flat=True)) == [60, 120]

    def test_counts_nothing_twice_beside_reports_of_progress(self, hours: SimpleNamespace):
        report_progress(task=hours.task, percentage=10, added_work_minutes=300, actor=hours.user)
        enter(hours, 120)
        report_progress(task=hours.task, percentage=20, added_work_minutes=60, actor=hours.user)
        enter(hours, 0)
        assert actual(hours) == 360

    def test_is_not_taken_off_again_by_a_report(self, hours: SimpleNamespace):
        report_progress(task=hours.task, percentage=10, added_work_minutes=60, actor=hours.user)
        enter(hours, 120)
        with pytest.raises(RuleBrokenError, match="工数表"):
            report_progress(task=hours.task, percentage=10, added_work_minutes=-90, actor=hours.user)
        report_progress(task=hours.task, percentage=10, added_work_minutes=-60, actor=hours.user)
        assert actual(hours) == 120

    def test_computes_no_dates_and_is_recorded(self, hours: SimpleNamespace, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("tasks.plan.unit.reschedule", None)
        enter(hours, 90, comment="打合せ資料")
        entry = AuditEntry.objects.get(action="hours.entered")
        assert entry.after == {"actual_work_minutes": 90, "worked_on": "2026-04-06"}
        assert (entry.actor, entry.target_id) == (hours.user, hours.task.pk)
        assert TaskProgress.objects.get(task=hours.task).actual_work_minutes == 90

    def test_of_indirect_work_is_in_the_record_of_the_organization(self, hours: SimpleNamespace):
        enter(hours, 30, row=RowKey(False, hours.meeting.pk))
        entry = AuditEntry.objects.get(action="timesheet.entered")
        assert entry.project_id is None
        assert entry.after == {"entered_work_minutes": 30, "worked_on": "2026-04-06", "work_kind": "会議"}
        assert actual(hours) == 0

    def test_of_what_stays_as_it_is_changes_nothing(self, hours: SimpleNamespace):
        version = enter(hours, 90).version
        assert enter(hours, 90).version == version
        assert AuditEntry.objects.filter(action="hours.entered").count() == 1

    def test_keeps_the_hours_of_a_comment_alone(self, hours: SimpleNamespace):
        enter(hours, 90)
        enter(hours, None, comment="朝の分だけ")
        entry = TimeEntry.objects.get()
        assert (entry.minutes, entry.comment) == (90, "朝の分だけ")

    def test_takes_tasks_of_ones_projects_that_others_are_on(self, hours: SimpleNamespace):
        enter(hours, 60, row=RowKey(True, hours.other.pk))
        assert TimeEntry.objects.get().task_id == hours.other.pk

    def test_of_a_deleted_task_stay_and_are_not_changed(self, hours: SimpleNamespace):
        from tasks.editing.tree import delete_tasks, what_goes_along

        enter(hours, 90)
        asked = what_goes_along(hours.project, [hours.task.pk])
        assert asked["actual_work_minutes"] == 90
        delete_tasks(project=hours.project, task_ids=[hours.task.pk], actor=hours.leader)
        assert TimeEntry.objects.get().minutes == 90
        with pytest.raises(RuleBrokenError, match="削除"):
            enter(hours, 60)

    def test_writes_a_whole_week_of_several_projects_or_nothing(self, hours: SimpleNamespace):
        rows = [
            Typed(RowKey(True, hours.task.pk), MONDAY, 60),
            Typed(RowKey(False, hours.leave.pk), MONDAY, 1440),
        ]
        with pytest.raises(RuleBrokenError, match="24時間"):
            enter_hours(resource=hours.resource, week=WEEK, typed=rows, actor=hours.user, today=TODAY)
        assert not TimeEntry.objects.exists()
        assert actual(hours) == 0


class TestRefusals:
    def test_no_one_writes_the_week_of_another(self, hours: SimpleNamespace):
        typed = [Typed(RowKey(True, hours.task.pk), MONDAY, 60)]
        with pytest.raises(NotAllowedError):
            enter_hours(resource=hours.resource, week=WEEK, typed=typed, actor=hours.leader, today=TODAY)

    @pytest.mark.parametrize("minutes", [-1, 1441])
    def test_a_day_has_24_hours(self, hours: SimpleNamespace, minutes: int):
        with pytest.raises(RuleBrokenError, match="24"):
            enter(hours, minutes)

    def test_all_rows_of_a_day_together_have_24_hours(self, hours: SimpleNamespace):
        enter(hours, 1400)
        with pytest.raises(RuleBrokenError, match="合計が24時間"):
            enter(hours, 60, row=RowKey(False, hours.meeting.pk))

    def test_weeks_to_come_are_not_written(self, hours: SimpleNamespace):
        with pytest.raises(RuleBrokenError, match="先の週"):
            enter(hours, 60, day=MONDAY + timedelta(days=7))

    def test_a_cell_that_another_screen_has_written_is_not_overwritten(self, hours: SimpleNamespace):
        enter(hours, 90)
        with pytest.raises(CellChangedError, match=r"1\.5h"):
            enter(hours, 60, seen=0)
        # Both mean the same: nothing is lost.
        enter(hours, 90, seen=0)
        assert TimeEntry.objects.get().minutes == 90

    def test_a_day_of_another_week_is_refused(self, hours: SimpleNamespace):
        typed = [Typed(RowKey(True, hours.task.pk), MONDAY - timedelta(days=1), 60)]
        with pytest.raises(RuleBrokenError, match="この週"):
            enter_hours(resource=hours.resource, week=WEEK, typed=typed, actor=hours.user, today=TODAY)

    def test_a_closed_month_is_locked(self, hours: SimpleNamespace):
        ClosedMonth.objects.create(
            organization=hours.project.organization, month_on=date(2026, 4, 1), closed_by=hours.leader
        )
        with pytest.raises(MonthClosedError, match="2026/04"):
            enter(hours, 60)

    def test_a_summary_has_no_hours_of_its_own(self, hours: SimpleNamespace):
        Task.objects.filter(pk=hours.other.pk).update(is_summary=True)
        with pytest.raises(RuleBrokenError, match="サマリー"):
            enter(hours, 60, row=RowKey(True, hours.other.pk))

    def test_a_kind_that_is_no_longer_offered_is_not_begun(self, hours: SimpleNamespace):
        hours.meeting.is_active = False
        hours.meeting.save()
        with pytest.raises(RuleBrokenError, match="選べません"):
            enter(hours, 60, row=RowKey(False, hours.meeting.pk))

    def test_a_viewer_enters_nothing(self, hours: SimpleNamespace, cast: Any):
        hours.resource.user = cast.viewer
        hours.resource.save()
        hours.user = cast.viewer
        with pytest.raises(NotAllowedError):
            enter(hours, 60)


class TestDatabase:
    """What holds whatever writes: SQL by hand, a job, or a service of tomorrow."""

    def entry(self, hours: SimpleNamespace, **values: Any) -> TimeEntry:
        sheet, _new = Timesheet.objects.get_or_create(
            organization=hours.project.organization, resource=hours.resource, week_on=MONDAY
        )
        values = {
            "sheet": sheet, "project": hours.project, "task": hours.task, "worked_on": MONDAY, "minutes": 60,
        } | values  # fmt: skip
        return TimeEntry(organization=hours.project.organization, **values)

    @pytest.mark.parametrize(
        ("values", "name"),
        [
            ({"minutes": -1}, "time_entry_is_within_a_day"),
            ({"minutes": 1441}, "time_entry_is_within_a_day"),
            ({"task": None}, "time_entry_is_of_a_task_or_a_kind"),
            ({"worked_on": MONDAY + timedelta(days=7)}, "week of its sheet"),
            ({"is_correction": True, "comment": "なぜ"}, "closed month"),
        ],
    )
    def test_refuses(self, hours: SimpleNamespace, values: dict[str, Any], name: str):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            self.entry(hours, **values).save()

    def test_has_one_entry_of_a_person_task_and_day(self, hours: SimpleNamespace):
        self.entry(hours).save()
        with pytest.raises(IntegrityError, match="task_has_one_entry_a_day"), transaction.atomic():
            self.entry(hours).save()

    def test_gives_a_person_24_hours_a_day(self, hours: SimpleNamespace):
        self.entry(hours, minutes=1000).save()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="24 hours"), transaction.atomic():
            self.entry(hours, minutes=1000, task=hours.other).save()

    @pytest.mark.parametrize("state", ["submitted", "approved"])
    def test_writes_nothing_into_a_week_that_is_handed_in(self, hours: SimpleNamespace, state: str):
        entry = self.entry(hours)
        Timesheet.objects.update(state=state)
        with pytest.raises(IntegrityError, match="handed in"), transaction.atomic():
            entry.save()

    def test_writes_nothing_but_corrections_into_a_closed_month(self, hours: SimpleNamespace):
        entry = self.entry(hours)
        entry.save()
        ClosedMonth.objects.create(
            organization=hours.project.organization, month_on=date(2026, 4, 1), closed_by=hours.leader
        )
        entry.minutes = 0
        with pytest.raises(IntegrityError, match="closed month"), transaction.atomic():
            entry.save()
        self.entry(hours, minutes=-60, is_correction=True, corrects=entry, comment="取り違え").save()


class TestLocked:
    @pytest.mark.parametrize(("state", "words"), [("submitted", "提出済み"), ("approved", "承認済み")])
    def test_takes_no_hours(self, hours: SimpleNamespace, state: str, words: str):
        enter(hours, 60)
        Timesheet.objects.update(state=state)
        with pytest.raises(WeekLockedError, match=words):
            enter(hours, 90)
