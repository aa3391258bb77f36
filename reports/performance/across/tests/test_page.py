"""予実 of all projects as a page: order, what is narrowed, whose money is shown, and what it says where there is nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import Project, ProjectMember
from reports.performance.across.rows import MOST_BUBBLES
from reports.performance.across.tests.kept import Make
from tests.pages import compact


def page_of(client: Client, **asked: str) -> str:
    answer = client.get(reverse("reports:portfolio_performance"), asked)
    assert answer.status_code == 200
    return compact(answer)


def listed_in(page: str) -> str:
    """The list of projects alone."""
    return page[page.index("プロジェクトごとの予実") :]


class TestPage:
    def test_lists_the_worst_first_with_what_leads_to_its_figures(
        self, project: Project, make: Make, admin_client: Client
    ) -> None:
        make("よい案件")
        bad = make("わるい案件", sums=(100, 100, 50, 50))
        page = page_of(admin_client)
        body = listed_in(page)
        assert body.index("わるい案件") < body.index("よい案件")
        address = reverse("reports:project_performance", args=[bad.pk])
        assert f'href="{address}?on=2026-04-15"' in page
        assert '<td class="num nowrap is-late">0.50</td>' in page

    def test_is_ordered_and_narrowed_as_asked(
        self, project: Project, make: Make, admin_client: Client
    ) -> None:
        make("甲", sums=(10, 5, 5, 5), category="基幹")
        make("乙", sums=(20, 5, 5, 5), category="物流")
        make("丙", sums=(30, 0, 0, 0), category="物流")
        for sort, order in (
            ("bac", "甲乙丙"),
            ("-bac", "丙乙甲"),
            ("spi", "甲乙丙"),
            ("-name", "甲乙丙"[::1]),
        ):
            page = page_of(admin_client, sort=sort)
            body = listed_in(page)
            places = [body.index(f'title="{name}"') for name in order]
            assert places == sorted(places), sort
        page = page_of(admin_client, group="物流")
        body = listed_in(page)
        assert 'title="甲"' not in body
        assert 'title="乙"' in body
        assert "条件を外す" in page

    def test_has_amounts_of_those_projects_alone_whose_money_one_may_see(
        self,
        project: Project,
        make: Make,
        cast: Any,
        planner_client: Client,
        contributor_client: Client,
        admin_client: Client,
    ) -> None:
        ours, other = make("甲"), make("乙")
        for each in (ours, other):
            ProjectMember.objects.create(
                organization=project.organization, project=each, user=cast.planner, role="planner",
                may_see_money=each == ours,
            )  # fmt: skip
        assert "¥100,000" in page_of(admin_client, **{"in": "money"})
        page = listed_in(page_of(planner_client, **{"in": "money"}))
        assert 'title="甲"' in page
        assert 'title="乙"' not in page
        ProjectMember.objects.create(
            organization=project.organization, project=other, user=cast.contributor, role="contributor"
        )
        page = page_of(contributor_client, **{"in": "money", "sort": "-margin"})
        assert "¥" not in page
        assert 'title="乙"' in listed_in(page)

    def test_says_where_nothing_is_to_be_compared(self, project: Project, admin_client: Client) -> None:
        page = page_of(admin_client)
        assert "比べる計画のあるプロジェクトがありません" in page
        assert "進行中の 1件は、比べる計画がないか" in page

    def test_says_where_there_is_no_project(self, admin_client: Client, cast: Any) -> None:
        Project.objects.all().update(deleted_at=timezone.now())
        assert "まだプロジェクトがありません" in page_of(admin_client)

    def test_escapes_what_was_typed(self, project: Project, make: Make, admin_client: Client) -> None:
        make("<b>太字", category='"><script>')
        page = page_of(admin_client)
        assert "<b>太字" not in page
        assert '"><script>' not in page

    def test_draws_the_largest_and_says_so(
        self, project: Project, make: Make, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("reports.performance.across.rows.MOST_BUBBLES", 2)
        for number in range(3):
            make(f"案件{number}", sums=(100 + number, 50, 50, 50))
        make("まだ", sums=(1, 0, 0, 0))
        page = page_of(admin_client)
        assert page.count("<circle") == 2
        assert "予算の大きい 2件を表示しています" in page
        assert "1件は、まだ計画の期間に入っていないか" in page
        assert MOST_BUBBLES == 100
