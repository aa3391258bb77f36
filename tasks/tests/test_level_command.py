"""`manage.py level`: plans of the site, and plans and bounds of published cases."""

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from projects.models import Project
from resources.models import Resource
from tasks.editing.fields import edit_task, set_assignees
from tasks.leveling.tests.conftest import MORNING
from tasks.leveling.tests.test_leveling import from_finish
from tasks.models import Task


@pytest.fixture
def file(tmp_path: Path) -> Path:
    case = {"id": "a", "duration": [3, 2, 2], "demand": [[1], [1], [2]], "capacity": [2]}
    cases = [case | {"successors": [[], [2], []], "best_known": {"upper": 5}}]
    cases.append({"id": "b", "duration": [], "demand": [], "capacity": [], "successors": []})
    (tmp_path / "cases.json").write_text(json.dumps({"cases": cases}))
    return tmp_path / "cases.json"


def level(file: Path, **options) -> tuple[dict, str]:
    out, results = StringIO(), file.with_name("out.json")
    call_command("level", rcpsp=file, results=options.pop("results", results), stdout=out, **options)
    return json.loads(results.read_text()), out.getvalue()


class TestProject:
    @pytest.fixture(autouse=True)
    def _morning(self) -> Iterator[None]:
        with time_machine.travel(MORNING):
            yield

    @pytest.fixture
    def overloaded(self, project: Project, plan: Callable[..., Any], cast: Any, crew: dict[str, Any]) -> Any:
        tasks = plan(("設計", 1, 3), ("開発", 1, 3), ("試験", 1, 2, "2"))
        for name in ("設計", "開発"):
            set_assignees(task=tasks[name], units={crew["Ann"].pk: 60}, actor=cast.leader)
        return tasks

    def run(self, project: Project, *words: str) -> str:
        out = StringIO()
        call_command("level", project.code, "--organization", project.organization.code, *words, stdout=out)
        return out.getvalue()

    def test_says_what_it_would_do(self, project: Project, overloaded: Any):
        said = self.run(project).splitlines()
        assert said[1:] == [
            "動くタスク: 1件",
            "期限に遅れるタスク: 0件 → 0件",
            "負荷が超過する人日: 3 → 0",
            "最良でもこれより1日しか早くなりません",
            "  担当者の空きに関係なく、つながりと日付だけで「3 試験」の終了が2026/04/10になります。",
            "  「1 設計」: Annさんが「2 開発」で空いていないため。そちらの余裕が少なく、先になります。",
        ]
        assert not Task.objects.exclude(leveling_delay_minutes=0).exists()

    def test_says_all_of_it_as_json_and_applies_it(self, project: Project, overloaded: Any, crew: Any):
        found = json.loads(self.run(project, "--json", "--apply"))
        pk = overloaded["設計"].pk
        assert found["delays"] == [
            {
                "task": pk, "minutes": 4320, "wanted": "2026-04-06T09:00", "start": "2026-04-09T09:00",
                "person": crew["Ann"].pk, "blocking_task": overloaded["開発"].pk, "why": "slack",
            }
        ]  # fmt: skip
        assert (found["now"]["finish"], found["levelled"]["finish"]) == (
            "2026-04-10T18:00",
            "2026-04-13T18:00",
        )
        assert found["bound"] == {
            "finish": "2026-04-10T18:00",
            "days_sooner": 1,
            "tasks": [overloaded["試験"].pk],
            "stretch": None,
        }
        assert found["now"]["overallocated_days"][0] == [crew["Ann"].pk, "2026-04-06"]
        assert (found["levelled"]["overallocated_days"], len(found["moved"])) == ([], 1)
        assert Task.objects.get(pk=pk).leveling_delay_minutes == 4320
        again = json.loads(self.run(project, "--json"))
        assert (again["changes"], again["moved"]) == ({}, [])

    def test_says_the_hours_of_a_bound(self, project: Project, overloaded: Any, crew: Any):
        # There is no more of Ann than one task asks for: six days for the two, and with a minute less 28.79 hours for 28.8.
        Resource.objects.filter(pk=crew["Ann"].pk).update(capacity_percentage=60)
        bound = json.loads(self.run(project, "--json"))["bound"]
        assert (bound["finish"], bound["days_sooner"]) == ("2026-04-13T18:00", 0)
        assert bound["stretch"] == {
            "person": crew["Ann"].pk, "from": "2026-04-06T09:00", "to": "2026-04-13T17:59", "hours_there": 28.79, "hours_needed": 28.8,
        }  # fmt: skip
        assert json.loads(self.run(project, "--json", "--aim", "slack"))["bound"] is None

    def test_says_what_cannot_be_solved(self, project: Project, overloaded: Any, cast: Any, crew: Any):
        said = self.run(project, "--aim", "slack")
        assert "余裕の範囲では解けません" in said
        edit_task(task=overloaded["開発"], changes={"mode": "manual"}, actor=cast.leader)
        edit_task(task=overloaded["設計"], changes={"priority": 1000}, actor=cast.leader)
        set_assignees(task=overloaded["試験"], units={crew["Bob"].pk: 150}, actor=cast.leader)
        said = self.run(project)
        assert "Annさんは4/6～4/8に「1 設計」と「2 開発」が重なり、どれも動かせません。" in said
        assert "「3 試験」はBobさんに150%を求めますが、100%しかありません。" in said

    @pytest.mark.parametrize("how", [("--passes", "3", "--seed", "5"), ("--seconds", "0.1")])
    def test_searches_for_an_earlier_finish(self, project: Project, overloaded: Any, how: tuple[str, ...]):
        first = json.loads(self.run(project, "--json"))
        found = json.loads(self.run(project, "--json", "--aim", "finish", *how))
        assert found["levelled"]["finish"] <= first["levelled"]["finish"]
        assert found["levelled"]["overallocated_days"] == []

    def test_refuses_with_a_sentence(self, project: Project, overloaded: Any):
        from_finish(project)
        with pytest.raises(CommandError, match="終了日から計算"):
            self.run(project)
        with pytest.raises(CommandError, match="no project"):
            call_command("level", "NONE", organization=project.organization.code)
        with pytest.raises(CommandError, match="no organization"):
            call_command("level", "NONE", organization="none")
        with pytest.raises(CommandError, match="Name a project"):
            call_command("level")


class TestLevel:
    @pytest.mark.parametrize("how", [{"seconds": 0.05}, {"passes": 50, "seed": 7}])
    def test_writes_plans_with_bounds(self, file: Path, how: dict):
        found, said = level(file, **how)
        assert found["a"]["makespan"] == found["a"]["lower_bound"] == 5
        assert sorted(found["a"]["start"]) == [0, 0, 3]
        assert found["b"] == {"start": [], "makespan": 0, "lower_bound": 0}
        assert said.splitlines() == [
            "2 cases, 2 shown to be the shortest.",
            "Above the own lower bound: 0.00 % on average; above the best known: 0.00 % on average.",
        ]

    def test_says_what_cannot_be_read_or_written(self, file: Path):
        with pytest.raises(CommandError, match="cannot be read"):
            level(file.with_name("none.json"))
        with pytest.raises(CommandError, match="cannot be written"):
            level(file, passes=1, results=file.with_name("none") / "out.json")
        with pytest.raises(CommandError, match="A seed is"):
            level(file, seed=0)
        file.write_text('{"cases": []}')
        assert "not known" in level(file)[1]
        file.write_text("{}")
        with pytest.raises(CommandError, match="no file of cases"):
            level(file)
