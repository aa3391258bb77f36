"""A constraint that breaks a link is kept, and said."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse

from projects.models import Project
from projects.worktime.moments import minute_of
from tasks.details.tests.filled_form import fields_of
from tasks.editing.fields import edit_task
from tasks.models import Constraint, Task
from tests.pages import compact

HTMX = {"HX-Request": "true"}
WORDS = "「3 試験」は制約「指定日に開始」のため、先行「2 開発」を待たずに始まります。"


def hold(task: Task, day: date, actor: object) -> None:
    changes = {"constraint_type": Constraint.MSO, "constraint_minute": minute_of(day, 540)}
    edit_task(task=task, changes=changes, actor=actor)  # type: ignore[arg-type]  # one of the cast


class TestTellConflicts:
    def test_warns_in_the_form_that_sets_the_date(
        self, planner_client: Client, chain: dict[str, Task]
    ) -> None:
        page = reverse("tasks:task_detail", args=[chain["試験"].pk])
        fields = fields_of(compact(planner_client.get(page)), "task-form")
        typed = fields | {"constraint_type": "MSO", "constraint_on": "2026/04/20"}
        url = reverse("tasks:task_edit", args=[chain["試験"].pk])
        html = compact(planner_client.post(url, typed, follow=True))
        assert WORDS in html
        chain["試験"].refresh_from_db()
        assert chain["試験"].constraint_type == Constraint.MSO
        assert chain["試験"].start_date == date(2026, 4, 20)

    def test_warns_in_the_cell_that_adds_the_link(
        self, planner_client: Client, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        url = reverse("tasks:task_cell", args=[chain["試験"].pk])
        planner_client.post(url, {"column": "predecessors", "text": ""}, headers=HTMX)
        hold(chain["試験"], date(2026, 4, 20), cast.leader)
        answer = planner_client.post(url, {"column": "predecessors", "text": "2"}, headers=HTMX)
        assert answer.status_code == 200
        assert WORDS in compact(answer)

    def test_says_it_once(
        self, planner_client: Client, chain: dict[str, Task], cast: SimpleNamespace
    ) -> None:
        hold(chain["試験"], date(2026, 4, 20), cast.leader)
        url = reverse("tasks:task_cell", args=[chain["試験"].pk])
        answer = planner_client.post(url, {"column": "name", "text": "総合試験"}, headers=HTMX)
        assert answer.status_code == 200
        assert "を待たずに" not in compact(answer)

    def test_is_silent_where_links_win(
        self, planner_client: Client, chain: dict[str, Task], cast: SimpleNamespace, project: Project
    ) -> None:
        Project.objects.filter(pk=project.pk).update(honours_constraints=False)
        page = reverse("tasks:task_detail", args=[chain["試験"].pk])
        fields = fields_of(compact(planner_client.get(page)), "task-form")
        typed = fields | {"constraint_type": "MSO", "constraint_on": "2026/04/20"}
        url = reverse("tasks:task_edit", args=[chain["試験"].pk])
        assert "を待たずに" not in compact(planner_client.post(url, typed, follow=True))
