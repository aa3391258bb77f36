"""Ctrl+F looks through all that is read as text, and leads to the cell that has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Project
from resources.models import Resource
from tasks.models import Assignment, Task
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.columns.registry import registry
from tests.pages import compact

#: Columns whose texts are not looked through, and why.
NOT_FOUND: Final = {
    "overallocated": "a figure with its sign",
    "predecessors": "numbers of rows: Ctrl+G goes to them",
    "successors": "numbers of rows: Ctrl+G goes to them",
    "why": "a sentence that is made for one task alone",
    "created_by": "stands in the record, which is looked through on its own page",
    "changed_by": "stands in the record, which is looked through on its own page",
}
FLAGS: Final = {"critical", "milestone", "active", "estimated", "effort_driven", "ignores_people", "summary"}

Find = Callable[..., tuple[str, str, str]]


@pytest.fixture
def tree(plan: Callable[..., dict[str, Task]], project: Project) -> dict[str, Task]:
    """A phase of two tasks, with notes, a person and progress."""
    tasks = plan(("サーバー移行", 1, 1), ("ＥＲＰの設定", 2, 5), ("切替の練習", 2, 3, "2"))
    Task.objects.filter(pk=tasks["ＥＲＰの設定"].pk).update(
        description="ｻｰﾊﾞｰは Oracle 19c", deliverable="設定書"
    )
    Task.objects.filter(pk=tasks["切替の練習"].pk).update(progress_percentage=100, status="completed")
    person = Resource.objects.create(
        organization=project.organization, name="藍沢 湊", kana="あいざわ みなと"
    )
    Assignment.objects.create(
        organization=project.organization, project=project, task=tasks["切替の練習"], resource=person
    )
    return tasks


@pytest.fixture
def find(viewer_client: Client, project: Project) -> Find:
    """`find("設計", behind=7)`: the task, the column and what is said."""

    def found(text: str, **fields: Any) -> tuple[str, str, str]:
        html = compact(
            viewer_client.get(reverse("tasks:wbs_find", args=[project.pk]), {"text": text, **fields})
        )
        parts = re.search(r'data-task="(\d+)" data-column="(\w+)".*?>(.*)</p>', html)
        if not parts:
            return "", "", "見つかりません" if "見つかりません" in html else html
        return Task.objects.get(pk=parts[1]).name, parts[2], parts[3]

    return found


class TestFind:
    def test_is_declared_by_every_column_of_text(self) -> None:
        texts = {each.name for each in registry if each.kind in {ValueKind.TEXT, ValueKind.NAME}}
        finds = {each.name for each in registry if each.finds}
        assert finds == texts - NOT_FOUND.keys() - FLAGS

    @pytest.mark.parametrize(
        ("text", "name", "column", "said"),
        [
            ("erp", "ＥＲＰの設定", "name", "1 / 1"),
            ("レンシュウ", "", "", "見つかりません"),
            ("oracle", "ＥＲＰの設定", "description", "1 / 1（説明）"),
            ("1.2", "切替の練習", "code", "1 / 1（WBS）"),
            ("アイザワ", "切替の練習", "assignees", "1 / 1"),
            ("湊", "切替の練習", "assignees", "1 / 1"),
            ("完了", "切替の練習", "status", "1 / 1"),
            ("%", "", "", "見つかりません"),
            (".*", "", "", "見つかりません"),
            ("ORACLE 19C", "ＥＲＰの設定", "description", "1 / 1（説明）"),
        ],
    )
    def test_looks_in_what_is_read(
        self, tree: dict[str, Task], find: Find, text: str, name: str, column: str, said: str
    ) -> None:
        assert find(text) == (name, column, said)

    @pytest.mark.parametrize("text", ["サーバー", "さーばー", "ｻｰﾊﾞｰ"])
    def test_goes_from_cell_to_cell_and_round_in_any_kana(
        self, tree: dict[str, Task], find: Find, text: str
    ) -> None:
        first, second = ("サーバー移行", "name", "1 / 2"), ("ＥＲＰの設定", "description", "2 / 2（説明）")
        assert find(text) == first
        assert find(text, behind=tree["サーバー移行"].pk, inside="name") == second
        here = {"behind": tree["ＥＲＰの設定"].pk, "inside": "description"}
        assert find(text, **here) == first
        assert find(text, **here, back="1") == first
        assert find(text, behind=tree["サーバー移行"].pk, inside="name", back="1") == second

    def test_looks_in_a_column_that_is_chosen_and_in_no_other(
        self, tree: dict[str, Task], find: Find, viewer_client: Client, project: Project
    ) -> None:
        assert find("設定書")[2] == "見つかりません"
        fields = {"columns": ["number", "name", "deliverable"]}
        viewer_client.post(reverse("tasks:columns_choose", args=[project.pk]), fields)
        assert find("設定書") == ("ＥＲＰの設定", "deliverable", "1 / 1")

    def test_asks_two_questions_whatever_the_size(
        self,
        viewer_client: Client,
        project: Project,
        plan: Callable[..., Any],
        queries_of: Callable[..., int],
    ) -> None:
        costs = []
        for size in (3, 300):
            Task.objects.all().delete()
            plan(*((f"作業{number}", 1, 1) for number in range(size)))
            costs.append(
                queries_of(viewer_client, f"{reverse('tasks:wbs_find', args=[project.pk])}?text=作業")
            )
        assert costs[0] == costs[1]
