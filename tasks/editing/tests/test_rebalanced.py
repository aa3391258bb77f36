"""What answers say of figures that gave way to an edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from resources.models import Resource
from tasks.details.tests.filled_form import fields_of
from tasks.editing.cells import write_cell
from tasks.models import Assignment, Task
from tests.pages import compact

HTMX = {"HX-Request": "true"}


@pytest.fixture
def task(chain: dict[str, Task], resource: Resource) -> Task:
    """設計: five days of one person."""
    task = chain["設計"]
    Task.objects.filter(pk=task.pk).update(work_minutes=2400, is_effort_driven=True)
    Assignment.objects.create(
        organization_id=task.organization_id, project_id=task.project_id, task=task, resource=resource
    )
    return Task.objects.select_related("project").get(pk=task.pk)


@pytest.fixture
def typed(planner_client: Client, task: Task) -> Callable[[str, str], str]:
    """Types into a cell of the WBS; gives the answer."""

    def write(column: str, text: str) -> str:
        fields = {"column": column, "text": text}
        response = planner_client.post(reverse("tasks:task_cell", args=[task.pk]), fields, headers=HTMX)
        assert response.status_code == 200
        return compact(response)

    return write


class TestWhatGaveWay:
    @pytest.mark.parametrize(
        ("kind", "column", "text", "words"),
        [
            ("fixed_units", "duration", "2d", "工数が16hになりました。"),
            ("fixed_units", "finish", "4/7", "工数が16hになりました。"),
            ("fixed_units", "work", "16h", "期間が2日になりました。"),
            ("fixed_units", "assignees", "茜部 陽斗[50%]", "工数は40hのまま、期間が10日になりました。"),
            ("fixed_duration", "assignees", "茜部陽斗 [50]", "期間は5日のまま、工数が20hになりました。"),
            ("fixed_duration", "work", "20h", "期間は5日のまま、割当が茜部 陽斗[50%]になりました。"),
            ("fixed_work", "duration", "10d", "工数は40hのまま、割当が茜部 陽斗[50%]になりました。"),
            (
                "fixed_duration", "assignees", "茜部 陽斗、Ann",
                "期間は5日、工数は40hのまま、割当が茜部 陽斗[50%]、Ann[50%]になりました。",
            ),
        ],
    )  # fmt: skip
    def test_is_said_beside_what_stayed(
        self, typed: Callable[[str, str], str], task: Task, organization: Any, kind: str, column: str,
        text: str, words: str,
    ) -> None:  # fmt: skip
        Resource.objects.create(organization=organization, name="Ann", kind="person")
        Task.objects.filter(pk=task.pk).update(task_type=kind)
        assert words in typed(column, text)

    def test_is_said_of_the_percentage_too(self, typed: Callable[[str, str], str], organization: Any) -> None:
        Resource.objects.create(organization=organization, name="Ann", kind="person")
        typed("progress", "50%")
        html = typed("assignees", "茜部 陽斗、Ann")
        assert "工数は40hのまま、期間が3.75日になりました。進捗は67%です。" in html

    @pytest.mark.parametrize(
        ("column", "text"), [("name", "基本設計"), ("assignees", ""), ("progress", "50")]
    )
    def test_says_nothing_where_nothing_did(
        self, typed: Callable[[str, str], str], column: str, text: str
    ) -> None:
        assert "なりました" not in typed(column, text)

    def test_is_said_once_behind_the_form(self, planner_client: Client, task: Task) -> None:
        page = compact(planner_client.get(reverse("tasks:task_detail", args=[task.pk])))
        fields = fields_of(page, "task-form") | {"work": "80h"}
        response = planner_client.post(reverse("tasks:task_edit", args=[task.pk]), fields, follow=True)
        assert compact(response).count("期間が10日になりました。") == 1

    def test_is_said_in_the_chart(self, planner_client: Client, task: Task) -> None:
        url = reverse("tasks:task_assign", args=[task.project_id, task.pk])
        values = {"people": "茜部 陽斗[50%]", "was": "茜部 陽斗", "shown": "0-40"}
        html = compact(planner_client.post(url, values, headers=HTMX))
        assert "工数は40hのまま、期間が10日になりました。" in html
        url = reverse("tasks:task_resize", args=[task.project_id, task.pk])
        html = compact(planner_client.post(url, {"finish": "2026-04-07", "shown": "0-40"}, headers=HTMX))
        assert "工数が8hになりました。" in html


class TestQuestions:
    def test_read_people_once_and_the_task_twice(self, task: Task, cast: Any) -> None:
        """Under the lock, and as it has become: what gave way is told from the latter."""
        with CaptureQueriesContext(connection) as queries:
            write_cell(task=task, column="duration", text="4日", actor=cast.planner)
        asked = [query["sql"] for query in queries]
        assert sum(' FROM "resources" ' in sql for sql in asked) == 1
        assert sum(sql.startswith('SELECT "tasks"."id", "tasks"."organization_id"') for sql in asked) == 2
