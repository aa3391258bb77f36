"""What a resource is on, on its page."""

from __future__ import annotations

from typing import Any

from django.test import Client

from projects.models import Project, ProjectMember
from resources.models import Resource
from tasks.allocation.selectors import MOST
from tasks.models import Assignment, Task
from tests.pages import compact


class TestResourceAssignments:
    def url(self, resource: Resource) -> str:
        return f"/resources/{resource.pk}/assignments/"

    def test_are_the_unfinished_tasks_by_start(
        self, viewer_client: Client, chain: dict[str, Task], work_on: Any, resource: Resource
    ) -> None:
        for name in ("試験", "開発", "設計"):
            work_on(chain[name], 50)
        Task.objects.filter(pk=chain["設計"].pk).update(progress_percentage=100)
        work = viewer_client.get(self.url(resource)).context["work"]
        assert [item.task.name for item in work.assignments] == ["開発", "試験"]
        assert (work.count, work.hidden) == (2, 0)

    def test_come_as_a_part_of_the_page(
        self, viewer_client: Client, chain: dict[str, Task], work_on: Any, resource: Resource
    ) -> None:
        work_on(chain["設計"], 50)
        assert f'hx-get="{self.url(resource)}"' in compact(viewer_client.get(f"/resources/{resource.pk}/"))
        answer = viewer_client.get(
            self.url(resource), headers={"HX-Request": "true", "HX-Target": "assignments"}
        )
        html = compact(answer)
        assert html.strip().startswith('<section class="section" id="assignments">')
        assert "50%" in html
        assert "2026/04/06–2026/04/10" in html

    def test_are_only_counted_where_the_project_is_hidden(
        self, viewer_client: Client, chain: dict[str, Task], work_on: Any, resource: Resource, cast: Any
    ) -> None:
        work_on(chain["設計"])
        ProjectMember.objects.filter(user=cast.viewer).delete()
        html = compact(viewer_client.get(self.url(resource)))
        assert "見る権限のないプロジェクトで1件を担当しています。" in html
        assert "設計" not in html

    def test_leave_out_projects_that_rest(
        self,
        viewer_client: Client,
        project: Project,
        chain: dict[str, Task],
        work_on: Any,
        resource: Resource,
    ) -> None:
        work_on(chain["設計"])
        Project.objects.filter(pk=project.pk).update(status="suspended")
        work = viewer_client.get(self.url(resource)).context["work"]
        assert (work.count, work.hidden) == (0, 0)

    def test_of_material_are_counted_by_the_piece(
        self, viewer_client: Client, project: Project, chain: dict[str, Task]
    ) -> None:
        steel = Resource.objects.create(
            organization=project.organization, name="鋼板", kind="material", unit="枚"
        )
        Assignment.objects.create(
            organization=project.organization, project=project, task=chain["設計"], resource=steel,
            units_percentage=250,
        )  # fmt: skip
        assert "2.50枚" in compact(viewer_client.get(self.url(steel)))

    def test_are_hidden_from_strangers_and_closed_to_guests(
        self, stranger_client: Client, resource: Resource, person: Any
    ) -> None:
        assert stranger_client.get(self.url(resource)).status_code == 404
        guest = Client()
        guest.force_login(person("guest", role="guest"), backend="projects.auth.AccountBackend")
        assert guest.get(self.url(resource)).status_code == 403

    def test_are_bounded_and_cost_the_same(
        self,
        viewer_client: Client,
        project: Project,
        plan: Any,
        resource: Resource,
        work_on: Any,
        queries_of: Any,
    ) -> None:
        tasks = plan(*((f"作業 {number}", 1, 1) for number in range(MOST + 10)))
        work_on(tasks["作業 0"])
        few = queries_of(viewer_client, self.url(resource))
        for number in range(1, MOST + 10):
            work_on(tasks[f"作業 {number}"])
        assert queries_of(viewer_client, self.url(resource)) == few
        work = viewer_client.get(self.url(resource)).context["work"]
        assert (len(work.assignments), work.count) == (MOST, MOST + 10)
