"""Single moves of a levelled plan: refused or kept, levelled again, applied, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from projects.models import Project
from tasks.leveling.tests.test_page import Tasks, _no_broker, address, ask, overloaded, page_of, work
from tasks.models import LevelingRun, Task
from tasks.undo.services import undo

__all__ = ["_no_broker", "overloaded"]


def decide(client: Client, project: Project, task: Task, decision: str, *, status: int = 200) -> str:
    data = {"task": task.pk, "decision": decision}
    answer = client.post(address("leveling_decide", project), data, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def delays(project: Project) -> dict[str, int]:
    rows = Task.objects.filter(project=project).exclude(leveling_delay_minutes=0)
    return dict(rows.values_list("name", "leveling_delay_minutes"))


class TestDeciding:
    def test_refused_another_task_moves_and_it_is_applied_and_taken_back(
        self, project: Project, overloaded: Tasks, planner_client: Client, cast: Any
    ) -> None:
        work(ask(planner_client, project))
        assert "1 設計を動かさない" in page_of(planner_client, project)
        page = decide(planner_client, project, overloaded["設計"], "stays")
        assert "決めたタスク" in page
        assert "1 設計を動かさない" not in page
        run = work(ask(planner_client, project))
        # 設計 stays on Monday; 開発 waits three days for it now.
        page = page_of(planner_client, project)
        assert "2 開発の遅れを固定" in page
        assert "そのタスクは動かせません" in page
        assert run.decisions == {str(overloaded["設計"].pk): None}
        planner_client.post(address("leveling_apply", project))
        assert delays(project) == {"開発": 3 * 1440}
        undo(project=Project.objects.get(pk=project.pk), actor=cast.planner)
        assert delays(project) == {}

    def test_kept_it_has_its_delay_again_and_moves_when_it_is_free(
        self, project: Project, overloaded: Tasks, planner_client: Client
    ) -> None:
        work(ask(planner_client, project))
        decide(planner_client, project, overloaded["設計"], "keeps")
        Task.objects.filter(pk=overloaded["設計"].pk).update(priority=900)
        # By its priority it would go first now, and 開発 would move.
        work(ask(planner_client, project))
        page = page_of(planner_client, project)
        assert "遅れを固定" in page
        assert "決めたとおりに動きます" in page
        planner_client.post(address("leveling_apply", project))
        assert delays(project) == {"設計": 3 * 1440}
        page = decide(planner_client, project, overloaded["設計"], "free")
        assert "決めたタスク" not in page
        assert LevelingRun.objects.get(project=project).decisions == {}

    def test_is_kept_when_a_run_is_stopped(
        self, project: Project, overloaded: Tasks, planner_client: Client
    ) -> None:
        work(ask(planner_client, project))
        decide(planner_client, project, overloaded["設計"], "stays")
        ask(planner_client, project)
        # Nothing is decided while one is under way.
        assert "もうありません" in decide(planner_client, project, overloaded["設計"], "free", status=409)
        planner_client.post(address("leveling_cancel", project))
        page = page_of(planner_client, project)
        assert "平準化を中止しました" in page
        assert "決めたタスク" in page

    @pytest.mark.parametrize("decision", ["stays", "free"])
    def test_only_of_what_has_a_delay(
        self, project: Project, overloaded: Tasks, planner_client: Client, decision: str
    ) -> None:
        assert "もうありません" in decide(planner_client, project, overloaded["設計"], decision, status=409)
        work(ask(planner_client, project))
        assert "もうありません" in decide(planner_client, project, overloaded["報告"], decision, status=409)

    def test_is_for_planners_and_refuses_what_is_no_decision(
        self, project: Project, overloaded: Tasks, planner_client: Client, viewer_client: Client
    ) -> None:
        work(ask(planner_client, project))
        data = {"task": overloaded["設計"].pk, "decision": "stays"}
        assert viewer_client.post(address("leveling_decide", project), data).status_code == 403
        assert planner_client.post(address("leveling_decide", project), {"task": "x"}).status_code == 422
        decide(planner_client, project, overloaded["設計"], "stays")
        page = page_of(viewer_client, project)
        assert "決めたタスク" in page
        assert address("leveling_decide", project) not in page
