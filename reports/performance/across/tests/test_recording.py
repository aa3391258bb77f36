"""What is kept of earned value by the day: the figures of the page, once a day, again where the plan has changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.crypto import UndecryptableError
from projects.models import Project
from projects.worktime.errors import WorktimeError
from reports.jobs import record_project_earned
from reports.models import ProjectEarnedDay
from reports.performance import recording
from reports.performance.across.tests.kept import TODAY
from reports.performance.reading import Reading
from reports.performance.recording import record_earned
from reports.performance.selectors import chosen_baseline, sums_of
from reports.performance.tests.reporting import report
from reports.performance.words import Unit
from tasks.baselines.services import choose_baseline, take_baseline
from tasks.models import Task

Tasks = dict[str, Task]


@pytest.fixture
def reported(agreed: Tasks) -> Tasks:
    report(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
    report(agreed["開発"], dt.date(2026, 4, 14), 20, 12)
    return agreed


def kept() -> list[ProjectEarnedDay]:
    return list(ProjectEarnedDay.objects.order_by("day", "pk"))


class TestRecording:
    @pytest.mark.parametrize("day", [TODAY, dt.date(2026, 4, 10)])
    def test_keeps_the_figures_that_the_page_shows(
        self, project: Project, reported: Tasks, day: dt.date
    ) -> None:
        assert record_earned(project.organization_id, on=day) == 1
        (row,) = kept()
        project.refresh_from_db()
        baseline = chosen_baseline(project)
        for unit, suffix in ((Unit(is_money=False), "minutes"), (Unit(is_money=True), "cost")):
            total = sums_of(project, baseline, on=day, unit=unit, under=None).total
            found = tuple(getattr(row, f"{name}_{suffix}") for name in recording.SUMS)
            assert found == (total.bac, total.pv, total.ev, total.ac)
            assert all(found)
        assert (row.day, row.baseline, row.revision) == (day, baseline, project.revision)

    def test_is_done_once_a_day_and_again_after_a_change(self, project: Project, reported: Tasks) -> None:
        organization = project.organization_id
        assert [record_earned(organization, on=TODAY) for _ in range(2)] == [1, 0]
        report(reported["開発"], TODAY, 50, 30)
        assert [record_earned(organization, on=TODAY) for _ in range(2)] == [1, 0]
        (row,) = kept()
        assert row.earned_minutes == (40 + 40) * 60
        assert record_earned(organization, on=TODAY + dt.timedelta(days=1)) == 1
        assert [row.day for row in kept()] == [TODAY, TODAY + dt.timedelta(days=1)]

    def test_is_done_again_for_another_baseline(self, project: Project, reported: Tasks, cast: Any) -> None:
        record_earned(project.organization_id, on=TODAY)
        other = take_baseline(project=project, actor=cast.leader, name="見直し")
        choose_baseline(baseline=other, actor=cast.leader)
        assert record_earned(project.organization_id, on=TODAY) == 1
        assert [row.baseline for row in kept()] == [other]

    def test_leaves_projects_alone_that_have_nothing_to_be_compared_with(
        self, project: Project, plan: Any
    ) -> None:
        plan(("設計", 1, 5))
        assert record_earned(project.organization_id, on=TODAY) == 0
        assert not kept()

    def test_keeps_no_row_of_a_project_that_went_meanwhile(self, project: Project, reported: Tasks) -> None:
        Project.objects.filter(pk=project.pk).update(deleted_at=timezone.now())
        assert not recording.record_project(project.pk, on=TODAY)
        assert not kept()

    def test_has_no_amounts_where_those_of_the_baseline_are_lost(
        self, project: Project, reported: Tasks, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lost(_reading: Reading) -> None:
            raise UndecryptableError("the key is gone")

        monkeypatch.setattr(Reading, "money", lost)
        record_earned(project.organization_id, on=TODAY)
        (row,) = kept()
        assert (row.budget_minutes, row.budget_cost, row.actual_cost) == (120 * 60, None, None)

    def test_goes_on_after_a_plan_that_cannot_be_read(
        self,
        project: Project,
        reported: Tasks,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def broken(*_args: Any, **_more: Any) -> None:
            raise WorktimeError(None, "no working time")

        monkeypatch.setattr(recording, "performance", broken)
        assert record_earned(project.organization_id, on=TODAY) == 0
        assert f"project {project.pk}" in caplog.text
        assert not kept()

    def test_takes_those_first_that_wait_longest(
        self, project: Project, reported: Tasks, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record_earned(project.organization_id, on=TODAY - dt.timedelta(days=1))
        monkeypatch.setattr(recording, "MOST_PROJECTS", 0)
        assert record_earned(project.organization_id, on=TODAY) == 0
        monkeypatch.setattr(recording, "MOST_PROJECTS", 1)
        assert record_earned(project.organization_id, on=TODAY) == 1

    def test_is_a_job_of_every_hour(self, project: Project, reported: Tasks) -> None:
        record_project_earned()
        assert [(row.project, row.day) for row in kept()] == [(project, TODAY)]

    def test_reads_a_project_with_as_many_queries_whatever_its_history(
        self, project: Project, reported: Tasks
    ) -> None:
        counts = []
        for days in (1, 30):
            for back in range(days):
                record_earned(project.organization_id, on=TODAY - dt.timedelta(days=back))
            report(reported["開発"], TODAY, 20 + days, 12)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                record_earned(project.organization_id, on=TODAY)
            counts.append(len(queries))
        assert counts[0] == counts[1]
