"""What resources cost, and who may know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from projects.models import AuditEntry
from projects.models.encrypted import reveal
from projects.permissions import System
from resources.models import Resource, ResourceRate
from resources.selectors.detail import rates_of
from resources.services.rates import add_rate
from resources.tests.conftest import TODAY
from tests.pages import compact

TYPED = {"valid_from": "2026/10/01", "cost_per_hour": "6,500"}


@pytest.fixture
def rate(contributor: Resource) -> ResourceRate:
    """¥5,000 an hour since 2025-04-01."""
    return add_rate(
        resource=contributor, valid_from=date(2025, 4, 1), cost_per_hour=Decimal(5000), actor=System("test")
    )


@pytest.fixture
def paid_pmo_client(person: Any, client_of: Any) -> Client:
    """Looks after resources and sees money."""
    return client_of(person("rich", role="pmo", may_see_money=True))


@pytest.fixture
def paid_client(person: Any, client_of: Any) -> Client:
    """Sees money, and nothing more."""
    return client_of(person("money", may_see_money=True))


class TestRates:
    def test_hold_until_the_next_one_begins(self, contributor: Resource, rate: ResourceRate) -> None:
        add_rate(
            resource=contributor,
            valid_from=date(2026, 10, 1),
            cost_per_hour=Decimal(6500),
            actor=System("test"),
        )
        lines = rates_of(contributor, today=TODAY)
        assert [(int(line.rate.cost_per_hour), line.last_on, line.is_current) for line in lines] == [
            (6500, None, False),
            (5000, date(2026, 9, 30), True),
        ]


class TestRateAdd:
    def url(self, resource: Resource) -> str:
        return f"/resources/{resource.pk}/rates/new/"

    def test_begins_on_a_day_and_leaves_the_past_alone(
        self, paid_pmo_client: Client, contributor: Resource, rate: ResourceRate
    ) -> None:
        assert paid_pmo_client.post(self.url(contributor), TYPED).status_code == 302
        made = ResourceRate.objects.get(valid_from=date(2026, 10, 1))
        assert made.cost_per_hour == 6500
        rate.refresh_from_db()
        assert (rate.valid_from, int(rate.cost_per_hour)) == (date(2025, 4, 1), 5000)
        entry = AuditEntry.objects.filter(action="rate.added").latest("pk")
        assert (entry.after["resource"], entry.after["valid_from"]) == (contributor.pk, "2026-10-01")
        assert reveal(entry.after["cost_per_hour"]) == 6500

    @pytest.mark.parametrize(
        ("typed", "amount"), [("12.5", "12.50"), ("￥１，２００", "1200.00"), ("0", "0.00")]
    )
    def test_reads_amounts_as_people_type_them(
        self, paid_pmo_client: Client, contributor: Resource, typed: str, amount: str
    ) -> None:
        paid_pmo_client.post(self.url(contributor), TYPED | {"cost_per_hour": typed})
        assert str(ResourceRate.objects.get().cost_per_hour) == amount

    @pytest.mark.parametrize(
        "change",
        [
            {"valid_from": "2025/04/01"},  # there is one of this day
            {"valid_from": ""},
            {"cost_per_hour": ""},
            {"cost_per_hour": "-1"},
            {"cost_per_hour": "1.234"},
            {"cost_per_hour": "12345678901"},
            {"cost_per_hour": "NaN"},
        ],
    )
    def test_refuses_nonsense(
        self, paid_pmo_client: Client, contributor: Resource, rate: ResourceRate, change: dict[str, str]
    ) -> None:
        assert paid_pmo_client.post(self.url(contributor), TYPED | change).status_code == 422
        assert ResourceRate.objects.count() == 1

    def test_names_the_unit_of_material(self, paid_pmo_client: Client, make: Any) -> None:
        html = compact(paid_pmo_client.get(self.url(make("鋼板", kind="material", unit="枚"))))
        assert "円／枚" in html

    def test_costs_the_same_beside_many(
        self, paid_pmo_client: Client, contributor: Resource, rate: ResourceRate, queries_of: Any
    ) -> None:
        few = queries_of(paid_pmo_client, self.url(contributor), TYPED)
        ResourceRate.objects.bulk_create(
            ResourceRate(
                organization_id=contributor.organization_id, resource=contributor, valid_from=date(1990 + n, 1, 1),
                cost_per_hour=n,
            )
            for n in range(30)
        )  # fmt: skip
        assert queries_of(paid_pmo_client, self.url(contributor), TYPED | {"valid_from": "2027/01/01"}) == few


class TestRateEdit:
    def url(self, rate: ResourceRate) -> str:
        return f"/resources/{rate.resource_id}/rates/{rate.pk}/"

    def test_corrects_amount_and_day(self, paid_pmo_client: Client, rate: ResourceRate) -> None:
        assert paid_pmo_client.post(self.url(rate), TYPED).status_code == 302
        rate.refresh_from_db()
        assert (rate.valid_from, int(rate.cost_per_hour)) == (date(2026, 10, 1), 6500)
        entry = AuditEntry.objects.filter(action="rate.edited").latest("pk")
        assert [reveal(side["cost_per_hour"]) for side in (entry.before, entry.after)] == [5000, 6500]

    def test_shows_what_stands(self, paid_pmo_client: Client, rate: ResourceRate) -> None:
        assert 'value="5,000"' in compact(paid_pmo_client.get(self.url(rate)))

    def test_refuses_the_day_of_another(
        self, paid_pmo_client: Client, contributor: Resource, rate: ResourceRate
    ) -> None:
        paid_pmo_client.post(f"/resources/{contributor.pk}/rates/new/", TYPED)
        assert paid_pmo_client.post(self.url(rate), TYPED).status_code == 422

    def test_finds_no_rate_of_another_resource(
        self, paid_pmo_client: Client, rate: ResourceRate, make: Any
    ) -> None:
        other = make("別の人")
        for act in ("", "remove/"):
            assert (
                paid_pmo_client.post(f"/resources/{other.pk}/rates/{rate.pk}/{act}", TYPED).status_code == 404
            )


class TestRateRemove:
    def test_asks_then_lets_the_rate_before_hold_on(
        self, paid_pmo_client: Client, rate: ResourceRate
    ) -> None:
        url = f"/resources/{rate.resource_id}/rates/{rate.pk}/remove/"
        assert "2025/04/01からの単価を削除しますか" in compact(paid_pmo_client.get(url))
        assert paid_pmo_client.post(url).status_code == 302
        assert not ResourceRate.objects.exists()
        entry = AuditEntry.objects.filter(action="rate.removed").latest("pk")
        assert (entry.before["valid_from"], entry.after) == ("2025-04-01", {"resource": rate.resource_id})


class TestMoney:
    """Rates need both: to look after resources, and to see money."""

    @pytest.mark.parametrize(
        ("client", "status"),
        [
            ("paid_pmo_client", 302),
            ("admin_client", 302),
            ("pmo_client", 403),
            ("paid_client", 403),
            ("contributor_client", 403),  # not even their own
            ("guest_client", 403),
            ("stranger_client", 404),
        ],
    )
    def test_is_changed_by_no_one_else(
        self, request: Any, contributor: Resource, rate: ResourceRate, client: str, status: int
    ) -> None:
        signed_in = request.getfixturevalue(client)
        base = f"/resources/{contributor.pk}/rates/"
        shown = 200 if status == 302 else status
        for url in (f"{base}new/", f"{base}{rate.pk}/", f"{base}{rate.pk}/remove/"):
            assert signed_in.get(url).status_code == shown
        typed = TYPED | {"valid_from": "2027/04/01"}
        assert signed_in.post(f"{base}new/", typed).status_code == status
        assert signed_in.post(f"{base}{rate.pk}/", TYPED).status_code == status
        assert signed_in.post(f"{base}{rate.pk}/remove/").status_code == status
        assert ResourceRate.objects.filter(pk=rate.pk).exists() == (status != 302)

    @pytest.mark.parametrize("path", ["/resources/", "/resources/{}/", "/resources/skills/"])
    def test_never_reaches_the_pages_of_others(
        self,
        pmo_client: Client,
        contributor_client: Client,
        contributor: Resource,
        rate: ResourceRate,
        path: str,
    ) -> None:
        ResourceRate.objects.filter(pk=rate.pk).update(cost_per_hour=7531)
        for client in (pmo_client, contributor_client):
            html = compact(client.get(path.format(contributor.pk)))
            assert "7531" not in html.replace(",", "")
