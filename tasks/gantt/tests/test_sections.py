"""Sections are drawn once for all who see them alike, and for no one else."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects import caching
from projects.changes import changing
from projects.models import Project, User
from projects.permissions import System
from tasks.models import CollapsedTask, Task
from tasks.plan.rescheduling import reschedule

HTMX = {"HX-Request": "true"}
Window = Callable[..., str]


@pytest.fixture
def window(project: Project) -> Window:
    """Asks for the rows of the project as a user's page does while it scrolls."""

    def ask(client: Client, **query: Any) -> str:
        response = client.get(
            reverse("tasks:wbs_rows", args=[project.pk], query={"zoom": "week", **query}), headers=HTMX
        )
        assert response.status_code == 200
        text: str = response.content.decode()
        return text

    return ask


def is_drawn(ask: Callable[[], str]) -> bool:
    """Whether the links at the ends of the rows are asked for, as only drawing does."""
    with CaptureQueriesContext(connection) as queries:
        ask()
    return any("successor_id = ANY" in query["sql"] for query in queries.captured_queries)


class TestSection:
    def test_is_drawn_once_for_all_who_see_it_alike(self, viewer_client, leader_client, chain, window):
        assert is_drawn(lambda: window(viewer_client))
        assert not is_drawn(lambda: window(viewer_client))
        assert not is_drawn(lambda: window(leader_client))

    def test_of_the_page_is_the_one_of_scrolling(self, viewer_client, chain, window, project):
        viewer_client.get(reverse("tasks:gantt", args=[project.pk]))
        assert not is_drawn(lambda: window(viewer_client))

    @pytest.mark.parametrize("query", [{"zoom": "day"}, {"show": "slack"}])
    def test_is_another_where_another_is_asked_for(self, viewer_client, chain, window, query):
        window(viewer_client)
        assert is_drawn(lambda: window(viewer_client, **query))

    def test_shows_every_change_of_the_plan(self, viewer_client, chain, window, project):
        before = window(viewer_client)
        with changing(project, actor=System("test")) as record:
            Task.objects.filter(pk=chain["設計"].pk).update(duration_minutes=8 * 480)
            record("task.edited", target=chain["設計"])
            reschedule(project, record=record)
        after = window(viewer_client)
        # A bar that is late says by how many days until today, so it ends in 8 on some of them.
        eight = re.compile(r"(?<!\d)8日(?!遅れ)")
        assert eight.search(after)
        assert not eight.search(before)

    def test_is_in_the_language_of_its_reader(self, viewer_client, leader_client, cast, chain, window):
        assert "5日" in window(viewer_client)
        User.objects.filter(pk=cast.leader.pk).update(language="en")
        text = window(leader_client)
        assert "5d" in text
        assert "日" not in text.replace("設計", "")

    def test_hides_what_its_reader_has_closed_and_no_other(
        self, viewer_client, leader_client, cast, plan, window
    ):
        tasks = plan(("工程", 1, 1), ("作業", 2, 3))
        both = window(leader_client)
        CollapsedTask.objects.create(
            organization=tasks["工程"].organization, project=tasks["工程"].project, task=tasks["工程"], user=cast.viewer
        )  # fmt: skip
        assert f'id="row-{tasks["作業"].pk}"' in both
        assert f'id="row-{tasks["作業"].pk}"' not in window(viewer_client)
        assert window(leader_client) == both

    def test_is_no_way_past_the_project(self, viewer_client, stranger_client, chain, window, project):
        window(viewer_client)
        assert (
            stranger_client.get(
                reverse("tasks:wbs_rows", args=[project.pk], query={"zoom": "week"})
            ).status_code
            == 404
        )

    def test_holds_no_form_and_no_token(self, leader_client, chain, window, monkeypatch):
        kept: list[Any] = []
        nothing = SimpleNamespace(get=lambda _key: None, set=lambda _key, value, _seconds: kept.append(value))
        monkeypatch.setattr(caching, "cache", nothing)
        window(leader_client)
        (picture,) = kept
        assert "設計" in picture
        assert "<form" not in picture
        assert "csrf" not in picture
