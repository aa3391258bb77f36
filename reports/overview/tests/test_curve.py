"""The curve of progress: its lines, and what it is drawn from."""

import datetime as dt

import pytest
from django.utils import timezone

from projects.models import Project
from projects.worktime.moments import minute_of
from reports.charts.curve import BOTTOM, LEFT, RIGHT, TOP, draw
from reports.figures.finish import finish_of
from reports.figures.standing import standing_of_project
from reports.overview.curve import progress_curve
from tasks.progress.services import report_progress

START, MIDDLE, END = dt.date(2026, 4, 1), dt.date(2026, 4, 11), dt.date(2026, 4, 21)
PLAN = [(START, 0.0), (END, 1.0)]


class TestDraw:
    def test_runs_from_corner_to_corner(self):
        curve = draw(plan=PLAN, actual=[], today=MIDDLE, finish=END)
        assert curve.plan == f"{LEFT}.0,{BOTTOM}.0 {RIGHT}.0,{TOP}.0"

    def test_reads_the_plan_of_today(self):
        curve = draw(plan=PLAN, actual=[(START, 0.0), (MIDDLE, 0.3)], today=MIDDLE, finish=END)
        assert (curve.plan_percentage, curve.actual_percentage) == (50, 30)

    def test_leads_to_the_expected_finish(self):
        later = END + dt.timedelta(days=10)
        curve = draw(plan=PLAN, actual=[(START, 0.0), (MIDDLE, 0.3)], today=MIDDLE, finish=later)
        assert curve.forecast.endswith(f"{RIGHT}.0,{TOP}.0")
        assert not curve.plan.endswith(f"{RIGHT}.0,{TOP}.0")

    def test_expects_nothing_once_done(self):
        curve = draw(plan=PLAN, actual=[(START, 0.0), (MIDDLE, 1.0)], today=MIDDLE, finish=MIDDLE)
        assert curve.forecast == ""

    @pytest.mark.parametrize("days", [1, 40, 400, 3650, 36500])
    def test_names_at_most_twelve_months(self, days):
        plan = [(START, 0.0), (START + dt.timedelta(days=days), 1.0)]
        curve = draw(plan=plan, actual=[], today=START, finish=plan[-1][0])
        assert len(curve.months) <= 12

    def test_names_no_month_that_the_edge_would_cut(self):
        plan = [(START, 0.0), (dt.date(2026, 6, 2), 1.0)]
        curve = draw(plan=plan, actual=[], today=START, finish=plan[-1][0])
        assert [tick.day.month for tick in curve.months] == [5]


class TestProgressCurve:
    @pytest.fixture(autouse=True)
    def today(self, monkeypatch):
        monkeypatch.setattr(timezone, "localdate", lambda *_args: dt.date(2026, 4, 20))

    def curve(self, project: Project):
        project = Project.objects.get(pk=project.pk)
        return progress_curve(project, finish_of(project))

    def test_is_not_drawn_for_an_empty_plan(self, project):
        assert self.curve(project) is None

    def test_has_no_actual_line_before_the_first_report(self, project, chain):
        curve = self.curve(project)
        assert curve.plan
        assert curve.actual == ""

    def test_ends_with_what_stands_today(self, project, chain, cast):
        report_progress(
            task=chain["設計"], percentage=100, actor=cast.leader, recorded_on=dt.date(2026, 4, 10)
        )
        chain["開発"].refresh_from_db()
        report_progress(
            task=chain["開発"], percentage=20, actor=cast.leader, recorded_on=dt.date(2026, 4, 17)
        )
        project.refresh_from_db()
        curve = self.curve(project)
        assert curve.actual_percentage == project.progress_percentage == 39
        assert len(curve.actual.split()) == 4

    def test_leads_to_the_end_of_the_last_sub_project(self, project, chain):
        Project.objects.create(
            organization=project.organization, code="N-1", name="子の計画", calendar=project.calendar, status="active",
            start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute, parent=project,
            planned_finish_minute=minute_of(dt.date(2026, 6, 1), 1080), forecast_finish_minute=minute_of(dt.date(2026, 6, 5), 1080),
        )  # fmt: skip
        assert self.curve(project).finish == dt.date(2026, 6, 5)

    def test_is_read_where_the_tile_is(self, project, chain):
        assert self.curve(project).plan_percentage == standing_of_project(project).plan == 61
