"""Columns as each person wants them: shown, hidden, in another order, wider."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tasks.models import ChosenColumns, Task
from tests.pages import compact

HTMX = {"HX-Request": "true"}


@pytest.fixture
def url(project: Any, chain: dict[str, Task]) -> str:
    return reverse("tasks:columns_choose", args=[project.pk])


def heads_of(client: Client, project: Any) -> list[str]:
    page = compact(client.get(reverse("tasks:wbs", args=[project.pk])))
    return re.findall(r'<th scope="col" data-column="([a-z_]+)"', page)


class TestColumnsChoose:
    def test_shows_those_that_were_chosen_in_their_order(
        self, planner_client: Client, url: str, project: Any
    ) -> None:
        planner_client.get(reverse("tasks:wbs", args=[project.pk]))
        response = planner_client.post(
            url, {"columns": ["number", "name", "total_slack", "start"], "width-start": "20"}
        )
        assert response.status_code == 302
        assert heads_of(planner_client, project) == ["number", "name", "total_slack", "start"]
        page = compact(planner_client.get(reverse("tasks:wbs", args=[project.pk])))
        assert 'data-column="start" data-width="20"' in page
        assert '<td data-column="total_slack" class="num">0日</td>' in page

    def test_is_each_persons_own(
        self, planner_client: Client, viewer_client: Client, url: str, project: Any
    ) -> None:
        before = heads_of(viewer_client, project)
        planner_client.post(url, {"columns": ["name"]})
        assert heads_of(planner_client, project) == ["number", "name"]
        assert heads_of(viewer_client, project) == before

    def test_gives_back_the_first_ones(self, planner_client: Client, url: str, project: Any) -> None:
        before = heads_of(planner_client, project)
        planner_client.post(url, {"columns": ["name"]})
        planner_client.post(url, {"columns": ["name"], "reset": "1"})
        assert heads_of(planner_client, project) == before
        assert not ChosenColumns.objects.exists()

    def test_keeps_a_width_that_was_drawn(self, planner_client: Client, url: str) -> None:
        assert (
            planner_client.post(url, {"resized": "progress", "width": "999"}, headers=HTMX).status_code == 204
        )
        (kept,) = ChosenColumns.objects.values_list("columns", flat=True)
        assert ["progress", 120] in kept
        assert planner_client.post(url, {"resized": "nothing", "width": "9"}, headers=HTMX).status_code == 204

    def test_keeps_where_the_edge_of_the_chart_was_put(
        self, planner_client: Client, viewer_client: Client, url: str, project: Any
    ) -> None:
        assert planner_client.post(url, {"pane": "640"}, headers=HTMX).status_code == 204
        sheet, chart = (reverse(f"tasks:{face}", args=[project.pk]) for face in ("wbs", "gantt"))
        assert 'data-pane="640"' in compact(planner_client.get(sheet))
        assert 'data-pane="640"' in compact(planner_client.get(chart))
        assert "data-pane" not in compact(viewer_client.get(chart))
        # Columns that are given back leave the edge where it is.
        planner_client.post(url, {"columns": ["name"]})
        planner_client.post(url, {"columns": ["name"], "reset": "1"})
        assert 'data-pane="640"' in compact(planner_client.get(chart))

    @pytest.mark.parametrize("headers", [HTMX, {}], ids=["dialog", "page"])
    def test_offers_every_column_with_what_it_is(
        self, planner_client: Client, url: str, headers: dict[str, str]
    ) -> None:
        page = compact(planner_client.get(url, headers=headers))
        assert page.count('class="choosing__item"') >= 50
        assert "プロジェクトを遅らせずに遅れてよい日数。" in page

    def test_offers_no_amounts_to_those_who_may_not_see_money(
        self, planner_client: Client, admin_client: Client, url: str, project: Any
    ) -> None:
        assert "固定コスト" not in compact(planner_client.get(url))
        assert "固定コスト" in compact(admin_client.get(url))
        planner_client.post(url, {"columns": ["name", "fixed_cost"]})
        assert heads_of(planner_client, project) == ["number", "name"]

    def test_leaves_out_what_is_no_column(self, planner_client: Client, url: str, project: Any) -> None:
        planner_client.post(url, {"columns": ["name", "why", "<b>", "name"], "width-name": "x"})
        assert heads_of(planner_client, project) == ["number", "name"]

    def test_is_hidden_from_strangers(self, stranger_client: Client, url: str, cast: SimpleNamespace) -> None:
        assert stranger_client.get(url).status_code == 404
        assert stranger_client.post(url, {"columns": "name"}).status_code == 404
