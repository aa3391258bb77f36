"""Who works on a task, decided in the chart."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Project
from resources.models import Resource
from tasks.models import Assignment, Task
from tests.pages import compact

HTMX = {"HX-Request": "true"}


@pytest.fixture
def someone(project: Project) -> Resource:
    """A person of the organization."""
    return Resource.objects.create(organization=project.organization, name="髙﨑 㐂一", department="開発1課")


@pytest.fixture
def address(project: Project) -> Callable[[Task], str]:
    """Where a task's people are asked for and set."""
    return lambda task: reverse("tasks:task_assign", args=[project.pk, task.pk])


class TestTaskAssign:
    def test_asks_with_what_stands_there(
        self, planner_client: Client, chain: dict[str, Task], address: Any, someone: Resource
    ) -> None:
        answer = compact(planner_client.get(address(chain["設計"]), headers=HTMX))
        assert "data-modal" in answer
        assert '<option value="髙﨑 㐂一">開発1課</option>' in answer

    def test_sends_those_without_scripts_to_the_task(
        self, planner_client: Client, chain: dict[str, Task], address: Any
    ) -> None:
        response = planner_client.get(address(chain["設計"]))
        assert response.headers["Location"] == reverse("tasks:task_detail", args=[chain["設計"].pk])

    def test_sets_them_and_answers_with_the_row(
        self,
        planner_client: Client,
        chain: dict[str, Task],
        address: Any,
        someone: Resource,
        cast: SimpleNamespace,
    ) -> None:
        values = {"people": "髙﨑 㐂一[50%]", "was": "", "zoom": "week"}
        response = planner_client.post(address(chain["設計"]), values, headers=HTMX)
        assert response.status_code == 200
        assert f'id="bar-{chain["設計"].pk}"' in compact(response)
        assert Assignment.objects.get(task=chain["設計"]).units_percentage == 50
        entry = AuditEntry.objects.filter(action="assignment.changed").get()
        assert (entry.actor, entry.target_id) == (cast.planner, chain["設計"].pk)

    def test_warns_of_a_day_that_is_too_full(
        self, planner_client: Client, plan: Any, address: Any, someone: Resource
    ) -> None:
        tasks = plan(("手順書", 1, 5), ("手配", 1, 5))
        planner_client.post(address(tasks["手順書"]), {"people": "髙﨑 㐂一", "was": ""}, headers=HTMX)
        values = {"people": "髙﨑 㐂一[50%]", "was": "", "zoom": "week"}
        answer = compact(planner_client.post(address(tasks["手配"]), values, headers=HTMX))
        assert "150%" in answer

    def test_refuses_twice_the_day_with_who_and_when(
        self, planner_client: Client, plan: Any, address: Any, someone: Resource
    ) -> None:
        tasks = plan(("手順書", 1, 5), ("手配", 1, 5))
        planner_client.post(address(tasks["手順書"]), {"people": "髙﨑 㐂一", "was": ""}, headers=HTMX)
        response = planner_client.post(
            address(tasks["手配"]), {"people": "髙﨑 㐂一", "was": ""}, headers=HTMX
        )
        assert response.status_code == 422
        assert "髙﨑 㐂一" in compact(response)
        assert "200%" in compact(response)
        assert not Assignment.objects.filter(task=tasks["手配"]).exists()

    def test_does_not_overwrite_what_another_user_has_set(
        self, planner_client: Client, chain: dict[str, Task], address: Any, someone: Resource
    ) -> None:
        planner_client.post(address(chain["設計"]), {"people": "髙﨑 㐂一[50%]", "was": ""}, headers=HTMX)
        response = planner_client.post(address(chain["設計"]), {"people": "", "was": ""}, headers=HTMX)
        assert response.status_code == 409

    def test_refuses_an_unknown_name(
        self, planner_client: Client, chain: dict[str, Task], address: Any
    ) -> None:
        response = planner_client.post(
            address(chain["設計"]), {"people": "いない 人", "was": ""}, headers=HTMX
        )
        assert response.status_code == 422

    def test_is_hidden_from_strangers(
        self, stranger_client: Client, chain: dict[str, Task], address: Any
    ) -> None:
        assert stranger_client.get(address(chain["設計"]), headers=HTMX).status_code == 404
        assert stranger_client.post(address(chain["設計"]), {"people": ""}).status_code == 404

    def test_needs_a_planner(self, viewer_client: Client, chain: dict[str, Task], address: Any) -> None:
        assert viewer_client.get(address(chain["設計"]), headers=HTMX).status_code == 403
        assert viewer_client.post(address(chain["設計"]), {"people": ""}, headers=HTMX).status_code == 403

    def test_is_away_with_the_chart(
        self, planner_client: Client, chain: dict[str, Task], address: Any, settings: Any
    ) -> None:
        settings.FEATURES = settings.FEATURES | {"GANTT_CHART": False}
        assert planner_client.post(address(chain["設計"]), {"people": ""}).status_code == 404
