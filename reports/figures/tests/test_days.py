"""The figures of each project at the end of each day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.calendars.services import make_company_calendar
from projects.models import Calendar, Organization, Project
from reports.figures.days import backfill_project_days, record_days
from reports.figures.selectors import figures_of_project
from reports.figures.standing import standing_of_project
from reports.jobs import record_project_days
from reports.models import ProjectDay
from resources.models import Resource, ResourceRate
from tasks.models import Assignment, Task
from tasks.progress.services import report_progress

TODAY = dt.date(2026, 4, 20)


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of the office's clock."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


@pytest.fixture
def week(plan: Any, cast: Any, project: Any) -> Any:
    """設計 done, 開発 at 20 % and late on Monday 2026-04-20."""
    tasks = plan(("設計", 1, 5), ("開発", 1, 10, "1"), ("試験", 1, 3, "2"))
    for name, percentage, day in (("設計", 100, 10), ("開発", 10, 14), ("開発", 20, 17)):
        task = Task.objects.get(pk=tasks[name].pk)
        report_progress(
            task=task, percentage=percentage, actor=cast.leader, recorded_on=dt.date(2026, 4, day)
        )
    project.refresh_from_db()
    return tasks


class TestRecordDays:
    def test_keeps_what_pages_show_on_that_day(
        self, project: Any, week: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
        assert record_days(project.organization_id, now=at(TODAY, 23, 50)) == TODAY
        row, figures = ProjectDay.objects.get(), figures_of_project(project)
        assert (row.project_id, row.day, row.status) == (project.pk, TODAY, "active")
        assert (
            (row.task_count, row.done_count, row.late_count)
            == (
                figures.total,
                figures.done,
                figures.late,
            )
            == (3, 1, 1)
        )
        assert (row.progress_percentage, row.planned_percentage) == (*standing_of_project(project),)
        assert (row.work_minutes, row.remaining_minutes) == (18 * 480, (8 + 3) * 480)
        assert row.revision == project.revision

    def test_brings_the_same_day_up_to_date_and_adds_nothing(self, project: Any, week: Any) -> None:
        record_days(project.organization_id, now=at(TODAY, 18))
        Task.objects.filter(pk=week["開発"].pk).update(progress_percentage=100)
        record_days(project.organization_id, now=at(TODAY, 23, 50))
        assert ProjectDay.objects.values_list("done_count", flat=True).get() == 2

    def test_counts_after_midnight_for_the_day_before_and_only_what_is_missing(
        self, project: Any, week: Any
    ) -> None:
        night = at(TODAY + dt.timedelta(days=1), 0, 20)
        assert record_days(project.organization_id, now=night) == TODAY
        before = ProjectDay.objects.values_list("day", "done_count", "late_count").get()
        Task.objects.filter(pk=week["開発"].pk).update(progress_percentage=100)
        record_days(project.organization_id, now=night)
        assert ProjectDay.objects.values_list("day", "done_count", "late_count").get() == before

    def test_says_what_the_plan_had_cost(self, project: Any, week: Any) -> None:
        resource = Resource.objects.create(organization=project.organization, name="外注")
        ResourceRate.objects.create(
            organization=project.organization, resource=resource, valid_from="2026-01-01", cost_per_hour=5000
        )
        Assignment.objects.create(
            organization=project.organization, project=project, task=week["設計"], resource=resource
        )
        record_days(project.organization_id, now=at(TODAY, 23, 50))
        assert ProjectDay.objects.get().cost == 5 * 8 * 5000

    def test_leaves_deleted_projects_out_and_keeps_empty_ones(self, project: Any) -> None:
        record_days(project.organization_id, now=at(TODAY, 23))
        assert ProjectDay.objects.values_list("task_count", "planned_percentage").get() == (0, 0)
        project.delete_softly(at=timezone.now())
        record_days(project.organization_id, now=at(TODAY + dt.timedelta(days=1), 23))
        assert ProjectDay.objects.count() == 1

    def test_asks_as_often_for_many_projects(self, project: Any) -> None:
        def queries(day: int) -> int:
            with CaptureQueriesContext(connection) as captured:
                record_days(project.organization_id, now=at(dt.date(2026, 4, day), 23))
            return len(captured)

        few = queries(20)
        Project.objects.bulk_create(
            Project(
                organization=project.organization, code=f"N-{number}", name=f"計画{number}", calendar=project.calendar,
                start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute,
            )
            for number in range(300)
        )  # fmt: skip
        assert queries(21) == few
        assert ProjectDay.objects.filter(day="2026-04-21").count() == 301


class TestRecordProjectDays:
    def test_works_for_all_organizations_and_twice(self, project: Any, cast: Any) -> None:
        other = Organization.objects.get(pk=cast.stranger.memberships.get().organization_id)
        make_company_calendar(other, name="会社")
        Project.objects.create(
            organization=other, code="Y-1", name="余所の計画", calendar=Calendar.objects.get(organization=other),
            start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute,
        )  # fmt: skip
        record_project_days()
        record_project_days()
        assert set(ProjectDay.objects.values_list("organization", flat=True)) == {
            project.organization_id,
            other.pk,
        }
        assert ProjectDay.objects.count() == 2


class TestBackfillProjectDays:
    def test_tells_the_past_from_reported_progress(self, project: Any, week: Any) -> None:
        backfill_project_days(project.organization, 14, until=TODAY)
        rows = {
            row.day.day: (row.done_count, row.progress_percentage, row.late_count)
            for row in ProjectDay.objects.all()
        }
        assert len(rows) == 14
        assert rows[9] == (0, 21, 0)  # 設計 is three quarters of the way from its start to its report
        assert rows[10] == (1, 28, 0)
        assert rows[14] == (1, 33, 0)
        assert rows[15][1] == 35
        assert rows[19][:2] == (1, 39)

    def test_tells_what_was_expected_by_the_week(self, project: Any, week: Any) -> None:
        backfill_project_days(project.organization, 14, until=TODAY)
        found = dict(ProjectDay.objects.filter(forecast_on__isnull=False).values_list("day", "forecast_on"))
        # On the first Sunday all was as planned; on the second 開発 had done two of its ten days in five.
        assert found == {
            dt.date(2026, 4, 12): dt.date(2026, 4, 30),
            dt.date(2026, 4, 19): dt.date(2026, 5, 26),
        }

    def test_keeps_rows_that_are_there(self, project: Any, week: Any) -> None:
        record_days(project.organization_id, now=at(dt.date(2026, 4, 15), 23))
        kept = ProjectDay.objects.get()
        backfill_project_days(project.organization, 14, until=TODAY)
        assert ProjectDay.objects.get(day="2026-04-15").pk == kept.pk
        assert ProjectDay.objects.count() == 14

    def test_calls_a_project_planned_before_it_began(self, project: Any) -> None:
        backfill_project_days(project.organization, 3, until=dt.date(2026, 4, 7))
        rows = ProjectDay.objects.order_by("day").values_list("status", flat=True)
        assert list(rows) == ["planning", "planning", "active"]
