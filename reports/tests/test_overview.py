"""The overview leads to the file that a plan came from."""

from typing import Any

from django.test import Client

from tasks.models import PlanImport
from tasks.services.editing import edit_task


class TestProjectOverview:
    def test_says_how_many_dates_of_the_file_agree(self, leader_client: Client, project: Any) -> None:
        made = PlanImport.objects.create(
            organization=project.organization, project=project, file_name="office-move.xml", sha256="",
            state=PlanImport.State.IMPORTED, imported_at="2026-04-06T00:00Z",
            summary={"dates": {"compared": 124, "agreeing": 122, "reasons": {}}},
        )  # fmt: skip
        page = leader_client.get(f"/projects/{project.pk}/").content.decode()
        assert f"/projects/{project.pk}/imports/{made.pk}/" in page
        assert "124件の日付のうち122件がファイルと同じ" in page

    def test_keeps_quiet_about_a_plan_that_was_made_here(self, leader_client: Client, project: Any) -> None:
        assert "取り込み元" not in leader_client.get(f"/projects/{project.pk}/").content.decode()


class TestConditionalOverview:
    def test_is_not_sent_again_until_something_changed(
        self, leader_client: Client, chain: Any, project: Any, cast: Any
    ) -> None:
        url = f"/projects/{project.pk}/"
        leader_client.get(url)  # brings the CSRF cookie, which is a part of the page's name
        etag = leader_client.get(url)["ETag"]
        assert leader_client.get(url, headers={"If-None-Match": etag}).status_code == 304
        edit_task(task=chain["設計"], changes={"name": "外部設計"}, actor=cast.planner)
        assert leader_client.get(url, headers={"If-None-Match": etag}).status_code == 200
