"""When a task is late, and where a project should be."""

import datetime as dt

import pytest
from django.utils import timezone

from projects.models import Project
from reports.figures.percent import percent
from reports.figures.selectors import figures_of_organization, figures_of_project, late_of_project
from reports.figures.standing import Standing, standing_of_project, standings_of_organization
from tasks.models import Task


@pytest.fixture
def on(monkeypatch):
    """Sets the day of today: `on("2026-04-10")`."""

    def go(day: str) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_args: dt.date.fromisoformat(day))

    return go


@pytest.fixture
def week(plan, project):
    """One task over ten working days, from Monday 2026-04-06 to Friday 2026-04-17."""
    return plan(("設計", 1, 10))["設計"]


def progress(task: Task, percentage: int) -> None:
    Task.objects.filter(pk=task.pk).update(progress_percentage=percentage)


class TestLateness:
    @pytest.mark.parametrize(
        ("today", "done", "late"),
        [
            ("2026-04-06", 0, 0),  # its first day is not over
            ("2026-04-07", 0, 1),
            ("2026-04-07", 10, 0),
            ("2026-04-13", 50, 0),  # Monday: the weekend asked for nothing
            ("2026-04-13", 49, 1),
            ("2026-04-17", 90, 0),
            ("2026-04-18", 99, 1),
            ("2026-04-18", 100, 0),
            ("2026-03-01", 0, 0),
        ],
    )
    def test_is_told_from_the_plan_of_last_night(self, on, project, week, today, done, late):
        on(today)
        progress(week, done)
        assert figures_of_project(project).late == late

    def test_counts_days_behind(self, on, project, week):
        on("2026-04-13")
        progress(week, 20)
        assert late_of_project(project, limit=5) == [(week.pk, 3)]

    def test_counts_days_since_the_finish(self, on, project, week):
        on("2026-04-27")
        assert late_of_project(project, limit=5) == [(week.pk, 10)]

    def test_leaves_holidays_out(self, on, project, plan):
        task = plan(("連休をまたぐ", 1, 18))["連休をまたぐ"]  # to 2026-04-30, with 04-29 between
        assert task.end_date == dt.date(2026, 4, 30)
        on("2026-04-30")
        progress(task, 94)
        assert figures_of_project(project).late == 0

    @pytest.mark.parametrize("status", ["planning", "suspended", "completed", "cancelled"])
    def test_is_none_while_a_project_is_not_under_way(self, on, project, week, status):
        on("2026-06-01")
        Project.objects.filter(pk=project.pk).update(status=status)
        assert figures_of_project(project)[:2] == (0, 0)
        assert not Task.objects.late(on=dt.date(2026, 6, 1))

    def test_passes_over_summaries_and_inactive_tasks(self, on, project, plan):
        tasks = plan(("工程", 1, 1), ("設計", 2, 5), ("予備", 1, 3))
        Task.objects.filter(pk=tasks["予備"].pk).update(is_active=False)
        on("2026-06-01")
        assert figures_of_project(project)[:4] == (1, int(tasks["設計"].is_critical), 0, 1)


class TestPlanPercentage:
    @pytest.mark.parametrize(
        ("today", "due"),
        [("2026-04-05", 0), ("2026-04-06", 10), ("2026-04-10", 50), ("2026-04-12", 50), ("2026-05-01", 100)],
    )
    def test_grows_by_working_days(self, on, project, week, today, due):
        on(today)
        assert standing_of_project(project).plan == due

    def test_is_nothing_without_tasks(self, project):
        assert standing_of_project(project) == Standing(0, None)

    def test_is_the_same_in_lists(self, on, project, week):
        on("2026-04-10")
        assert figures_of_organization(project.organization_id)[project.pk] == figures_of_project(project)

    def test_is_nothing_before_work_begins_and_after_it_ends(self, on, project, week):
        on("2026-04-10")
        for status in ("planning", "suspended", "completed", "cancelled"):
            project.status = status
            assert standing_of_project(project).plan is None


class TestFamily:
    @pytest.fixture
    def parts(self, on, project, week):
        """Beside two weeks of work at 0 %: a part of two days at 100 %, and a cancelled one."""
        on("2026-04-10")
        return [
            Project.objects.create(
                organization=project.organization, code=f"N-{status}", name=status, calendar=project.calendar,
                start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute,
                parent=project, status=status, task_count=1, progress_percentage=100, progress_weight=2 * 480,
            )
            for status in ("completed", "cancelled")
        ]  # fmt: skip

    def test_counts_with_its_weight_unless_it_is_cancelled(self, project, parts):
        assert standing_of_project(project) == Standing(17, 50)

    def test_counts_alike_in_lists(self, project, parts):
        found = standings_of_organization(project.organization_id)
        assert found[project.pk] == standing_of_project(project)
        assert found[parts[0].pk] == Standing(100, None)


class TestPercent:
    @pytest.mark.parametrize(
        ("part", "whole", "figure"), [(0, 0, 0), (1, 8, 13), (199, 200, 99), (999, 1000, 99), (7, 7, 100)]
    )
    def test_is_half_up_and_100_for_the_whole_alone(self, part, whole, figure):
        assert percent(part, whole) == figure
