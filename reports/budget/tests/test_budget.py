"""収支 of a project: its lines as they are typed, people by hours and rates, and sums that are those of their parts."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import AuditEntry, OrganizationMember, Project
from reports.budget.selectors import budget_of, labour_of, window_of
from resources.models import Resource, ResourceRate
from tasks.budget.services import LAYERS, MOST_LINES, OvertakenLinesError, TypedLine, save_lines
from tasks.editing.fields import set_assignees
from tasks.models import BudgetAmount, BudgetLine, Task, TimeEntry, Timesheet
from tasks.staffing.selectors import MonthWindow

MONDAY = dt.date(2026, 4, 6)
APRIL = 2026 * 12 + 3
YEAR = MonthWindow(APRIL)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """In May, the second month of the plans of the tests."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: dt.date(2026, 5, 11))


@pytest.fixture
def sees(cast: Any) -> Any:
    """Those of the project who see money."""
    OrganizationMember.objects.filter(user__in=[cast.leader, cast.viewer]).update(may_see_money=True)
    return cast


def put(project: Project, actor: Any, layer: str = "planned", **more: Any) -> BudgetLine:
    typed = TypedLine(**({"kind": "outsourcing", "name": "検証の外注"} | more))
    save_lines(project=project, actor=actor, layer=layer, typed=[typed])
    return BudgetLine.objects.filter(project=project).latest("pk")


def found(project: Project) -> Any:
    return budget_of(project, YEAR, timezone.localdate())


class TestLines:
    def test_are_kept_by_month_and_layer(self, project, sees):
        line = put(
            project, sees.leader, amounts={APRIL: Decimal(100), APRIL + 1: Decimal(-30), APRIL + 2: None}
        )
        typed = TypedLine("outsourcing", "検証の外注", amounts={APRIL: Decimal(120)}, pk=line.pk)
        save_lines(project=project, actor=sees.leader, layer="actual", typed=[typed])
        rows = BudgetAmount.objects.filter(line=line).order_by("month").values_list("month", *LAYERS)
        assert list(rows) == [(APRIL, 100, 120, None), (APRIL + 1, -30, None, None)]
        entries = AuditEntry.objects.filter(project=project, action__startswith="budget.").order_by("pk")
        assert [entry.action for entry in entries] == ["budget.added", "budget.edited"]
        assert (entries[0].after["planned"], entries[1].after["actual"]) == (70, 120)

    def test_have_no_month_of_which_nothing_is_said(self, project, sees):
        line = put(project, sees.leader, amounts={APRIL: Decimal(100)})
        typed = TypedLine("outsourcing", "検証の外注", amounts={APRIL: None}, pk=line.pk)
        save_lines(project=project, actor=sees.leader, layer="planned", typed=[typed])
        assert not BudgetAmount.objects.filter(line=line).exists()

    def test_are_not_overwritten_unseen(self, project, sees):
        line = put(project, sees.leader, amounts={APRIL: Decimal(100)})
        typed = TypedLine("outsourcing", "別の名前", pk=line.pk)
        save_lines(project=project, actor=sees.leader, layer="planned", typed=[typed])
        with pytest.raises(OvertakenLinesError):
            save_lines(
                project=project,
                actor=sees.leader,
                layer="planned",
                typed=[TypedLine("expense", "x", pk=line.pk)],
            )
        line.delete()
        with pytest.raises(OvertakenLinesError):
            save_lines(project=project, actor=sees.leader, layer="planned", typed=[typed])

    def test_are_no_more_than_a_form_holds(self, project, sees):
        BudgetLine.objects.bulk_create(
            BudgetLine(
                organization=project.organization, project=project, kind="expense", name=f"経費{place}"
            )
            for place in range(MOST_LINES)
        )
        with pytest.raises(RuleBrokenError, match=f"{MOST_LINES}件"):
            put(project, sees.leader)

    def test_are_for_those_who_see_money_and_edit_the_project(self, project, cast):
        with pytest.raises(NotAllowedError):
            put(project, cast.leader)
        OrganizationMember.objects.filter(user=cast.viewer).update(may_see_money=True)
        with pytest.raises(NotAllowedError):
            put(project, cast.viewer)


