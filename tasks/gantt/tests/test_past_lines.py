"""Progress lines of before: days that the address names, drawn by what was reported until then."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import Project
from projects.worktime.moments import day_number
from tasks.gantt.canvas import View, make_canvas
from tasks.gantt.geometry.progress import draw_progress_line
from tasks.gantt.window import load_window, progress_on
from tasks.models import Task
from tasks.progress.services import report_progress
from tasks.sheet.visible import VisibleRows

DAYS = (dt.date(2026, 4, 14), dt.date(2026, 4, 9))
ASKED = "line line@2026-04-09 line@2026-04-14"


@pytest.fixture
def told(project: Project, chain: dict[str, Any], cast: Any) -> dict[str, Any]:
    """設計 was at 20 % on 4/8 and at 60 % on 4/14, 開発 at 10 % on 4/15; the plan is judged on 4/20."""
    for name, percentage, day in (("設計", 20, 8), ("設計", 60, 14), ("開発", 10, 15), ("設計", 100, 17)):
        task = Task.objects.select_related("project").get(pk=chain[name].pk)
        report_progress(
            task=task, percentage=percentage, actor=cast.leader, recorded_on=dt.date(2026, 4, day)
        )
    Project.objects.filter(pk=project.pk).update(status_on=dt.date(2026, 4, 20))
    project.refresh_from_db()
    return chain


class TestAddress:
    def test_names_days_beside_the_switches(self):
        view = View.read({"show": ASKED})
        assert view.past == tuple(map(day_number, DAYS))
        assert view.show == "line line@2026-04-14 line@2026-04-09"
        assert view.with_switch("slack") == "line slack line@2026-04-14 line@2026-04-09"
        assert view.without_past(day_number(DAYS[0])) == "line line@2026-04-09"

    def test_takes_one_more_as_it_is_typed(self):
        assert View.read({"show": "line", "past": "2026年4月9日"}).past == (day_number(DAYS[1]),)
        assert View.read({"show": ASKED, "past": "2026/4/9"}).past == tuple(map(day_number, DAYS))

    @pytest.mark.parametrize("text", ["line@", "line@x", "line@2026-13-40", "line@9999-99-99", "@2026-04-09"])
    def test_of_nonsense_is_passed_over(self, text):
        assert View.read({"show": f"line {text}", "past": text}).past == ()

    def test_draws_three_at_most(self):
        words = " ".join(f"line@2026-04-{day:02}" for day in range(1, 20))
        assert len(View.read({"show": words}).past) == 3


class TestProgressOn:
    def test_is_what_was_reported_until_then(self, project, told):
        ids = [told[name].pk for name in ("設計", "開発", "試験")]
        found = progress_on(project, ids, tuple(map(day_number, DAYS)))
        assert [found[pk] for pk in ids] == [(60, 20), (0, 0), (0, 0)]

    def test_is_one_query_whatever_is_asked(self, project, told):
        with CaptureQueriesContext(connection) as queries:
            progress_on(project, list(range(1, 200)), tuple(range(20_500, 20_503)))
        assert len(queries) == 1


class TestLines:
    def test_go_where_tasks_were_on_their_day(self, project, told):
        view = View.read({"show": ASKED, "zoom": "week"})
        sheet = make_canvas(project, view)
        visible = VisibleRows(4, (), frozenset())
        rows = load_window(project, visible, first=0, count=4, on=DAYS[0], past_days=sheet.past_days).rows
        drawn = draw_progress_line(rows, sheet, 0, 4)
        assert drawn.count('<path class="gantt-progress-line') == 3 + 2  # and the dots of the line of now
        first = drawn.partition("gantt-progress-line--2")[2].partition("/>")[0]
        x = sheet.scale.x(day_number(DAYS[1]) + 1)
        assert f"M{x:g} 0" in first
        # 設計 was due by 80 % and had 20 %: the line of then is pulled to the left; 開発 had not to begin.
        assert first.count("L") == 1

    def test_are_of_days_before_the_status_date(self, project, told):
        view = View.read({"show": "line line@2026-04-20 line@2026-05-01 line@2026-04-09"})
        assert make_canvas(project, view).past_days == (day_number(DAYS[1]),)
        assert make_canvas(project, View.read({"show": "line@2026-04-09"})).past_days == ()


class TestPage:
    def test_draws_and_offers_them(self, leader_client, project, told):
        address = reverse("tasks:gantt", args=[project.pk])
        page = leader_client.get(address, {"zoom": "week", "show": ASKED}).content.decode()
        assert page.count("gantt-progress-line--1") == 2  # in the chart and in its menu
        assert 'data-show="line line@2026-04-14 line@2026-04-09"' in page
        assert 'value="line line@2026-04-09"' in page
        without = leader_client.get(address, {"zoom": "week", "show": "line"}).content.decode()
        assert "gantt-progress-line--1" not in without

    def test_is_another_picture_for_another_day(self, leader_client, project, told):
        address = reverse("tasks:gantt_chart", args=[project.pk])
        headers = {"HX-Request": "true"}
        pages = {
            leader_client.get(address, {"zoom": "week", "show": show}, headers=headers).content
            for show in ("line line@2026-04-09", "line line@2026-04-14")
        }
        assert len(pages) == 2
