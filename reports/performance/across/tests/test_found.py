"""What was kept of all projects: the last rows, those of four weeks before, margins and groups."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Project
from reports.earned.formulas import EarnedValue
from reports.models import ProjectEarnedDay
from reports.performance.across import groups
from reports.performance.across.selectors import Found, across, before, expected
from reports.performance.across.tests.kept import HOUR, TODAY, Make
from reports.portfolio.selectors import seen_projects
from tasks.models import Baseline


def found_by(user: Any, project: Project, *, is_money: bool = False, only_active: bool = True) -> Found:
    tree = seen_projects(user, project.organization)
    return across(tree, is_money=is_money, today=TODAY, only_active=only_active)


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
