"""予実 of a plan: figures that can be added up by hand, the past, what left the plan, and who may see it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Project
from reports.earned.formulas import EarnedValue
from reports.performance.selectors import Sums, chosen_baseline, sums_of
from reports.performance.tests.reporting import report
from reports.performance.words import Unit
from tasks.baselines.services import Asked, take_baseline
from tasks.models import Task, TaskProgress
from tasks.plan.costs import planned_costs
from tests.pages import compact

TODAY = dt.date(2026, 4, 15)
WORK, MONEY = Unit(is_money=False), Unit(is_money=True)
Tasks = dict[str, Task]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


def sums(project: Project, unit: Unit = WORK, on: dt.date = TODAY, under: int | None = None) -> Sums:
    project = Project.objects.get(pk=project.pk)
    baseline = chosen_baseline(project)
    assert baseline is not None
    return sums_of(project, baseline, on=on, unit=unit, under=under)


def hours(value: EarnedValue) -> tuple[float, ...]:
    return tuple(float(each) / 60 for each in (value.bac, value.pv, value.ev, value.ac))


class TestSums:
    def test_are_those_that_can_be_added_up_by_hand(self, project: Project, agreed: Tasks) -> None:
        report(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        report(agreed["開発"], dt.date(2026, 4, 14), 20, 12)
        found = sums(project)
        # 開発 has run three of its ten days; a fifth of its 80 hours is done.
        assert hours(found.total) == (120, 40 + 24, 40 + 16, 44 + 12)
        assert (found.total.spi, found.total.cpi) == (Fraction(56, 64), Fraction(1))

    def test_are_in_money_by_the_rates_of_people_and_fixed_costs(
        self, project: Project, agreed: Tasks
    ) -> None:
        report(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        Task.objects.filter(pk=agreed["工程"].pk).update(progress_percentage=40)
        found = sums(project, MONEY)
        assert found.total.bac == 120 * 5_000 + 30_000
        # The fixed cost of the summary is spread over its fifteen days, of which eight are over.
        assert found.total.pv == 64 * 5_000 + 30_000 * 8 / 15
        assert found.total.ev == 40 * 5_000 + 12_000
        assert found.total.ac == 44 * 5_000 + 12_000
        assert found.total.ac == planned_costs([project.pk])[project.pk].to_date

    def test_of_a_day_that_is_over_are_those_of_then(self, project: Project, agreed: Tasks) -> None:
        report(agreed["設計"], dt.date(2026, 4, 7), 50, 10)
        report(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        report(agreed["開発"], dt.date(2026, 4, 14), 20, 12)
        assert hours(sums(project, on=dt.date(2026, 4, 7)).total) == (120, 16, 20, 10)
        assert hours(sums(project, on=dt.date(2026, 4, 6)).total) == (120, 8, 0, 0)
        assert hours(sums(project, on=dt.date(2026, 4, 1)).total) == (120, 0, 0, 0)
        assert hours(sums(project, on=dt.date(2027, 1, 1)).total) == (120, 120, 56, 56)

    def test_grow_day_by_day_to_what_stands_now(self, project: Project, agreed: Tasks) -> None:
        report(agreed["設計"], dt.date(2026, 4, 7), 50, 10)
        report(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        report(agreed["開発"], dt.date(2026, 4, 14), 20, 12)
        line = sums(project).line
        at = dict(zip(line.days, zip(line.earned, line.actual, strict=False), strict=False))
        assert at[dt.date(2026, 4, 5)] == (0, 0)
        assert at[dt.date(2026, 4, 8)] == (20 * 60, 10 * 60)
        assert at[dt.date(2026, 4, 11)] == (40 * 60, 44 * 60)
        assert at[TODAY] == (56 * 60, 56 * 60)
        assert line.planned == sorted(line.planned)
        assert line.planned[-1] == 120 * 60

    def test_lay_hours_on_their_days_in_whatever_order_they_are_entered(
        self, project: Project, agreed: Tasks
    ) -> None:
        """Of a sheet that is filled in from Friday back, each line has the sum of all that were entered before it."""
        for order, (day, total) in enumerate(((10, 8), (6, 15), (8, 19))):
            report(agreed["設計"], dt.date(2026, 4, day), 100, total)
            TaskProgress.objects.filter(actual_work_minutes=total * 60).update(
                recorded_at=timezone.make_aware(dt.datetime(2026, 4, 13, 9 + order))
            )
        line = sums(project).line
        spent = dict(zip(line.days, line.actual, strict=False))
        assert [spent[dt.date(2026, 4, day)] / 60 for day in (5, 6, 7, 8, 9, 10, 15)] == [
            0,
            7,
            7,
            11,
            11,
            19,
            19,
        ]
        assert hours(sums(project, on=dt.date(2026, 4, 8)).total)[3] == 11

    def test_take_progress_for_hours_where_none_were_reported(self, project: Project, agreed: Tasks) -> None:
        report(agreed["設計"], dt.date(2026, 4, 10), 75, 0)
        found = sums(project)
        assert (hours(found.total)[3], found.estimated) == (30, 1)

    def test_plan_for_what_left_the_plan_and_earn_nothing_for_it(
        self, project: Project, agreed: Tasks
    ) -> None:
        report(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        Task.objects.filter(pk=agreed["設計"].pk).update(deleted_at=timezone.now(), row_number=None)
        found = sums(project)
        assert hours(found.removed) == (40, 40, 0, 0)
        assert hours(found.total) == (120, 64, 0, 0)

    def test_of_a_row_are_those_of_all_below_it(self, project: Project, agreed: Tasks) -> None:
        report(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        found = sums(project)
        assert {pk: hours(value) for pk, value in found.parts.items()} == {
            agreed["工程"].pk: (120, 64, 40, 44), agreed["教育"].pk: (0, 0, 0, 0),
        }  # fmt: skip
        below = sums(project, under=agreed["工程"].pk)
        assert below.whole is not None
        assert hours(below.whole) == (120, 64, 40, 44)
        assert [hours(value) for value in below.parts.values()] == [(40, 40, 40, 44), (80, 24, 0, 0)]

    def test_say_how_late_it_is_in_days(self, project: Project, agreed: Tasks) -> None:
        report(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        schedule = sums(project).schedule
        assert schedule is not None
        # On the eighth day of work what the fifth should have brought.
        assert [int(each) for each in (schedule.earned, schedule.actual, schedule.sv)] == [5, 8, -3]
        assert schedule.earned.denominator == 1

    def test_of_months_add_up_to_the_whole(self, project: Project, agreed: Tasks) -> None:
        report(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        periods = sums(project).periods
        assert sum(each.planned for each in periods) == 120 * 60
        assert sum(each.earned or 0 for each in periods) == 40 * 60
        assert sum(each.actual or 0 for each in periods) == 44 * 60

    def test_need_as_many_queries_for_many_rows_as_for_few(self, project: Project, agreed: Tasks) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as captured:
                sums(project, MONEY)
            return len(captured)

        few = count()
        Task.objects.bulk_create(
            Task(
                organization=project.organization, project=project, name=f"追加{number}", row_number=100 + number,
                wbs_code=str(number), progress_percentage=30, start_minute=project.start_minute,
                finish_minute=project.start_minute + 540,
            )
            for number in range(300)
        )  # fmt: skip
        Project.objects.filter(pk=project.pk).update(revision=project.revision + 1)
        assert count() == few


class TestPage:
    def page(self, client: Client, project: Project, **asked: str) -> str:
        answer = client.get(reverse("reports:project_performance", args=[project.pk]), asked)
        assert answer.status_code == 200
        text: str = compact(answer)
        return text

    def test_shows_figures_with_their_formulas(
        self, project: Project, agreed: Tasks, leader_client: Client, admin_client: Client
    ) -> None:
        report(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        page = self.page(leader_client, project)
        assert "EV ÷ PV = 40h ÷ 64h" in page
        assert "予定した出来高の62.5%しか進んでいません（SPI 0.63）。" in page
        page = self.page(admin_client, project, **{"in": "money"})
        assert "¥630,000" in page

    def test_opens_a_row_down_to_the_task(
        self, project: Project, agreed: Tasks, leader_client: Client
    ) -> None:
        page = self.page(leader_client, project)
        assert f"under={agreed['工程'].pk}" in page
        page = self.page(leader_client, project, under=str(agreed["工程"].pk))
        assert reverse("tasks:task_detail", args=[agreed["設計"].pk]) in page

    def test_answers_with_the_part_that_is_asked_for(
        self, project: Project, agreed: Tasks, leader_client: Client
    ) -> None:
        address = reverse("reports:project_performance", args=[project.pk])
        for part, is_whole in (("performance", True), ("performance-parts", False)):
            answer = leader_client.get(
                address, {"under": agreed["工程"].pk}, headers={"HX-Request": "true", "HX-Target": part}
            )
            page = answer.content.decode()
            assert page.lstrip().startswith("<")
            assert ("<html" in page, "指標と計算" in page, f'id="{part}"' in page) == (False, is_whole, True)

    @pytest.mark.parametrize("under", ["0", "99999999", "x", "-4"])
    def test_knows_no_row_of_elsewhere(
        self, project: Project, agreed: Tasks, leader_client: Client, under: str
    ) -> None:
        assert "工程" in self.page(leader_client, project, under=under)

    @pytest.mark.parametrize("on", ["", "2026-02-31", "9999-12-31", "0001-01-01", "morgen"])
    def test_takes_today_for_a_day_that_is_none(
        self, project: Project, agreed: Tasks, leader_client: Client, on: str
    ) -> None:
        assert 'value="2026-04-15"' in self.page(leader_client, project, on=on)

    def test_takes_the_status_date_of_the_project(
        self, project: Project, agreed: Tasks, leader_client: Client
    ) -> None:
        Project.objects.filter(pk=project.pk).update(status_on=dt.date(2026, 4, 8))
        assert 'value="2026-04-08"' in self.page(leader_client, project)

    def test_shows_money_to_those_alone_who_may_see_it(
        self, project: Project, agreed: Tasks, viewer_client: Client
    ) -> None:
        assert "in=money" not in self.page(viewer_client, project)
        address = reverse("reports:project_performance", args=[project.pk])
        assert viewer_client.get(address, {"in": "money"}).status_code == 403

    def test_says_what_is_missing(
        self,
        project: Project,
        plan: Any,
        leader_client: Client,
        viewer_client: Client,
        admin_client: Client,
        cast: Any,
    ) -> None:
        assert "比べる計画がまだありません" in self.page(leader_client, project)
        address = reverse("tasks:baseline_list", args=[project.pk])
        assert "ベースラインを設定する" not in self.page(viewer_client, project)
        assert f'href="{address}"' in self.page(leader_client, project)
        plan(("設計", 1, 5))
        take_baseline(project=project, actor=cast.leader, name="承認時")
        assert "ベースラインに工数がありません" in self.page(leader_client, project)
        assert "ベースラインに費用がありません" in self.page(admin_client, project, **{"in": "money"})

    def test_says_that_a_baseline_has_some_rows_only(
        self, project: Project, agreed: Tasks, leader_client: Client, cast: Any
    ) -> None:
        take_baseline(
            project=project, actor=cast.leader, name="設計だけ", rows=Asked([(2, 2)], False), is_chosen=True
        )
        page = self.page(leader_client, project)
        assert "一部の行のベースラインです" in page
        assert hours(sums(project).total)[0] == 40