class TestLabour:
    @pytest.fixture
    def ann(self, project: Project, chain: dict[str, Any], cast: Any) -> Resource:
        """On 設計, 4/6 to 4/10, and 試験, 4/27 to 4/30 without the holiday; her rate rises on 4/9."""
        ann = Resource.objects.create(organization=project.organization, name="Ann")
        for day, rate in ((dt.date(2026, 1, 1), 3_000), (dt.date(2026, 4, 9), 4_000)):
            ResourceRate.objects.create(
                organization=project.organization, resource=ann, valid_from=day, cost_per_hour=rate
            )
        set_assignees(task=chain["設計"], units={ann.pk: 100}, actor=cast.leader)
        return ann

    def enter(self, person: Resource, task: Task, day: dt.date, minutes: int) -> None:
        own: dict[str, Any] = {"organization": person.organization}
        week = day - dt.timedelta(days=day.weekday())
        sheet, _ = Timesheet.objects.get_or_create(**own, resource=person, week_on=week)
        TimeEntry.objects.create(
            **own, sheet=sheet, task=task, project=task.project, worked_on=day, minutes=minutes
        )

    def test_is_the_rate_of_each_day(self, project, chain, ann):
        self.enter(ann, chain["設計"], dt.date(2026, 4, 8), 60)
        self.enter(ann, chain["設計"], dt.date(2026, 4, 9), 90)
        labour = labour_of(project)
        assert labour.planned == {APRIL: 3 * 8 * 3_000 + 2 * 8 * 4_000}
        assert labour.actual == {APRIL: 3_000 + 6_000}
        assert not labour.without_rate

    def test_says_whose_hours_cost_nothing(self, project, chain, ann, cast):
        bob = Resource.objects.create(organization=project.organization, name="Bob")
        set_assignees(task=chain["開発"], units={bob.pk: 100}, actor=cast.leader)
        assert labour_of(project).without_rate == {bob.pk}

    def test_is_expected_as_it_came_and_as_it_is_planned(self, project, chain, ann):
        self.enter(ann, chain["設計"], dt.date(2026, 4, 8), 60)
        self.enter(ann, chain["設計"], dt.date(2026, 5, 8), 60)
        row = found(project).rows["labour", "forecast"]
        # April is over: what was worked. May is under way, and nothing is planned for it.
        assert row.months[:3] == [3_000, 4_000, 0]


