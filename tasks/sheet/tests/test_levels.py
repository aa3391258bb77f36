"""Rows down to a level: which branches are closed then, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Project
from tasks.models import CollapsedTask, Task
from tasks.sheet.filtering.tests.test_page import names_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def tree(plan: Callable[..., dict[str, Task]]) -> dict[str, Task]:
    """Four levels, and a task that stands alone."""
    return plan(
        ("要件", 1, 1), ("業務", 2, 1), ("現状", 3, 1), ("面談", 4, 2), ("設計", 1, 1), ("画面", 2, 3), ("完了", 1, 1),
    )  # fmt: skip


@pytest.fixture
def shown(leader_client: Client, project: Project) -> Callable[..., list[str]]:
    def rows(**fields: Any) -> list[str]:
        url = reverse("tasks:wbs_rows", args=[project.pk])
        return names_of(leader_client.get(url, fields, headers=HTMX).content.decode())[0]

    return rows


class TestShowLevels:
    @pytest.mark.parametrize(
        ("level", "names"),
        [
            (1, ["要件", "設計", "完了"]),
            (2, ["要件", "業務", "設計", "画面", "完了"]),
            (3, ["要件", "業務", "現状", "設計", "画面", "完了"]),
            (9, ["要件", "業務", "現状", "面談", "設計", "画面", "完了"]),
        ],
    )
    def test_closes_all_below(
        self, level: int, names: list[str], tree: dict[str, Task], shown: Callable[..., list[str]],
        leader_client: Client, project: Project,
    ) -> None:  # fmt: skip
        fold = reverse("tasks:wbs_fold", args=[project.pk])
        leader_client.post(fold, {"task": tree["要件"].pk})
        page = f"/projects/{project.pk}/gantt/?sort=-duration"
        answer = leader_client.post(fold, {"level": level}, headers={"Referer": f"http://testserver{page}"})
        assert answer["Location"] == page
        assert shown() == names
        # A branch that is opened then shows the next level alone.
        if level == 1:
            leader_client.post(fold, {"task": tree["要件"].pk})
            assert shown() == ["要件", "業務", "設計", "完了"]
        leader_client.post(fold, {"all": "1"})
        assert len(shown()) == 7

    def test_is_each_users_own(
        self, tree: dict[str, Task], viewer_client: Client, project: Project, shown: Callable[..., list[str]]
    ) -> None:
        answer = viewer_client.post(reverse("tasks:wbs_fold", args=[project.pk]), {"level": 1}, headers=HTMX)
        assert names_of(answer.content.decode())[0] == ["要件", "設計", "完了"]
        assert len(shown()) == 7

    @pytest.mark.parametrize("level", ["0", "10", "x"])
    def test_refuses_what_is_no_level(
        self, level: str, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        answer = leader_client.post(
            reverse("tasks:wbs_fold", args=[project.pk]), {"level": level}, headers=HTMX
        )
        assert answer.status_code == 422
        assert not CollapsedTask.objects.exists()

    def test_are_offered_as_far_as_the_plan_has_them(
        self, tree: dict[str, Task], leader_client: Client, project: Project
    ) -> None:
        def offered(query: str) -> str:
            page = f"http://testserver/projects/{project.pk}/wbs/{query}"
            url = reverse("tasks:view_list", args=[project.pk])
            return leader_client.get(url, headers={**HTMX, "HX-Current-URL": page}).content.decode()

        assert "階層3まで表示" in offered("")
        assert "階層4まで表示" not in offered("")
        assert "階層1まで表示" in offered("?sort=-duration")
        assert "表示する階層" not in offered("?filter=late")
        assert "表示する階層" not in offered("?sort=name+flat")
