"""The buttons, the list and the question about clashes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from projects.models import Project
from tasks.editing.fields import edit_task
from tasks.editing.tree import indent_tasks
from tasks.models import PlanStep, Task
from tasks.undo.tests.doing import dumped
from tasks.undo.tests.test_property import check

HX = {"HX-Request": "true"}


@pytest.fixture
def longer(chain: dict[str, Any], project: Any, cast: Any) -> Task:
    """A planner has made the first task longer."""
    edit_task(task=chain["設計"], changes={"duration_minutes": 8 * 480}, actor=cast.planner)
    return chain["設計"]


class TestPlanSteps:
    def test_names_the_next_step(self, planner_client: Any, project: Any, longer: Task) -> None:
        answer = planner_client.get(
            f"/projects/{project.pk}/steps/", headers={**HX, "HX-Target": "undo-bar"}
        ).content.decode()
        assert "元に戻す：期間を5日→8日に（Ctrl+Z）" in answer
        assert "やり直す操作はありません" in answer

    def test_names_a_step_of_the_tree(self, planner_client: Any, project: Any, plan: Any, cast: Any) -> None:
        rows = plan(("設計", 1, 5), ("基本", 1, 2), ("詳細", 1, 3))
        names = ("基本", "詳細")
        indent_tasks(project=project, task_ids={rows[name].pk for name in names}, actor=cast.planner)
        bar = planner_client.get(f"/projects/{project.pk}/steps/", headers={**HX, "HX-Target": "undo-bar"})
        assert "元に戻す：階層を下げました（2件）（Ctrl+Z）" in bar.content.decode()

    def test_lists_them_without_scripts(self, planner_client: Any, project: Any, longer: Task) -> None:
        page = planner_client.get(f"/projects/{project.pk}/steps/").content.decode()
        step = PlanStep.objects.get()
        assert f'value="{step.pk}"' in page
        assert "設計" in page

    def test_costs_the_same_for_many(
        self, planner_client: Any, project: Any, cast: Any, longer: Task, queries_of: Any
    ) -> None:
        url = f"/projects/{project.pk}/steps/"
        one = queries_of(planner_client, url)
        for number in range(10):
            edit_task(task=longer, changes={"name": f"設計{number}"}, actor=cast.planner)
        assert queries_of(planner_client, url) == one

    def test_is_hidden_from_strangers(self, stranger_client: Any, project: Any, longer: Task) -> None:
        assert stranger_client.get(f"/projects/{project.pk}/steps/").status_code == 404


class TestPlanUndo:
    def test_answers_with_the_rows(self, planner_client: Any, project: Any, longer: Task) -> None:
        answer = planner_client.post(f"/projects/{project.pk}/steps/undo", headers=HX)
        assert answer.status_code == 200
        assert 'id="wbs-part"' in answer.content.decode()
        assert Task.objects.get(pk=longer.pk).duration_minutes == 2400
        redone = planner_client.post(f"/projects/{project.pk}/steps/redo", {"zoom": "week"}, headers=HX)
        assert 'id="gantt-part"' in redone.content.decode()
        assert Task.objects.get(pk=longer.pk).duration_minutes == 3840

    def test_works_without_scripts(self, planner_client: Any, project: Any, longer: Task) -> None:
        step = PlanStep.objects.get()
        answer = planner_client.post(f"/projects/{project.pk}/steps/undo", {"through": step.pk})
        assert answer.status_code == 302

    def test_asks_about_a_clash(self, planner_client: Any, project: Any, cast: Any, longer: Task) -> None:
        edit_task(task=Task.objects.get(pk=longer.pk), changes={"duration_minutes": 480}, actor=cast.leader)
        url = f"/projects/{project.pk}/steps/undo"
        refused = planner_client.post(url, headers=HX)
        assert refused.status_code == 409
        assert 'data-current="clash"' in refused.content.decode()
        page = planner_client.post(url)
        assert page.status_code == 409
        question = planner_client.post(url, {"asks": "1"}, headers=HX)
        assert question.status_code == 200
        for answer in (page, question):
            assert "の期間（藍沢 湊さん、" in answer.content.decode()
        answer = planner_client.post(url, {"clash": "rest"}, headers=HX)
        assert "ほかの人が変更したため、そのままにしました" in answer.content.decode()
        assert Task.objects.get(pk=longer.pk).duration_minutes == 480

    def test_goes_twenty_steps_back_beside_a_colleague(
        self, planner_client: Any, project: Any, cast: Any, chain: Any
    ) -> None:
        """Each key takes one step back; what the colleague did stays, and is asked about where it is the same cell."""
        rows, before = [chain[name] for name in ("設計", "開発", "試験")], dumped(project)
        for number in range(20):
            changes = {"name": f"その{number}"} if number % 2 else {"duration_minutes": (number + 2) * 480}
            edit_task(task=rows[number % 3], changes=changes, actor=cast.planner)
            if number % 5 == 0:
                edit_task(task=chain["完了"], changes={"priority": 600 + number}, actor=cast.leader)
        edit_task(task=rows[19 % 3], changes={"name": "別の名"}, actor=cast.leader)
        url = f"/projects/{project.pk}/steps/undo"
        assert planner_client.post(url, headers=HX).status_code == 409
        for _number in range(20):
            assert planner_client.post(url, {"clash": "rest"}, headers=HX).status_code == 200
        assert planner_client.post(url, headers=HX).status_code == 409  # nothing is left
        edit_task(task=rows[19 % 3], changes={"name": "開発"}, actor=cast.leader)
        edit_task(task=chain["完了"], changes={"priority": 500}, actor=cast.leader)
        check(project, before, "twenty steps")

    def test_takes_several_of_the_list_back_at_once(
        self, planner_client: Any, project: Any, cast: Any, chain: Any
    ) -> None:
        for number in range(6):
            edit_task(task=chain["設計"], changes={"name": f"その{number}"}, actor=cast.planner)
        page = planner_client.get(f"/projects/{project.pk}/steps/", headers=HX).content.decode()
        chosen = re.findall(r'name="through" value="(\d+)"', page)[3]
        revision = Project.objects.get(pk=project.pk).revision
        answer = planner_client.post(f"/projects/{project.pk}/steps/undo", {"through": chosen}, headers=HX)
        assert "4件の操作を元に戻しました。" in answer.content.decode()
        assert Task.objects.get(pk=chain["設計"].pk).name == "その1"
        assert Project.objects.get(pk=project.pk).revision == revision + 1

    def test_says_that_there_is_nothing(self, planner_client: Any, project: Any, chain: Any) -> None:
        answer = planner_client.post(f"/projects/{project.pk}/steps/undo", headers=HX)
        assert answer.status_code == 409
        assert "元に戻せる操作はありません。" in answer.content.decode()

    def test_needs_more_than_to_look(self, viewer_client: Any, project: Any, longer: Task) -> None:
        assert viewer_client.post(f"/projects/{project.pk}/steps/undo").status_code == 403

    def test_is_hidden_from_strangers(self, stranger_client: Any, project: Any, longer: Task) -> None:
        assert stranger_client.post(f"/projects/{project.pk}/steps/undo").status_code == 404

    def test_refuses_nonsense(self, planner_client: Any, project: Any, longer: Task) -> None:
        answer = planner_client.post(f"/projects/{project.pk}/steps/undo", {"through": "x"}, headers=HX)
        assert answer.status_code == 422

    def test_rejects_get(self, planner_client: Any, project: Any, longer: Task) -> None:
        assert planner_client.get(f"/projects/{project.pk}/steps/undo").status_code == 405