class TestBudget:
    def test_sums_up_costs_and_what_is_left(self, project, sees):
        put(project, sees.leader, amounts={APRIL: Decimal(100)})
        put(project, sees.leader, kind="expense", name="出張", amounts={APRIL: Decimal(20)})
        put(project, sees.leader, kind="revenue", name="検収", amounts={APRIL + 2: Decimal(300)})
        rows = found(project).rows
        assert rows["cost", "planned"].months[0] == 120
        assert rows["profit", "planned"].months[:3] == [-120, 0, 300]
        assert rows["profit", "planned"].total == 180

    def test_expects_what_is_said_else_what_came_else_what_was_planned(self, project, sees):
        line = put(project, sees.leader, amounts={APRIL + place: Decimal(100) for place in range(3)})
        for layer, amounts in (("actual", {APRIL: 110, APRIL + 1: 120}), ("forecast", {APRIL + 1: 130})):
            line.refresh_from_db()
            typed = TypedLine(
                line.kind, line.name, amounts={month: Decimal(value) for month, value in amounts.items()}, pk=line.pk,
                version=line.version,
            )  # fmt: skip
            save_lines(project=project, actor=sees.leader, layer=layer, typed=[typed])
        assert found(project).rows["outsourcing", "forecast"].months[:3] == [110, 130, 100]

    def test_of_all_is_that_of_its_parts(self, project, sees):
        chance = random.Random(11)
        for place in range(12):
            kind = chance.choice(["outsourcing", "expense", "revenue"])
            amounts = {
                APRIL + chance.randrange(-6, 20): Decimal(chance.randrange(-500, 5_000)) for _ in range(6)
            }
            put(project, sees.leader, chance.choice(LAYERS), kind=kind, name=f"明細{place}", amounts=amounts)
        rows = found(project).rows
        for layer in LAYERS:
            parts = [rows[kind, layer] for kind in ("labour", "outsourcing", "expense")]
            assert rows["cost", layer].total == sum(part.total for part in parts)
            assert rows["cost", layer].months == [
                sum(each) for each in zip(*(part.months for part in parts), strict=True)
            ]
            assert rows["profit", layer].total == rows["revenue", layer].total - rows["cost", layer].total
        for layer in ("planned", "actual"):
            stored = sum(
                getattr(amount, layer) or 0
                for amount in BudgetAmount.objects.filter(line__project=project, line__kind="revenue")
            )
            assert rows["revenue", layer].total == stored

    def test_begins_with_the_year_of_the_office(self, project):
        for asked, first in (("2026-04", APRIL), ("2027-03", APRIL), ("2027-04", APRIL + 12), ("x", APRIL)):
            assert window_of(project, asked, dt.date(2026, 5, 11)).first == first

    def test_asks_as_often_for_many_lines_as_for_one(self, leader_client, project, sees):
        put(project, sees.leader, amounts={APRIL: Decimal(100)})
        address = reverse("reports:project_budget", args=[project.pk])
        leader_client.get(address)
        with CaptureQueriesContext(connection) as one:
            leader_client.get(address)
        for place in range(30):
            put(project, sees.leader, name=f"外注{place}", amounts={APRIL + place: Decimal(place)})
        with CaptureQueriesContext(connection) as many:
            leader_client.get(address)
        assert len(many) == len(one)


class TestPage:
    def test_takes_what_is_typed(self, leader_client, project, sees):
        address = reverse(
            "reports:project_budget", args=[project.pk], query={"of": "actual", "from": "2026-04"}
        )
        data = {
            "n0-kind": "revenue", "n0-tax": "with", "n0-name": "検収", "n0-partner": "見本銀行", f"n0-m{APRIL}": "１，２００，０００円",
            "n1-kind": "expense", "n1-tax": "without",
        }  # fmt: skip
        assert leader_client.post(address, data).status_code == 302
        (amount,) = BudgetAmount.objects.filter(line__project=project)
        assert (amount.actual, amount.line.tax, amount.line.partner) == (1_200_000, "with", "見本銀行")
        page = leader_client.get(address).content.decode()
        assert 'value="1,200,000"' in page
        assert leader_client.post(address, {**data, f"n0-m{APRIL}": "たくさん"}).status_code == 422

    def test_shows_what_is_there_where_another_user_was_first(self, leader_client, project, sees):
        line = put(project, sees.leader, amounts={APRIL: Decimal(100)})
        BudgetLine.objects.filter(pk=line.pk).update(version=5, name="今の名前")
        data = {
            f"r{line.pk}-kind": "expense",
            f"r{line.pk}-tax": "with",
            f"r{line.pk}-name": "x",
            f"r{line.pk}-version": 0,
        }
        answer = leader_client.post(reverse("reports:project_budget", args=[project.pk]), data)
        assert answer.status_code == 409
        assert "今の名前" in answer.content.decode()

    def test_is_read_by_those_who_see_money_alone(self, viewer_client, contributor_client, project, sees):
        put(project, sees.leader, amounts={APRIL: Decimal(98_765)})
        address = reverse("reports:project_budget", args=[project.pk])
        page = viewer_client.get(address).content.decode()
        assert "98,765" in page
        assert viewer_client.post(address, {}).status_code == 403
        assert contributor_client.get(address).status_code == 403
