"""From the plan of a project to how likely its dates are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from projects.errors import RuleBrokenError
from projects.models import Calendar, Project
from projects.worktime.moments import ends_on, minute_of
from tasks.editing.fields import edit_task
from tasks.leveling.tests.test_leveling import from_finish
from tasks.models import Task
from tasks.risk.asked import Asked
from tasks.risk.running import MOST_TASKS, load_input, phases_of, run, simulate_plan
from tasks.risk.words import chance_text, error_text
from tasks.scheduling.risk.outlook import Chance

Tasks = dict[str, Task]
FEW = Asked(runs=100)


@pytest.fixture
def chain(project: Project, plan: Callable[..., Tasks]) -> Tasks:
    """Five days and ten, one after the other, from Monday on; a day beside them."""
    tasks = plan(("設計", 1, 5), ("開発", 1, 10, "1"), ("報告", 1, 1))
    project.refresh_from_db()
    return tasks


class TestSimulatePlan:
    def test_says_how_likely_the_day_is_by_which_it_has_to_be_done(
        self, project: Project, chain: Tasks
    ) -> None:
        sure = simulate_plan(project, FEW)
        assert sure.by_deadline == Chance(1, 0)
        assert 0.1 < sure.by_plan.probability < 0.4
        project.end_date = ends_on(sure.percentiles[1].moment) or project.end_date
        assert 0.5 <= simulate_plan(project, FEW).by_deadline.probability < 0.9
        project.end_date = date(2026, 4, 17)
        assert simulate_plan(project, FEW).by_deadline == Chance(0, 0)

    def test_names_the_tasks_that_matter(self, project: Project, chain: Tasks) -> None:
        found = simulate_plan(project, FEW)
        assert [one.task_id for one in found.tasks][:2] == [chain["開発"].pk, chain["設計"].pk]
        assert found.tasks[0].influence > 0.8
        assert [one.criticality for one in found.tasks[:2]] == [1, 1]
        assert list(found.tasks[0].finishes) == [one.moment for one in found.percentiles]
        assert (len(found.curve), found.curve[50]) == (101, found.percentiles[1].moment)

    def test_says_which_deadlines_are_in_danger(self, project: Project, chain: Tasks, cast: Any) -> None:
        for name, day in (("設計", date(2026, 4, 10)), ("報告", date(2026, 4, 30))):
            edit_task(task=chain[name], changes={"deadline_minute": minute_of(day) + 1440}, actor=cast.leader)
        found = simulate_plan(project, FEW).deadlines
        assert [one.task_id for one in found] == [chain["設計"].pk, chain["報告"].pk]
        assert 0 < found[0].probability < 0.5
        assert found[1].probability == 1

    def test_begins_today_where_a_project_is_under_way(self, project: Project, chain: Tasks) -> None:
        planned = simulate_plan(project, FEW)
        with time_machine.travel("2026-04-13 07:00:00+09:00"):
            late = simulate_plan(project, FEW)
            project.status = "planning"
            still = simulate_plan(project, FEW)
        assert (ends_on(planned.planned), ends_on(late.planned)) == (date(2026, 4, 24), date(2026, 5, 7))
        assert late.percentiles[0].moment > planned.percentiles[0].moment
        assert still.planned == planned.planned

    def test_keeps_what_is_done(self, project: Project, chain: Tasks, cast: Any) -> None:
        day = {"actual_start": date(2026, 4, 6), "actual_finish": date(2026, 4, 10)}
        Task.objects.filter(pk=chain["設計"].pk).update(
            actual_start_minute=minute_of(day["actual_start"], 540),
            actual_finish_minute=minute_of(day["actual_finish"], 1080), progress_percentage=100,
        )  # fmt: skip
        found = simulate_plan(project, FEW)
        assert chain["設計"].pk not in {one.task_id for one in found.tasks if one.influence}

    def test_scatters_more_where_phases_go_together(
        self, project: Project, plan: Callable[..., Tasks]
    ) -> None:
        plan(
            ("第一期", 1, 0),
            *((f"作業{number}", 2, 5, *([str(number)] if number > 1 else [])) for number in range(1, 8)),
        )
        project.refresh_from_db()
        alone, together = (
            simulate_plan(project, replace(FEW, correlation=share, shape="pert")) for share in (0, 90)
        )
        widths = [one.percentiles[3].moment - one.percentiles[0].moment for one in (alone, together)]
        assert widths[1] > 1.5 * widths[0]

    def test_names_no_more_than_some(self, project: Project, plan: Callable[..., Tasks]) -> None:
        plan(*((f"作業{number}", 1, 5) for number in range(1, 3 * MOST_TASKS)))
        project.refresh_from_db()
        assert len(simulate_plan(project, FEW).tasks) <= 2 * MOST_TASKS

    def test_is_the_same_again(self, project: Project, chain: Tasks) -> None:
        given = load_input(project, FEW)
        assert run(given, FEW) == run(given, FEW)
        assert run(given, FEW) != run(given, replace(FEW, seed=2))

    def test_tells_how_far_it_is(self, project: Project, chain: Tasks) -> None:
        heard: list[int] = []
        run(load_input(project, FEW), FEW, heard.append)
        assert heard[-1] == 100


class TestRefused:
    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            (replace(FEW, below=0, above=0), "幅のある作業が残っていません"),
            (replace(FEW, above=10**9), "最長の所要時間が長すぎる"),
            (replace(FEW, runs=10**6), "実行回数が多すぎます"),
        ],
    )
    def test_in_words(self, project: Project, chain: Tasks, asked: Asked, sentence: str) -> None:
        with pytest.raises(RuleBrokenError, match=sentence):
            simulate_plan(project, asked)

    def test_where_it_is_scheduled_from_its_finish(self, project: Project, chain: Tasks) -> None:
        from_finish(project)
        project.refresh_from_db()
        with pytest.raises(RuleBrokenError, match="終了日から計算"):
            simulate_plan(project, FEW)

    def test_where_there_is_nothing(self, project: Project) -> None:
        with pytest.raises(RuleBrokenError, match="幅のある作業が残っていません"):
            simulate_plan(project, FEW)

    def test_where_a_calendar_has_no_work(self, project: Project, chain: Tasks) -> None:
        Calendar.objects.filter(pk=project.calendar_id).update(week=[[]] * 7)
        with pytest.raises(RuleBrokenError, match="稼働時間がない"):
            simulate_plan(project, FEW)


class TestPhases:
    def test_are_the_rows_at_the_top_that_have_others_below(
        self, project: Project, plan: Callable[..., Tasks]
    ) -> None:
        plan(("一", 1, 0), ("甲", 2, 0), ("乙", 3, 1), ("二", 1, 1), ("三", 1, 0), ("丙", 2, 1))
        project.refresh_from_db()
        group, count = phases_of(load_input(project, FEW).columns)
        assert (group.tolist(), count) == ([-1, 0, 0, -1, -1, 1], 2)


class TestWords:
    def test_say_no_certainty_that_is_none(self) -> None:
        shares = (0, 0.004, 0.615, 0.996, 1)
        assert [chance_text(share) for share in shares] == ["0%", "1%未満", "62%", "99%超", "100%"]
        assert error_text(Chance(0.5, 0.0158)) == "標準誤差 ±1.6ポイント"


class TestCommand:
    def run(self, project: Project, *words: str) -> str:
        out = StringIO()
        words = ("--organization", project.organization.code, "--runs", "100", *words)
        call_command("simulate", project.code, *words, stdout=out)
        return out.getvalue()

    def test_says_what_a_planner_asks(self, project: Project, chain: Tasks) -> None:
        lines = self.run(project).splitlines()
        assert lines[0] == "期限 2027/03/31 に間に合う確率 100% (標準誤差 ±0ポイント)"
        assert lines[1].startswith("計画どおり 2026/04/24 までに終わる確率 ")
        assert [line[:4] for line in lines[2:6]] == ["P10:", "P50:", "P80:", "P90:"]
        assert lines[6].startswith("  2 開発: 終了との相関 0.")

    def test_says_all_of_it_as_json_and_the_same_again(self, project: Project, chain: Tasks) -> None:
        before = Project.objects.get(pk=project.pk).revision
        said = self.run(project, "--json", "--seed", "5", "--shape", "pert", "--correlation", "30")
        assert said == self.run(project, "--json", "--seed", "5", "--shape", "pert", "--correlation", "30")
        found = json.loads(said)
        assert found["asked"] == {
            "below": 10, "above": 30, "shape": "pert", "correlation": 30, "runs": 100, "seed": 5, "risks": [], "left_out": [], "leveled": False,
        }  # fmt: skip
        assert found["deadline"] == {"day": "2027-03-31", "probability": 1, "standard_error": 0}
        assert (
            found["percentiles"]["P50"]["finish"] == found["curve"][50] == found["tasks"][0]["finish"]["P50"]
        )
        assert Project.objects.get(pk=project.pk).revision == before

    def test_takes_risks_that_act_on_a_part_of_the_plan(self, project: Project, chain: Tasks) -> None:
        found = json.loads(
            self.run(project, "--json", "--risk", "手戻り:30:200-300:2", "--risk", "雨:50%:100-110%:3")
        )
        assert [(one["name"], one["runs"]) for one in found["risks"]] == [("手戻り", 30), ("雨", 50)]
        assert found["risks"][0]["influence"] > 0.5 > abs(found["risks"][1]["influence"])
        plain = json.loads(self.run(project, "--json"))
        assert found["percentiles"]["P90"]["finish"] > plain["percentiles"]["P90"]["finish"]
        assert "  リスク「手戻り」: 30回起きた、終了との相関 0." in self.run(
            project, "--risk", "手戻り:30:200-300:2"
        )

    @pytest.mark.parametrize(
        ("risk", "sentence"),
        [
            ("手戻り", "is no risk"),
            ("手戻り:30:200-300:9", "WBS番号 9 のタスクがありません"),
            ("手戻り:130:200-300:2", "リスクの確率は"),
            ("手戻り:30:300-200:2", "リスクの確率は"),
        ],
    )
    def test_refuses_what_is_no_risk(self, project: Project, chain: Tasks, risk: str, sentence: str) -> None:
        with pytest.raises(CommandError, match=sentence):
            self.run(project, "--risk", risk)

    def test_refuses_with_a_sentence(self, project: Project, chain: Tasks) -> None:
        with pytest.raises(CommandError, match="残っていません"):
            self.run(project, "--below", "0", "--above", "0")
        with pytest.raises(CommandError, match="--seed is from 1"):
            self.run(project, "--seed", "0")
        with pytest.raises(CommandError, match="no project"):
            call_command("simulate", "NONE", organization=project.organization.code)
        with pytest.raises(CommandError, match="no organization"):
            call_command("simulate", "NONE", organization="none")
