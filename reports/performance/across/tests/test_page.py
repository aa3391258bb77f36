"""予実 of all projects: sums of what was kept, trends, groups, margins, and whose money is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from copy import copy
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Project, ProjectMember
from reports.earned.formulas import EarnedValue
from reports.models import ProjectEarnedDay
from reports.performance.across import groups
from reports.performance.across.rows import MOST_BUBBLES
from reports.performance.across.selectors import Found, across, before, expected
from reports.portfolio.selectors import seen_projects
from tasks.baselines.services import take_baseline
from tasks.models import Baseline
from tests.pages import compact

TODAY = dt.date(2026, 4, 15)
HOUR = 60
Make = Callable[..., Project]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


@pytest.fixture
def make(project: Project, plan: Any, cast: Any) -> Make:
    """A project with what was kept of it: hours, and a thousand yen for each of them."""
    plan(("設計", 1, 5))
    first = take_baseline(project=project, actor=cast.leader, name="承認時")

    def made(
        name: str, *, sums: tuple[int, int, int, int] = (100, 50, 50, 50), day: dt.date = TODAY, **fields: Any
    ) -> Project:
        found = Project.objects.filter(name=name).first() or Project.objects.create(
            organization=project.organization, code=f"P-{name}", name=name, status="active", calendar=project.calendar,
            start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute, **fields,
        )  # fmt: skip
        baseline = Baseline.objects.filter(project=found).first() or _of(first, found)
        bac, pv, ev, ac = sums
        ProjectEarnedDay.objects.create(
            organization=project.organization, project=found, baseline=baseline, day=day, revision=1,
            recorded_at=timezone.now(),
            budget_minutes=bac * HOUR, planned_minutes=pv * HOUR, earned_minutes=ev * HOUR, actual_minutes=ac * HOUR,
            budget_cost=bac * 1000, planned_cost=pv * 1000, earned_cost=ev * 1000, actual_cost=ac * 1000,
        )  # fmt: skip
        return found

    return made


def _of(baseline: Baseline, project: Project) -> Baseline:
    """The same, of another project."""
    row = copy(baseline)
    row.pk, row.project = None, project
    row._state.adding = True
    row.save()
    return row


def found_by(user: Any, project: Project, *, is_money: bool = False, only_active: bool = True) -> Found:
    tree = seen_projects(user, project.organization)
    return across(tree, is_money=is_money, today=TODAY, only_active=only_active)


def page_of(client: Client, **asked: str) -> str:
    answer = client.get(reverse("reports:portfolio_performance"), asked)
    assert answer.status_code == 200
    return compact(answer)


def listed_in(page: str) -> str:
    """The list of projects alone."""
    return page[page.index("プロジェクトごとの予実") :]


def names(found: Found) -> set[str]:
    return {row.project.name for row in found.rows}


class TestFound:
    def test_is_what_was_kept_last(self, project: Project, make: Make, cast: Any) -> None:
        make("甲", sums=(100, 50, 40, 40), day=TODAY - dt.timedelta(days=1))
        make("甲", sums=(100, 60, 54, 60))
        (row,) = found_by(cast.admin, project).rows
        assert (row.day, row.value.spi, row.value.cpi) == (TODAY, Fraction(9, 10), Fraction(9, 10))
        assert before([row], is_money=False, today=TODAY) == {}

    def test_leaves_out_what_is_too_old_to_speak_of_now(
        self, project: Project, make: Make, cast: Any
    ) -> None:
        make("甲", day=TODAY - dt.timedelta(days=7))
        make("乙", day=TODAY - dt.timedelta(days=8))
        found = found_by(cast.admin, project)
        assert names(found) == {"甲"}
        # 乙, and the project of the fixture.
        assert found.without == 2

    def test_knows_what_it_was_four_weeks_before_beside_the_same_baseline(
        self, project: Project, make: Make, cast: Any
    ) -> None:
        for name in ("甲", "乙"):
            make(name, sums=(100, 40, 20, 20), day=TODAY - dt.timedelta(days=30))
            make(name)
        other = Baseline.objects.get(project__name="甲")
        older = ProjectEarnedDay.objects.filter(project__name="乙", day__lt=TODAY)
        older.update(baseline=Baseline.objects.get(project=project))
        assert other.project.name == "甲"
        rows = found_by(cast.admin, project).rows
        then = before(rows, is_money=False, today=TODAY)
        names_of = {row.project.id: row.project.name for row in rows}
        assert {names_of[pk]: value.spi for pk, value in then.items()} == {"甲": Fraction(1, 2)}

    def test_is_of_projects_under_way_unless_all_are_asked_for(
        self, project: Project, make: Make, cast: Any
    ) -> None:
        make("甲")
        Project.objects.filter(pk=make("乙").pk).update(status="completed")
        assert names(found_by(cast.admin, project)) == {"甲"}
        assert names(found_by(cast.admin, project, only_active=False)) == {"甲", "乙"}

    def test_takes_as_many_queries_for_one_as_for_many(self, project: Project, make: Make, cast: Any) -> None:
        counts = []
        for number in range(1, 31):
            for back in range(3):
                make(f"案件{number}", day=TODAY - dt.timedelta(days=back))
            if number in (1, 30):
                tree = seen_projects(cast.admin, project.organization)
                with CaptureQueriesContext(connection) as queries:
                    found = across(tree, is_money=False, today=TODAY, only_active=True)
                    before(found.rows, is_money=False, today=TODAY)
                counts.append(len(queries))
        assert counts == [2, 2]


class TestMargin:
    def test_is_what_a_contract_leaves_with_all_that_stands_below_it(
        self, project: Project, make: Make, cast: Any
    ) -> None:
        above = make("親", sums=(100, 50, 50, 50), contract_amount=500_000)
        child = make("子", sums=(100, 50, 50, 100), parent=above)
        rows = {row.project.name: row for row in found_by(cast.admin, project, is_money=True).rows}
        # The child is expected to cost twice its budget.
        assert rows["親"].margin == 500_000 - 100_000 - 200_000
        assert rows["子"].margin is None
        ProjectEarnedDay.objects.filter(project=child).delete()
        rows = {row.project.name: row for row in found_by(cast.admin, project, is_money=True).rows}
        assert rows["親"].margin is None

    def test_of_a_contract_within_another_is_counted_once(
        self, project: Project, make: Make, cast: Any
    ) -> None:
        above = make("親", contract_amount=500_000, category="A")
        make("子", parent=above, contract_amount=90_000, category="A")
        tree = seen_projects(cast.admin, project.organization)
        found = found_by(cast.admin, project, is_money=True)
        (group,) = groups.grouped(found.rows, "category", project.organization, tree)
        assert group.margin == 500_000 - 200_000


class TestGroups:
    def test_are_sums_first_and_indices_from_the_sums(self, project: Project, make: Make, cast: Any) -> None:
        make("甲", sums=(100, 100, 50, 50), category="基幹")
        make("乙", sums=(300, 100, 100, 200), category=" 基幹 ")
        make("丙", sums=(500, 10, 10, 10))
        tree, found = seen_projects(cast.admin, project.organization), found_by(cast.admin, project)
        first, last = groups.grouped(found.rows, "category", project.organization, tree)
        assert (first.key, first.count, first.value.spi, first.value.cpi) == (
            "基幹",
            2,
            Fraction(3, 4),
            Fraction(3, 5),
        )
        assert (last.key, last.count) == ("", 1)
        assert first.eac == (100 + 600) * HOUR
        # 丙 is as dear as was planned. Where nothing is earned yet, what is left is taken as planned.
        assert last.eac == 500 * HOUR
        assert expected(EarnedValue(100, 50, 0, 30)) == 130
        assert expected(EarnedValue(100, 50, 30, 0)) == 70

    @pytest.mark.parametrize(
        ("by", "begins", "key"),
        [("year", 4, "2026-04"), ("quarter", 4, "2026-10"), ("month", 4, "2026-11"), ("year", 12, "2025-12"), ("quarter", 12, "2026-09")],
    )  # fmt: skip
    def test_of_time_are_of_the_year_of_the_office(
        self, project: Project, make: Make, cast: Any, by: str, begins: int, key: str
    ) -> None:
        organization = project.organization
        organization.fiscal_year_start_month = begins
        made = make("甲")
        noon = (dt.date(2026, 11, 30) - dt.date(1970, 1, 1)).days * 1440 + 720
        Project.objects.filter(pk=made.pk).update(planned_finish_minute=noon)
        tree = seen_projects(cast.admin, organization)
        assert groups.key_of(tree[made.pk], by, organization) == key

    def test_are_bounded(
        self, project: Project, make: Make, cast: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(groups, "MOST_GROUPS", 3)
        for number in range(5):
            make(f"案件{number}", sums=(100 - number, 1, 1, 1), category=f"分類{number}")
        tree, found = seen_projects(cast.admin, project.organization), found_by(cast.admin, project)
        shown = groups.grouped(found.rows, "category", project.organization, tree)
        assert [(each.key, each.count, each.is_rest) for each in shown] == [
            ("分類0", 1, False), ("分類1", 1, False), ("", 3, True),
        ]  # fmt: skip
        assert sum((each.value.bac for each in shown), 0) == (100 + 99 + 98 + 97 + 96) * HOUR


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
