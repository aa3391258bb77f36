"""How the record of a project reads."""

from typing import Any

from django.test import Client

from projects.models import AuditEntry
from tasks.editing import fields, moving, tree
from tasks.models import Task
from tests.pages import compact


def page(client: Client, project: Any) -> str:
    return compact(client.get(f"/projects/{project.pk}/history/"))


class TestHistoryLines:
    def test_counts_who_came_along_without_the_one_that_was_moved(
        self, leader_client: Client, chain: dict[str, Task], cast: Any, project: Any
    ) -> None:
        start = chain["設計"].start_minute + 1440
        result = moving.move_task(task=chain["設計"], start_minute=start, actor=cast.planner)
        assert len(result.moves) == 4
        html = page(leader_client, project)
        assert "3件が一緒に動きました" in html
        assert "指定日以後に開始" in html

    def test_names_what_was_deleted(
        self, leader_client: Client, chain: dict[str, Task], cast: Any, project: Any
    ) -> None:
        tree.delete_tasks(project=project, task_ids={chain["試験"].pk, chain["完了"].pk}, actor=cast.leader)
        html = page(leader_client, project)
        assert "試験、完了" in html
        assert html.count("件数") == 1  # of the plan that the fixture made

    def test_begin_at_a_change_that_was_linked_to(
        self, leader_client: Client, chain: dict[str, Task], cast: Any, project: Any
    ) -> None:
        fields.edit_task(task=chain["設計"], changes={"name": "基本設計"}, actor=cast.leader)
        entry = AuditEntry.objects.filter(project=project).latest("pk")
        fields.edit_task(task=chain["設計"], changes={"name": "詳細設計"}, actor=cast.leader)
        html = compact(leader_client.get(f"/projects/{project.pk}/history/?until={entry.pk}"))
        assert f'id="change-{entry.pk}"' in html
        assert "→</span>詳細設計" not in html
        assert "条件を外す" in html
        nonsense = compact(leader_client.get(f"/projects/{project.pk}/history/?until=x"))
        assert "→</span>詳細設計" in nonsense
