"""What a row says about dates that cannot be kept."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from projects.models import Project
from projects.worktime.moments import minute_of
from tasks.editing.fields import edit_task
from tasks.gantt.window import load_window
from tasks.models import Constraint, Task
from tasks.progress.services import report_progress
from tasks.reasons.negative_slack import COLUMNS, NegativeSlack, missed_dates, negative_slack_words
from tasks.reasons.words import constraint_words
from tasks.sheet.visible import visible_rows


def words(task: Task, project: Project) -> str:
    return negative_slack_words(NegativeSlack(*Task.objects.values_list(*COLUMNS).get(pk=task.pk)), project)


def hold(task: Task, kind: str, day: date, minute: int, actor: object) -> None:
    changes = {"constraint_type": kind, "constraint_minute": minute_of(day, minute)}
    edit_task(task=task, changes=changes, actor=actor)  # type: ignore[arg-type]  # one of the cast


class TestTightWords:
    def test_are_none_for_a_plan_that_can_be_kept(self, chain: dict[str, Task], project: Project) -> None:
        assert [words(task, project) for task in chain.values()] == [""] * 4

    def test_name_the_own_date_and_point_to_others(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        hold(chain["試験"], Constraint.FNLT, date(2026, 4, 24), 1080, cast.leader)
        assert words(chain["試験"], project) == (
            "余裕 −3日：制約「指定日までに終了」04/24 と依存関係が両立しません。"
        )
        assert words(chain["設計"], project) == "余裕 −3日：後続の期限か制約に間に合いません。"

    def test_blame_a_constraint_only_where_it_holds(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        hold(chain["設計"], Constraint.SNLT, date(2026, 5, 29), 540, cast.leader)
        hold(chain["試験"], Constraint.MSO, date(2026, 4, 20), 540, cast.leader)
        assert words(chain["設計"], project) == "余裕 −5日：後続の期限か制約に間に合いません。"
        assert words(chain["試験"], project).startswith("余裕 −5日：制約「指定日に開始」04/20")

    @pytest.mark.parametrize(("kind", "day"), [(Constraint.FNLT, "04/13"), (Constraint.SNLT, "04/14")])
    def test_name_the_day_before_midnight_for_a_finish_alone(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace, kind: Constraint, day: str
    ) -> None:
        hold(chain["試験"], kind, date(2026, 4, 14), 0, cast.leader)
        assert f"制約「{kind.label}」{day} と" in words(chain["試験"], project)
        assert f"「{kind.label}」の2026/{day}" in constraint_words(Task.objects.get(pk=chain["試験"].pk))

    def test_are_none_for_what_is_done(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        changes = {"deadline_minute": minute_of(date(2026, 4, 8), 1080)}
        edit_task(task=chain["設計"], changes=changes, actor=cast.leader)
        assert words(chain["設計"], project) == "余裕 −2日：期限 04/08 に間に合いません。"
        report_progress(task=chain["設計"], percentage=100, actor=cast.leader)
        assert words(chain["設計"], project) == ""

    def test_are_listed_for_those_who_hold_the_date(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        assert missed_dates(project, limit=8) == []
        hold(chain["試験"], Constraint.MSO, date(2026, 4, 20), 540, cast.leader)
        changes = {"deadline_minute": minute_of(date(2026, 4, 23), 1080)}
        edit_task(task=chain["開発"], changes=changes, actor=cast.leader)
        found = missed_dates(project, limit=8)
        assert [line.label for line in found] == ["2 開発", "3 試験"]
        assert all(negative_slack_words(line.negative_slack, project) for line in found)
        assert missed_dates(project, limit=1) == found[:1]
        Project.objects.filter(pk=project.pk).update(honours_constraints=False)
        project.refresh_from_db()
        assert [line.label for line in missed_dates(project, limit=8)] == ["2 開発"]

    def test_are_those_of_the_chart_too(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        changes = {"deadline_minute": minute_of(date(2026, 4, 8), 1080)}
        edit_task(task=chain["設計"], changes=changes, actor=cast.leader)
        visible = visible_rows(project, cast.leader)
        window = load_window(project, visible, first=0, count=4, on=date(2026, 4, 6))
        assert [row.missed_date for row in window.rows] == [
            "余裕 −2日：期限 04/08 に間に合いません。",
            "",
            "",
            "",
        ]
