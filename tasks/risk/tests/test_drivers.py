"""Risks of the list of a project as drivers of its simulation."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from projects.errors import RuleBrokenError
from projects.models import Project
from projects.worktime.moments import ends_on
from tasks.editing.tree import delete_tasks
from tasks.models import ProjectIssue, Task
from tasks.risk.asked import Asked
from tasks.risk.drivers import MOST_RISKS, listed_risks
from tasks.risk.kept import from_json, to_json
from tasks.risk.running import simulate_plan
from tasks.risk.words import names_of

Tasks = dict[str, Task]
Make = Callable[..., ProjectIssue]
#: Nothing varies but for risks.
SURE = Asked(below=0, above=0, runs=100)


@pytest.fixture
def chain(project: Project, plan: Callable[..., Tasks]) -> Tasks:
    """Five days, then two phases of five days each, one after the other, from Monday on."""
    tasks = plan(("設計", 1, 5), ("開発", 1, 0), ("実装", 2, 5, "1"), ("試験", 2, 5, "3"))
    project.refresh_from_db()
    return tasks


@pytest.fixture
def risk(project: Project, cast: Any) -> Make:
    def made(*tasks: Task, title: str = "手戻り", **more: Any) -> ProjectIssue:
        values = {"kind": "risk", "probability": 3, "impact": 5, "task_ids": [one.pk for one in tasks]} | more
        return ProjectIssue.objects.create(
            organization=project.organization, project=project, title=title, added_by=cast.leader, **values
        )

    return made


def asked_with(project: Project, **values: Any) -> Asked:
    return replace(SURE, risks=tuple(replace(one.usual, **values) for one in listed_risks(project).risks))


class TestListed:
    def test_are_open_risks_with_tasks_of_the_plan_the_gravest_first(
        self, project: Project, chain: Tasks, cast: Any, risk: Make
    ) -> None:
        small = risk(chain["設計"], title="小", probability=1, impact=2)
        large = risk(chain["実装"], chain["試験"], title="大", state="doing")
        risk(chain["設計"], title="済", state="closed")
        risk(title="どこにも掛からない")
        risk(chain["設計"], title="課題", kind="issue", probability=None)
        gone = risk(chain["試験"], title="消えた")
        delete_tasks(project=project, task_ids=[chain["試験"].pk], actor=cast.leader)
        found = listed_risks(project)
        assert [one.issue for one in found.risks] == [large, small]
        assert gone not in [one.issue for one in found.risks]
        assert [one.name for one in found.risks[0].tasks] == ["実装"]
        first, last = (one.usual for one in found.risks)
        assert (first.probability, first.low, first.high, first.levels) == (50, 150, 200, (3, 5))
        assert (last.probability, last.low, last.high, last.task_ids) == (10, 105, 110, (chain["設計"].pk,))

    def test_are_no_more_than_some(self, project: Project, chain: Tasks, risk: Make) -> None:
        for _number in range(MOST_RISKS):
            risk(chain["設計"])
        assert not listed_risks(project).has_more
        risk(chain["設計"], title="軽い", impact=1)
        found = listed_risks(project)
        assert found.has_more
        assert {one.issue.title for one in found.risks} == {"手戻り"}


class TestDrivers:
    @pytest.mark.parametrize(
        ("name", "day"), [("設計", date(2026, 5, 7)), ("開発", date(2026, 5, 14)), ("試験", date(2026, 5, 7))]
    )
    def test_one_that_is_certain_moves_the_finish_by_its_factor(
        self, project: Project, chain: Tasks, risk: Make, name: str, day: date
    ) -> None:
        """Twice five days end a week of work later, both tasks below the summary two; 29 April and 4 to 6 May are days off."""
        risk(chain[name])
        found = simulate_plan(project, asked_with(project, probability=100, low=200, high=200))
        assert ends_on(found.planned) == date(2026, 4, 24)
        assert {ends_on(moment) for moment in found.curve} == {day}
        assert found.risks[0].runs == 100

    def test_happens_as_often_as_it_is_probable_and_tells_of_the_finish(
        self, project: Project, chain: Tasks, risk: Make
    ) -> None:
        issue = risk(chain["試験"])
        found = simulate_plan(project, asked_with(project))
        assert [(one.issue, one.runs, one.influence > 0.99) for one in found.risks] == [(issue.pk, 50, True)]
        assert sum(moment > found.planned for moment in found.curve) == 50
        assert from_json(to_json(found)) == found

    def test_goes_on_without_tasks_that_were_deleted_since(
        self, project: Project, chain: Tasks, cast: Any, risk: Make
    ) -> None:
        risk(chain["試験"])
        asked = asked_with(project, probability=100, low=900, high=900)
        delete_tasks(project=project, task_ids=[chain["試験"].pk], actor=cast.leader)
        project.refresh_from_db()
        with pytest.raises(RuleBrokenError, match="残っていません"):
            simulate_plan(project, asked)
        found = simulate_plan(project, replace(asked, above=10))
        assert {ends_on(moment) for moment in found.curve} <= {date(2026, 4, 17), date(2026, 4, 20)}

    def test_has_the_name_that_the_list_has_now(self, project: Project, chain: Tasks, risk: Make) -> None:
        issue = risk(chain["試験"])
        found = simulate_plan(project, asked_with(project))
        assert "手戻り" not in json.dumps(to_json(found), ensure_ascii=False)
        ProjectIssue.objects.filter(pk=issue.pk).update(title="やり直し")
        assert names_of(found.risks) == ["やり直し"]


class TestCommand:
    def test_takes_the_list_beside_what_is_typed(self, project: Project, chain: Tasks, risk: Make) -> None:
        issue = risk(chain["試験"])
        told = StringIO()
        call_command(
            "simulate", project.code, "--risks", "--json", "--risk", "雨:20:110-120:1",
            organization=project.organization.code, runs=100, stdout=told,
        )  # fmt: skip
        found = json.loads(told.getvalue())["risks"]
        assert [(one["name"], one["issue"], one["runs"]) for one in found] == [
            ("雨", None, 20), ("手戻り", issue.pk, 50)
        ]  # fmt: skip
