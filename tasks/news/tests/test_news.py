"""What others have changed since one's last visit: rows, cells, who and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from projects.models import Project
from tasks.editing.fields import edit_task, set_assignees
from tasks.editing.links import set_predecessors
from tasks.models import PlanLook, Task
from tasks.news.selectors import news_of
from tasks.news.services import note_look
from tasks.plan.unit import changing_plan

NOW = timezone.now()
LATER = timedelta(hours=1)


def look(project: Project, user: Any, at: Any = NOW) -> PlanLook:
    return note_look(project=Project.objects.get(pk=project.pk), user=user, now=at)


class TestNews:
    def test_are_of_others_since_the_visit_before(
        self, chain: dict[str, Any], project: Any, cast: Any, resource: Any
    ) -> None:
        assert not news_of(project, look(project, cast.planner)).tasks
        first, last = chain["設計"], chain["試験"]
        edit_task(task=first, changes={"duration_minutes": 3840, "name": "基本設計"}, actor=cast.leader)
        set_assignees(task=last, units={resource.pk: 50}, actor=cast.leader)
        set_predecessors(task=chain["完了"], text="2", actor=cast.leader)
        edit_task(task=Task.objects.get(pk=chain["開発"].pk), changes={"name": "製造"}, actor=cast.planner)
        seen = look(project, cast.planner, NOW + LATER)
        assert seen.since_at == NOW
        found = news_of(project, seen).tasks
        assert found[first.pk].columns >= {"duration", "name", "finish"}
        assert "assignees" in found[last.pk].columns
        assert "predecessors" in found[chain["完了"].pk].columns
        assert found[chain["開発"].pk].columns == {"start", "finish"}
        assert {each.who for each in found.values()} == {"藍沢 湊"}

    def test_stay_new_while_the_visit_lasts(self, chain: dict[str, Any], project: Any, cast: Any) -> None:
        look(project, cast.planner)
        edit_task(task=chain["設計"], changes={"name": "基本設計"}, actor=cast.leader)
        for minutes in (60, 65, 70):
            seen = look(project, cast.planner, NOW + timedelta(minutes=minutes))
            assert set(news_of(project, seen).tasks) == {chain["設計"].pk}
        seen = look(project, cast.planner, NOW + 3 * LATER)
        assert not news_of(project, seen).tasks

    def test_know_the_cells_of_a_change_of_many_rows(
        self, chain: dict[str, Any], project: Any, cast: Any
    ) -> None:
        look(project, cast.planner)
        with changing_plan(project, actor=cast.leader) as plan:
            Task.objects.filter(project=project).update(deliverable="設計書")
            plan.record("task.edited", target=chain["設計"], after={"deliverable": "設計書"})
        found = news_of(project, look(project, cast.planner, NOW + LATER)).tasks
        assert {pk: news.columns for pk, news in found.items()} == {
            task.pk: {"deliverable"} for task in chain.values()
        }


class TestPlanNews:
    def test_are_counted_and_told(self, planner_client: Any, project: Any, cast: Any, chain: Any) -> None:
        url = f"/projects/{project.pk}/"
        assert "data-news-url" not in planner_client.post(f"{url}look").content.decode()
        edit_task(task=chain["設計"], changes={"name": "基本設計"}, actor=cast.leader)
        PlanLook.objects.update(seen_at=timezone.now() - LATER)
        button = planner_client.post(f"{url}look").content.decode()
        assert "前回から、ほかの人が1件のタスクを変更" in button
        found = planner_client.get(f"{url}news").json()["tasks"][str(chain["設計"].pk)]
        assert found["columns"] == ["name"]
        assert found["said"].startswith("藍沢 湊、")

    def test_cost_the_same_for_many(
        self, planner_client: Any, project: Any, cast: Any, chain: Any, queries_of: Any
    ) -> None:
        url = f"/projects/{project.pk}/news"
        planner_client.post(f"/projects/{project.pk}/look")
        edit_task(task=chain["設計"], changes={"name": "別"}, actor=cast.leader)
        one = queries_of(planner_client, url)
        for name, task in chain.items():
            edit_task(task=task, changes={"name": f"{name}2"}, actor=cast.leader)
        assert queries_of(planner_client, url) == one

    def test_are_hidden_from_strangers(self, stranger_client: Any, project: Any, chain: Any) -> None:
        assert stranger_client.get(f"/projects/{project.pk}/news").status_code == 404
        assert stranger_client.post(f"/projects/{project.pk}/look").status_code == 404
