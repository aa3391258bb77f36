"""The forecast that a project keeps beside its plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.caching import generation
from projects.lifecycle.services import change_status
from projects.models import Project, ProjectStatus
from projects.worktime.moments import ends_on
from tasks.editing import fields
from tasks.models import Task
from tasks.plan.forecasting import forecast_day
from tasks.plan.rescheduling import repair_plan
from tasks.progress.services import report_progress


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the day of today: `on(2026, 4, 20)`."""

    def go(*day: int) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_args: dt.date(*day))

    return go


@pytest.fixture
def started(on: Any, chain: dict[str, Task], project: Project) -> dict[str, Task]:
    """The chain on its first Monday; it ends on 2026-04-30."""
    on(2026, 4, 6)
    repair_plan(project=project)
    return chain


def forecast_on(project: Project) -> dt.date | None:
    project.refresh_from_db()
    return ends_on(project.forecast_finish_minute)


class TestForecastFigures:
    def test_are_those_of_the_plan_on_its_first_day(self, started: Any, project: Project) -> None:
        assert forecast_on(project) == dt.date(2026, 4, 30)
        assert (project.forecast_from, project.forecast_causes) == (dt.date(2026, 4, 6), [])

    def test_grow_from_night_to_night_while_nothing_is_done(
        self, on: Any, started: dict[str, Task], project: Project, django_capture_on_commit_callbacks: Any
    ) -> None:
        before, revision = (
            Task.objects.order_by("pk").values_list("start_minute", "finish_minute"),
            project.revision,
        )
        dates, known = list(before), generation(project.organization_id)
        on(2026, 4, 13)
        with django_capture_on_commit_callbacks(execute=True):
            repair_plan(project=project)
        assert forecast_on(project) == dt.date(2026, 5, 12)  # with three holidays in between
        assert project.forecast_causes == [[started["設計"].pk, 5]]
        assert (list(before.all()), project.revision) == (dates, revision)
        assert ends_on(project.planned_finish_minute) == dt.date(2026, 4, 30)
        assert generation(project.organization_id) != known

    def test_follow_what_is_reported(
        self, on: Any, started: dict[str, Task], project: Project, cast: Any
    ) -> None:
        on(2026, 4, 13)
        report_progress(task=started["設計"], percentage=100, actor=cast.leader)
        assert forecast_on(project) == dt.date(2026, 4, 30)
        assert project.forecast_causes == []

    def test_follow_an_edit(self, on: Any, started: dict[str, Task], project: Project, cast: Any) -> None:
        fields.edit_task(task=started["開発"], changes={"duration_minutes": 11 * 480}, actor=cast.planner)
        assert forecast_on(project) == dt.date(2026, 5, 1)

    def test_begin_with_the_project(
        self,
        on: Any,
        chain: dict[str, Task],
        project: Project,
        cast: Any,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        on(2026, 4, 13)
        Project.objects.filter(pk=project.pk).update(status=ProjectStatus.PLANNING)
        project.refresh_from_db()
        repair_plan(project=project)
        assert forecast_on(project) is None
        with django_capture_on_commit_callbacks(execute=True):
            change_status(project=project, status=ProjectStatus.ACTIVE, actor=cast.leader)
        assert forecast_on(project) == dt.date(2026, 5, 12)

    def test_are_nothing_for_a_plan_without_tasks(self, project: Project) -> None:
        repair_plan(project=project)
        assert forecast_on(project) is None

    def test_are_nothing_where_work_would_end_beyond_all_years(
        self, on: Any, started: dict[str, Task], project: Project
    ) -> None:
        on(9999, 12, 1)
        repair_plan(project=project)
        assert (forecast_on(project), project.forecast_causes) == (None, [])

    def test_cost_no_query(self, on: Any, started: dict[str, Task], project: Project) -> None:
        def statements() -> int:
            with CaptureQueriesContext(connection) as captured:
                repair_plan(project=project)
            return len(captured)

        on(2026, 4, 13)
        again = statements()
        assert statements() == again - 1  # the project's own row, which has changed the first time


class TestForecastDay:
    @pytest.mark.parametrize(
        ("status", "day"), [(None, 13), (dt.date(2026, 4, 10), 13), (dt.date(2026, 4, 17), 18)]
    )
    def test_is_today_or_behind_a_status_date_ahead(self, status: dt.date | None, day: int) -> None:
        assert forecast_day(Project(status_on=status), dt.date(2026, 4, 13)) == dt.date(2026, 4, day)
