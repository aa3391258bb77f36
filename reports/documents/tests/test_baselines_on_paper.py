"""The chart on paper draws what was agreed on, as the one on the screen does."""

from __future__ import annotations

import datetime as dt
from typing import Any

from projects.models import Project
from reports.documents.kinds import Subject
from reports.documents.kinds.wbs import wbs_report
from reports.documents.options import Options
from reports.documents.paper.chart import draw_chart
from tasks.baselines.services import take_baseline
from tasks.editing.fields import edit_task
from tasks.models import Task


def pictures_of(project: Project, user: Any) -> tuple[Any, dict[str, bytes]]:
    project.refresh_from_db()
    plan = wbs_report(Subject(user, project.organization, Options(on=dt.date(2026, 4, 6)), project)).plan
    pictures: dict[str, bytes] = {}
    assert plan is not None
    draw_chart(plan, pictures)
    return plan, pictures


class TestChartOnPaper:
    def test_has_bars_of_the_baseline_under_those_of_the_plan(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        _plan, before = pictures_of(project, cast.planner)
        assert b'class="gantt-baseline"' not in before["chart-0"]
        take_baseline(project=project, actor=cast.planner, name="合意した計画")
        _plan, after = pictures_of(project, cast.planner)
        assert after["chart-0"].count(b'class="gantt-baseline"') == 1
        assert b'class="gantt-baseline"' in after["legend"]

    def test_has_room_for_a_baseline_that_ends_after_the_plan(
        self, project: Project, chain: dict[str, Task], cast: Any
    ) -> None:
        baseline = take_baseline(project=project, actor=cast.planner, name="合意した計画")
        edit_task(task=chain["設計"], changes={"duration_minutes": 480}, actor=cast.planner)
        plan, _pictures = pictures_of(project, cast.planner)
        assert project.planned_finish_minute < baseline.finish_minute
        assert plan.last_day == (baseline.finish_minute - 1) // 1440
