"""Search finds tasks by any piece of their name, and keeps up with every change of it."""

from typing import Any

import pytest
from django.test import Client

from projects.models import ProjectMember, User
from projects.rls import scope
from reports.search.selectors import search
from tasks.editing.fields import edit_task
from tasks.editing.tree import delete_tasks
from tasks.models import Task, TaskGram


def names(user: Any, project: Any, text: str) -> list[str]:
    return [task.name for task in search(user, project.organization, text).tasks]


class TestSearch:
    @pytest.fixture(autouse=True)
    def _plan(self, plan: Any) -> None:
        self.tasks = plan(
            ("基本設計書の作成", 1, 1), ("設計レビュー", 1, 1), ("ＡＢＣ連携テスト", 1, 1), ("計設", 1, 1)
        )

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("設計", ["基本設計書の作成", "設計レビュー"]),
            ("設計書", ["基本設計書の作成"]),
            ("abc", ["ＡＢＣ連携テスト"]),  # full-width letters are the same as half-width ones
            ("レビュー 設計", ["設計レビュー"]),
            ("設", ["基本設計書の作成", "設計レビュー", "計設"]),
            ("書設", []),
            ("%", []),
        ],
    )
    def test_finds_pieces_of_names(self, cast: Any, project: Any, text: str, found: list[str]) -> None:
        assert names(cast.viewer, project, text) == found

    def test_follows_a_new_name(self, cast: Any, project: Any) -> None:
        edit_task(task=self.tasks["計設"], changes={"name": "受入試験"}, actor=cast.planner)
        assert names(cast.viewer, project, "受入") == ["受入試験"]
        assert names(cast.viewer, project, "計設") == []

    def test_forgets_what_was_deleted(self, cast: Any, project: Any) -> None:
        delete_tasks(project=project, task_ids={self.tasks["設計レビュー"].pk}, actor=cast.planner)
        assert names(cast.viewer, project, "レビュー") == []

    def test_shows_nothing_of_another_organization(self, cast: Any, project: Any) -> None:
        assert names(cast.stranger, project, "設計") == []
        with scope.scope([]):
            assert not TaskGram.objects.exists()

    def test_goes_with_its_task(self, project: Any) -> None:
        task = self.tasks["計設"]
        Task.objects.filter(pk=task.pk).delete()
        assert not TaskGram.objects.filter(task_id=task.pk).exists()


class TestPeople:
    @pytest.fixture
    def guest(self, project: Any, cast: Any, person: Any) -> Any:
        """From outside, with a place in one project."""
        user = person("guest", "客 員", role="guest")
        ProjectMember.objects.create(
            organization=project.organization, project=project, user=user, role="viewer"
        )
        User.objects.update(email="someone@example.jp")
        return user

    def test_are_found_by_address_in_the_company(self, guest: Any, cast: Any, project: Any) -> None:
        found = search(cast.viewer, project.organization, "@example.jp")
        assert found.people
        assert found.shows_addresses

    def test_of_the_same_projects_alone_are_found_by_guests(
        self, guest: Any, cast: Any, project: Any
    ) -> None:
        found = search(guest, project.organization, "藍沢")
        assert [user.display_name for user in found.people] == ["藍沢 湊"]
        assert search(guest, project.organization, "同社").people == []

    def test_tell_guests_no_address(self, guest: Any, cast: Any, project: Any, client: Client) -> None:
        assert search(guest, project.organization, "@").people == []
        client.force_login(guest, backend="projects.auth.AccountBackend")
        page = client.get("/search/?q=藍沢").content.decode()
        assert "藍沢 湊" in page
        assert "example.jp" not in page
