"""What a user is told who may not."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from projects.errors import NotAllowedError
from projects.models import Organization, Project
from projects.permissions import Right, require, require_in_organization

pytestmark = pytest.mark.django_db


def refusal(ask: Callable[[], None]) -> str:
    with pytest.raises(NotAllowedError) as refused:
        ask()
    return str(refused.value)


class TestRefusal:
    def test_names_the_roles_of_the_project_and_those_above_it(
        self, cast: SimpleNamespace, project: Project
    ) -> None:
        said = refusal(lambda: require(cast.viewer, Right.EDIT_PLAN, project))
        assert said.startswith("この操作ができる役割はリーダー、計画者、管理者、PMOです。")
        assert "プロジェクトのリーダーに依頼してください" in said

    def test_names_the_roles_of_the_organization_alone(
        self, cast: SimpleNamespace, organization: Organization
    ) -> None:
        said = refusal(lambda: require_in_organization(cast.leader, Right.CREATE_PROJECT, organization))
        assert said.startswith("この操作ができる役割は管理者、PMOです。")
        assert "組織の管理者に依頼してください" in said

    def test_is_shown_on_the_page(self, leader_client: Client) -> None:
        page = leader_client.get("/projects/new/")
        assert page.status_code == 403
        assert "管理者、PMO" in page.content.decode()


class TestPagesThatSayNo:
    @pytest.mark.parametrize(
        ("address", "status"), [("/projects/new/", 403), ("/projects/999999/", 404), ("/nowhere/", 404)]
    )
    def test_keep_the_menu(self, leader_client: Client, address: str, status: int) -> None:
        page = leader_client.get(address)
        assert page.status_code == status
        assert '<nav class="rail"' in page.content.decode()

    def test_have_none_for_strangers(self, client: Client, db: None) -> None:
        page = client.get("/nowhere/")
        assert page.status_code == 404
        assert '<nav class="rail"' not in page.content.decode()
