"""How an empty project begins: the three ways on its pages, and the tasks of another project."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.lifecycle.services import create_project
from projects.models import AuditEntry, Project, ProjectMember, ProjectRole
from tasks.models import Assignment, Task, TaskLink
from tests.pages import compact

LATER = date(2026, 6, 1)


@pytest.fixture
def empty(project: Project, cast: SimpleNamespace) -> Project:
    """A project without tasks, in which the planner plans and the viewer looks on."""
    fields = {"code": "EMPTY-1", "name": "空", "start_date": LATER, "end_date": date(2026, 12, 31)}
    made = create_project(
        organization=project.organization, actor=cast.admin, leader=cast.leader, fields=fields
    )
    for user, role in ((cast.planner, ProjectRole.PLANNER), (cast.viewer, ProjectRole.VIEWER)):
        ProjectMember.objects.create(organization=made.organization, project=made, user=user, role=role)
    return made


@pytest.fixture
def url(empty: Project) -> str:
    """The page that asks whose tasks are copied."""
    return reverse("tasks:project_fill", args=[empty.pk])


class TestBeginning:
    PAGES = ("tasks:wbs", "tasks:gantt", "reports:project_overview")

    @pytest.mark.parametrize("page", PAGES)
    def test_offers_three_ways(self, page: str, planner_client: Client, empty: Project, url: str) -> None:
        html = compact(planner_client.get(reverse(page, args=[empty.pk])))
        assert 'id="wbs-begin"' in html
        paste, load = (
            reverse(f"tasks:{name}", args=[empty.pk]) for name in ("table_paste", "project_import")
        )
        for way in (paste, load, url):
            assert f'href="{way}"' in html

    @pytest.mark.parametrize("page", PAGES[:2])
    def test_is_the_sheet_with_a_first_row_to_type_into(
        self, page: str, planner_client: Client, empty: Project, url: str
    ) -> None:
        html = compact(planner_client.get(reverse(page, args=[empty.pk])))
        assert 'role="treegrid"' in html
        assert 'id="row-new0"' in html
        assert ('id="gantt"' in html) is (page == "tasks:gantt")
        # Without scripts the row belongs to a form.
        assert html.count(f'action="{reverse("tasks:task_add", args=[empty.pk])}"') == 1
        field = html[html.index('<input class="wbs__pen') :]
        assert 'form="first-task-form"' in field[: field.index(">")]

    @pytest.mark.parametrize("page", PAGES)
    def test_offers_none_to_those_who_may_not_plan(
        self, page: str, viewer_client: Client, empty: Project, url: str
    ) -> None:
        html = compact(viewer_client.get(reverse(page, args=[empty.pk])))
        assert "タスクがまだありません" in html
        assert "wbs-begin" not in html
        assert "row-new0" not in html
        assert "/import/" not in html
        assert url not in html

    @pytest.mark.parametrize("page", PAGES)
    def test_is_over_once_there_is_a_task(
        self, page: str, planner_client: Client, project: Project, chain: Any
    ) -> None:
        html = compact(planner_client.get(reverse(page, args=[project.pk])))
        assert "wbs-begin" not in html
        assert "row-new0" not in html

    def test_takes_the_first_task(self, planner_client: Client, empty: Project) -> None:
        html = compact(planner_client.get(reverse("tasks:wbs", args=[empty.pk])))
        assert '<input type="hidden" name="goes_on" value="on">' in html
        added = planner_client.post(
            reverse("tasks:task_add", args=[empty.pk]), {"name": "要件定義", "goes_on": "on"}, follow=True
        )
        assert Task.objects.get(project=empty).name == "要件定義"
        assert "data-goes-on" in compact(added)

    def test_of_a_plan_is_typed_on_once(self, planner_client: Client, project: Project, chain: Any) -> None:
        sheet = reverse("tasks:wbs", args=[project.pk])
        focus = f"{sheet}?focus={chain['設計'].pk}"
        assert "data-goes-on" in compact(planner_client.get(f"{focus}&next=1"))
        assert "data-goes-on" not in compact(planner_client.get(focus))
        assert "data-goes-on" not in compact(planner_client.get(f"{sheet}?next=1"))


class TestProjectFill:
    def fill(self, client: Client, url: str, project: Project) -> Any:
        return client.post(url, {"source": project.code})

    def test_copies_tasks_and_links_from_the_first_day_of_the_project(
        self, planner_client: Client, url: str, empty: Project, project: Project, chain: dict[str, Task],
        work_on: Callable[..., Any],
    ) -> None:  # fmt: skip
        work_on(chain["設計"])
        assert self.fill(planner_client, url, project).status_code == 302
        made = {task.name: task for task in Task.objects.filter(project=empty)}
        assert set(made) == set(chain)
        assert made["設計"].start_date == LATER
        assert TaskLink.objects.filter(project=empty).count() == 3
        assert not Assignment.objects.filter(project=empty).exists()

    def test_leaves_costs_behind_that_the_user_may_not_see(
        self, planner_client: Client, url: str, empty: Project, project: Project, chain: dict[str, Task]
    ) -> None:
        Task.objects.filter(pk=chain["設計"].pk).update(
            fixed_cost=Decimal(7_000_000), field_amounts={"m1": 700_000_000}, field_values={"f2": "甲"}
        )
        ProjectMember.objects.filter(project=empty, role=ProjectRole.PLANNER).update(may_see_money=True)
        self.fill(planner_client, url, project)
        assert set(Task.objects.filter(project=empty).values_list("fixed_cost", flat=True)) == {0}
        assert set(Task.objects.filter(project=empty).values_list("field_amounts", flat=True)) == {None}
        assert {"f2": "甲"} in Task.objects.filter(project=empty).values_list("field_values", flat=True)

    def test_is_recorded(
        self, planner_client: Client, url: str, empty: Project, project: Project, chain: Any, cast: Any
    ) -> None:
        self.fill(planner_client, url, project)
        entry = AuditEntry.objects.filter(project=empty).order_by("-sequence")[0]
        assert (entry.action, entry.actor) == ("project.copied", cast.planner)
        # No code and no name: readers of this project need not see the other one.
        assert entry.after == {"source": project.pk, "tasks": 4}

    def test_refuses_what_has_tasks_and_what_has_none(
        self, planner_client: Client, url: str, empty: Project, project: Project, chain: Any
    ) -> None:
        nothing = planner_client.post(
            reverse("tasks:project_fill", args=[project.pk]), {"source": empty.code}
        )
        assert nothing.status_code == 422
        assert "すでにタスクがあります" in compact(nothing)
        Task.objects.filter(project=project).delete()
        refused = self.fill(planner_client, url, project)
        assert refused.status_code == 422
        assert "タスクがありません" in compact(refused)

    def test_knows_no_project_that_the_user_does_not_see(
        self, planner_client: Client, url: str, empty: Project, project: Project, chain: Any, cast: Any
    ) -> None:
        ProjectMember.objects.filter(project=project, user=cast.planner).delete()
        refused = self.fill(planner_client, url, project)
        assert refused.status_code == 422
        assert not Task.objects.filter(project=empty).exists()

    def test_is_hidden_from_strangers(self, stranger_client: Client, url: str, project: Project) -> None:
        assert self.fill(stranger_client, url, project).status_code == 404

    def test_needs_a_planner(self, viewer_client: Client, url: str, project: Project) -> None:
        assert self.fill(viewer_client, url, project).status_code == 403
        assert viewer_client.get(url).status_code == 403
