"""What would follow from a change: all that the change itself would tell, and nothing is left behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.editing.fields import edit_task, set_assignees
from tasks.models import PlanStep, PlanStepRow, ResourceLoad, Task
from tasks.undo.tests.doing import dumped


@pytest.fixture
def cell(project: Any, chain: dict[str, Any]) -> str:
    return f"/projects/{project.pk}/tasks/{chain['設計'].pk}/preview/cell"


@pytest.fixture
def bar(project: Any, chain: dict[str, Any]) -> str:
    return f"/projects/{project.pk}/tasks/{chain['設計'].pk}/preview/bar"


def shown(chain: dict[str, Any]) -> str:
    return ",".join(str(task.pk) for task in chain.values())


class TestCellPreview:
    def test_says_what_would_follow_and_leaves_nothing(
        self, planner_client: Any, project: Any, chain: dict[str, Any], cell: str
    ) -> None:
        before = dumped(project)
        asked = {"column": "duration", "text": "8日", "shown": shown(chain)}
        answer = planner_client.post(cell, asked)
        assert answer.status_code == 200
        found = answer.json()
        assert found["finish"] == {"before": "2026/04/30", "after": "2026/05/08"}
        assert found["along"] == 3
        assert found["critical"] == 0  # a chain stays the longest way
        assert [each["task"] for each in found["bars"]] == [task.pk for task in chain.values()]
        assert found["bars"][0]["finishDay"] == "2026/04/15"
        assert dumped(project) == before
        assert not PlanStep.objects.exists()
        assert not PlanStepRow.objects.exists()
        project.refresh_from_db()
        assert project.revision == found["revision"]

    def test_says_what_the_change_then_does(
        self, planner_client: Any, project: Any, chain: dict[str, Any], cell: str
    ) -> None:
        asked = {"column": "duration", "text": "8日", "shown": shown(chain)}
        bars = planner_client.post(cell, asked).json()["bars"]
        edit_task(task=chain["設計"], changes={"duration_minutes": 3840}, actor=project_planner(project))
        for each in bars:
            task = Task.objects.get(pk=each["task"])
            assert (task.start_minute, task.finish_minute) == (each["start"], each["finish"])

    def test_answers_for_what_is_shown_alone(
        self, planner_client: Any, chain: dict[str, Any], cell: str
    ) -> None:
        asked = {"column": "duration", "text": "8日", "shown": str(chain["試験"].pk)}
        assert [each["task"] for each in planner_client.post(cell, asked).json()["bars"]] == [
            chain["試験"].pk
        ]

    def test_warns_of_days_and_deadlines(
        self, planner_client: Any, project: Any, chain: dict[str, Any], cell: str, resource: Any, cast: Any
    ) -> None:
        other = Task.objects.get(pk=chain["開発"].pk)
        set_assignees(task=chain["設計"], units={resource.pk: 100}, actor=cast.planner)
        set_assignees(task=chain["完了"], units={}, actor=cast.planner)
        late = Task.objects.get(pk=chain["試験"].pk)
        edit_task(task=late, changes={"deadline_minute": late.finish_minute}, actor=cast.planner)
        beside = Task.objects.create(
            organization=project.organization, project=project, name="会議", row_number=5, wbs_code="5",
            duration_minutes=480, constraint_type="SNET", constraint_minute=other.start_minute,
        )  # fmt: skip
        set_assignees(task=beside, units={resource.pk: 100}, actor=cast.planner)
        loads = list(ResourceLoad.objects.order_by("pk").values_list())
        with CaptureQueriesContext(connection) as queries:
            found = planner_client.post(cell, {"column": "duration", "text": "8日"}).json()
        # Calendars of people are those that the plan was read with.
        assert sum('FROM "calendar_exceptions"' in each["sql"] for each in queries.captured_queries) <= 1
        assert found["missed"] == [late.pk]
        assert [(day["day"], day["planned"], day["capacity"]) for day in found["overallocated"]] == [
            ("2026/04/13", 960, 480)
        ]
        assert len(found["warnings"]) == 2
        assert list(ResourceLoad.objects.order_by("pk").values_list()) == loads

    def test_refuses_what_the_change_would(self, planner_client: Any, chain: Any, cell: str) -> None:
        answer = planner_client.post(
            cell, {"column": "duration", "text": "いつか"}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 422
        assert "「いつか」" in answer.content.decode()
        assert planner_client.post(cell, {"column": "number", "text": "1"}).status_code == 422

    def test_costs_the_same_for_more_followers(self, planner_client: Any, project: Any, plan: Any) -> None:
        rows = [(f"作業{n}", 1, 1, str(n - 1) if n > 1 else "") for n in range(1, 31)]
        tasks = plan(*rows)
        few = self._asked(planner_client, project, tasks["作業28"])
        assert self._asked(planner_client, project, tasks["作業1"]) == few

    @staticmethod
    def _asked(client: Any, project: Any, task: Task) -> int:
        url = f"/projects/{project.pk}/tasks/{task.pk}/preview/cell"
        client.post(url, {"column": "duration", "text": "8日"})
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(url, {"column": "duration", "text": "8日"})
        assert answer.json()["along"] == 30 - int(task.name.removeprefix("作業"))
        return len(captured)

    def test_needs_a_planner(self, contributor_client: Any, viewer_client: Any, cell: str) -> None:
        for client in (contributor_client, viewer_client):
            assert client.post(cell, {"column": "duration", "text": "8日"}).status_code == 403

    def test_is_hidden_from_strangers(self, stranger_client: Any, cell: str) -> None:
        assert stranger_client.post(cell, {"column": "duration", "text": "8日"}).status_code == 404

    def test_rejects_get(self, planner_client: Any, cell: str) -> None:
        assert planner_client.get(cell).status_code == 405


class TestBarPreview:
    def test_says_what_would_follow(
        self, planner_client: Any, project: Any, chain: dict[str, Any], bar: str
    ) -> None:
        before = dumped(project)
        moved = planner_client.post(bar, {"start": "2026-04-13", "shown": shown(chain)}).json()
        assert [each["startDay"] for each in moved["bars"]][:2] == ["2026/04/13", "2026/04/20"]
        longer = planner_client.post(bar, {"finish": "2026-04-15", "shown": shown(chain)}).json()
        assert longer["bars"][0]["finishDay"] == "2026/04/15"
        assert longer["finish"]["after"] == "2026/05/08"
        assert dumped(project) == before

    def test_refuses_what_the_change_would(self, planner_client: Any, project: Any, chain: Any) -> None:
        url = f"/projects/{project.pk}/tasks/{chain['開発'].pk}/preview/bar"
        answer = planner_client.post(url, {"start": "2026-04-07"}, headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert "先行タスク" in answer.content.decode()
        assert planner_client.post(url, {"start": "x"}).status_code == 422

    def test_needs_a_planner(self, viewer_client: Any, bar: str) -> None:
        assert viewer_client.post(bar, {"start": "2026-04-13"}).status_code == 403

    def test_is_hidden_from_strangers(self, stranger_client: Any, bar: str) -> None:
        assert stranger_client.post(bar, {"start": "2026-04-13"}).status_code == 404


def project_planner(project: Any) -> Any:
    from projects.models import ProjectMember

    return ProjectMember.objects.get(project=project, role="planner").user
