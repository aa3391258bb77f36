"""A workbook that comes back to a plan that has changed meanwhile."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Project
from tasks.models import Task
from tasks.workbooks.tests.desk import UNTOUCHED, Desk, names_of, task, write

pytestmark = pytest.mark.django_db


class TestMerge:
    def test_what_only_the_plan_has_changed_stays(
        self, desk: Desk, project: Project, cast: Any, tasks: dict[str, Task]
    ) -> None:
        desk.plan.cell("設計", "name").value = "設計 2"
        write(project, cast.leader, tasks, "設計", "duration", "8日")
        desk.take_in()
        found = task(project, "設計 2")
        assert found.duration_minutes == 8 * 480

    @pytest.mark.parametrize(("choice", "days"), [("file", 9), ("plan", 8)])
    def test_what_both_have_changed_is_chosen(
        self, desk: Desk, project: Project, cast: Any, tasks: dict[str, Task], choice: str, days: int
    ) -> None:
        desk.plan.cell("設計", "duration").value = 9
        desk.plan.cell("設計", "name").value = "設計 2"
        write(project, cast.leader, tasks, "設計", "duration", "8日")
        answer = desk.send()
        assert "両方で変わったセル（1個）" in answer.content.decode()
        refused = desk.apply(answer)
        assert refused.status_code == 422
        field = f"take-{tasks['設計'].pk}-duration"
        assert desk.apply(answer, **{field: choice}).status_code == 302
        assert task(project, "設計 2").duration_minutes == days * 480

    def test_all_are_chosen_by_one_button(
        self, desk: Desk, project: Project, cast: Any, tasks: dict[str, Task]
    ) -> None:
        for name in ("設計", "試験"):
            desk.plan.cell(name, "duration").value = 9
            write(project, cast.leader, tasks, name, "duration", "8日")
        page = desk.send().content.decode()
        edits = re.search(r'name="edits" value="([^"]*)"', page)[1]
        url = reverse("tasks:workbook_return", args=[project.pk])
        chosen = desk.client.post(url, {"edits": edits, "all": "file"}).content.decode()
        assert len(re.findall(r'value="file"\s+checked', chosen)) == 2

    def test_what_both_have_changed_alike_is_no_conflict(
        self, desk: Desk, project: Project, cast: Any, tasks: dict[str, Task]
    ) -> None:
        desk.plan.cell("設計", "duration").value = 8
        write(project, cast.leader, tasks, "設計", "duration", "8日")
        assert "両方で変わったセル" not in desk.send().content.decode()

    def test_a_row_that_the_plan_has_deleted_stays_deleted(
        self, desk: Desk, project: Project, cast: Any, tasks: dict[str, Task]
    ) -> None:
        from tasks.editing.tree import delete_tasks

        desk.plan.cell("試験", "duration").value = 8
        delete_tasks(project=project, actor=cast.leader, task_ids=[tasks["試験"].pk])
        page = desk.send().content.decode()
        assert "ファイルで変えた1行は、書き出した後に計画で削除されています。" in page

    def test_is_one_change_one_line_and_one_step(self, desk: Desk, project: Project) -> None:
        desk.plan.cell("設計", "duration").value = 9
        desk.plan.cell("試験", "progress").value = 0.5
        desk.plan.sheet.delete_rows(desk.plan.row("完了"))
        before, revision = names_of(project), Project.objects.get(pk=project.pk).revision
        desk.take_in(gone="delete")
        project.refresh_from_db()
        assert project.revision == revision + 1
        entries = AuditEntry.objects.filter(project=project, action="task.deleted")
        assert entries.count() == 1
        desk.client.post(reverse("tasks:plan_undo", args=[project.pk]))
        assert names_of(project) == before
        found = task(project, "設計")
        assert (found.duration_minutes, task(project, "試験").progress_percentage) == (5 * 480, 0)

    def test_a_plan_that_changed_since_the_preview_is_looked_at_again(
        self, desk: Desk, project: Project, cast: Any, tasks: dict[str, Task]
    ) -> None:
        desk.plan.cell("設計", "duration").value = 9
        answer = desk.send()
        write(project, cast.leader, tasks, "試験", "duration", "8日")
        refused = desk.apply(answer)
        assert refused.status_code == 422
        assert task(project, "設計").duration_minutes == 5 * 480
        assert desk.apply(refused).status_code == 302

    def test_a_cell_that_cannot_be_read_is_mended_on_the_page(self, desk: Desk, project: Project) -> None:
        desk.plan.cell("設計", "duration").value = "ながい"
        answer = desk.send()
        field = re.search(r'name="(mend-\d+-\d+)"', answer.content.decode())[1]
        assert desk.apply(answer).status_code == 422
        assert desk.apply(answer, **{field: "7日"}).status_code == 302
        assert task(project, "設計").duration_minutes == 7 * 480

    def test_computed_cells_are_left_and_said(self, desk: Desk, project: Project) -> None:
        desk.plan.cell("設計", "status").value = "完了"
        assert "計算で決まる列（状態）" in desk.send().content.decode()

    def test_a_view_that_leaves_rows_out_touches_none_of_them(
        self, planner_client: Client, project: Project, tasks: dict[str, Task]
    ) -> None:
        desk = Desk(planner_client, project, filter="name~has~設計")
        page = desk.send().content.decode()
        assert UNTOUCHED in page


class TestCounted:
    def test_asks_as_often_for_3_changed_rows_as_for_60(
        self, plan: Any, planner_client: Client, project: Project, queries_of: Any
    ) -> None:
        plan(*((f"作業 {at}", 1, 1) for at in range(80)))
        desk = Desk(planner_client, project)
        url = reverse("tasks:workbook_return", args=[project.pk])
        counts = []
        for rows in (3, 3, 60):
            for at in range(rows):
                desk.plan.cell(f"作業 {at}", "duration").value = 3
            page = desk.send().content.decode()
            edits = re.search(r'name="edits" value="([^"]*)"', page)[1]
            counts.append(queries_of(planner_client, url, {"edits": edits}))
        assert counts[1] == counts[2]
