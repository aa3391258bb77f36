"""One form for many tasks: one change of them, or the list of what cannot be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import translation

from projects.models import Project
from projects.permissions import Right
from tasks.editing.bulk.forms import BulkForm
from tasks.models import PlanStep, Task
from tasks.plan.rescheduling import reschedule
from tasks.sheet.reading import Reader
from tests.pages import compact


@pytest.fixture
def url(project: Project) -> str:
    return reverse("tasks:tasks_edit", args=[project.pk])


def marked(chain: dict[str, Task], *names: str) -> str:
    return ",".join(str(chain[name].pk) for name in names)


class TestTasksEdit:
    def test_changes_all_that_are_marked_at_once(
        self, planner_client: Client, url: str, chain: dict[str, Task], project: Project
    ) -> None:
        before = Project.objects.get(pk=project.pk).revision
        data = {
            "tasks": marked(chain, "設計", "開発", "試験"), "set-priority": "on", "to-priority": "700",
            "set-duration": "on", "to-duration": "+1d", "to-work": "99h",
        }  # fmt: skip
        assert planner_client.post(url, data).status_code == 302
        rows = Task.objects.filter(project=project).order_by("row_number")
        found = [(task.priority, task.duration_minutes // 480, task.work_minutes) for task in rows]
        assert found == [(700, 6, 0), (700, 11, 0), (700, 4, 0), (500, 0, 0)]
        assert Project.objects.get(pk=project.pk).revision == before + 1

    def test_goes_on_in_the_first_of_them(
        self, planner_client: Client, url: str, chain: dict[str, Task]
    ) -> None:
        data = {"tasks": marked(chain, "開発", "試験"), "set-priority": "on", "to-priority": "700"}
        assert planner_client.post(url, data)["Location"].endswith(f"?focus={chain['開発'].pk}")
        page = planner_client.post(url, {"tasks": data["tasks"], "opens": "1", "filter": 'name.has."発 A&B"'})
        assert 'name="filter" value="name.has.&quot;発 A&amp;B&quot;"' in compact(page)
        data |= {"to-priority": "600", "filter": 'name.has."発 A&B"'}
        back = parse_qs(urlsplit(planner_client.post(url, data)["Location"]).query)
        assert back == {"filter": ['name.has."発 A&B"'], "focus": [str(chain["開発"].pk)]}

    @pytest.mark.parametrize("view", ["tasks_edit", "tasks_delete"])
    def test_opens_for_more_tasks_than_an_address_can_name(
        self,
        planner_client: Client,
        viewer_client: Client,
        chain: dict[str, Task],
        project: Project,
        view: str,
    ) -> None:
        before = Project.objects.get(pk=project.pk).revision
        url = reverse(f"tasks:{view}", args=[project.pk])
        ids = ",".join(map(str, [*(task.pk for task in chain.values()), *range(10**11, 10**11 + 1_900)]))
        data = {"tasks": ids, "opens": "1"}
        page = planner_client.post(url, data, headers={"HX-Request": "true"})
        assert page.status_code == 200
        assert "<dialog" in compact(page)
        assert "設計" in compact(page)
        assert Project.objects.get(pk=project.pk).revision == before
        assert Task.objects.filter(project=project, deleted_at=None).count() == len(chain)
        assert viewer_client.post(url, data).status_code == 403

    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_offers_what_a_column_can_be(self, chain: dict[str, Task], language: str) -> None:
        """Each that is offered is understood, and means something else."""
        with translation.override(language):
            reader = Reader(chain["設計"].project)
            offered = dict[str, set[Any]]()
            for column in BulkForm(rights=set(Right)).columns:
                widget = BulkForm(rights=set(Right)).fields[f"to-{column.name}"].widget
                if isinstance(widget, forms.Select):
                    texts = [text for text, _label in widget.choices if text]
                    offered[column.name] = {column.edit.read(text, chain["設計"], reader) for text in texts}
                    assert len(offered[column.name]) == len(texts) > 1
        assert {"mode", "task_type", "constraint", "milestone"} <= offered.keys()

    def test_changes_three_hundred_as_one(
        self,
        planner_client: Client,
        url: str,
        plan: Callable[..., dict[str, Task]],
        project: Project,
        monkeypatch: Any,
    ) -> None:
        """One revision, one computation of the dates, one step to take back."""
        tasks = plan(*[(f"作業{number}", 1, 2) for number in range(300)])
        runs = list[Any]()

        def counted(*given: Any, **more: Any) -> Any:
            runs.append(given)
            return reschedule(*given, **more)

        monkeypatch.setattr("tasks.plan.unit.reschedule", counted)
        before = Project.objects.get(pk=project.pk).revision
        data = {
            "tasks": ",".join(str(task.pk) for task in tasks.values()), "set-duration": "on", "to-duration": "3日",
            "set-priority": "on", "to-priority": "700",
        }  # fmt: skip
        assert planner_client.post(url, data).status_code == 302
        rows = Task.objects.filter(project=project, duration_minutes=3 * 480, priority=700)
        assert rows.count() == 300
        assert Project.objects.get(pk=project.pk).revision == before + 1
        assert (len(runs), PlanStep.objects.count()) == (1, 1)

    def test_says_what_it_changes(
        self, planner_client: Client, url: str, plan: Callable[..., dict[str, Task]]
    ) -> None:
        tasks = plan(*[(f"作業{number}", 1, 2) for number in range(7)])
        ids = ",".join(str(task.pk) for task in reversed(tasks.values()))
        page = compact(planner_client.get(f"{url}?tasks={ids}"))
        assert "「作業0」「作業1」「作業2」 ほか4件" in page
        assert "「作業3」" not in page

    def test_lists_what_it_cannot_change_and_waits(
        self, planner_client: Client, url: str, chain: dict[str, Task]
    ) -> None:
        data = {"tasks": marked(chain, "設計", "開発"), "set-start": "on", "to-start": "4/6"}
        response = planner_client.post(url, data)
        page = compact(response)
        assert response.status_code == 422
        assert "開発 · 開始" in page
        assert "残りの1個の値だけを変える" in page
        assert Task.objects.get(pk=chain["設計"].pk).constraint_type == "ASAP"
        assert planner_client.post(url, data | {"rest": "1"}).status_code == 302
        assert Task.objects.get(pk=chain["設計"].pk).constraint_type == "SNET"
        assert Task.objects.get(pk=chain["開発"].pk).constraint_type == "ASAP"

    def test_offers_no_amounts_to_those_who_may_not_see_money(
        self, planner_client: Client, admin_client: Client, url: str, chain: dict[str, Task]
    ) -> None:
        asked = f"{url}?tasks={marked(chain, '設計')}"
        assert "固定コスト" not in compact(planner_client.get(asked))
        assert "固定コスト" in compact(admin_client.get(asked))

    @pytest.mark.parametrize(
        "data", [{}, {"tasks": ""}, {"tasks": "x", "set-priority": "on", "to-priority": "1"}, {"tasks": "1"}]
    )
    def test_refuses_nonsense(
        self, planner_client: Client, url: str, chain: dict[str, Task], data: dict[str, Any]
    ) -> None:
        assert planner_client.post(url, data).status_code == 422

    def test_is_hidden_from_strangers_and_refused_to_viewers(
        self, stranger_client: Client, viewer_client: Client, url: str, chain: dict[str, Task]
    ) -> None:
        data = {"tasks": marked(chain, "設計"), "set-priority": "on", "to-priority": "1"}
        assert [each.post(url, data).status_code for each in (stranger_client, viewer_client)] == [404, 403]
