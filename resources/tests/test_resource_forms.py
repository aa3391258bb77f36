"""Resources are registered, changed, put away and brought back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from projects.models import AuditEntry, Calendar
from resources.models import Resource
from resources.tests.conftest import last_record, page

PERSON = {
    "name": "群青 匠",
    "kana": "ぐんじょう たくみ",
    "department": "開発1課",
    "capacity_percentage": "80",
}


class TestResourceAdd:
    URL = "/resources/new/"

    def test_registers_a_person(self, pmo_client: Client, cast: Any, organization: Any) -> None:
        calendar = Calendar.objects.create(
            organization=organization, name="時短", week=[[[540, 900]]] * 5 + [[], []]
        )
        typed = PERSON | {"user": cast.planner.pk, "calendar": calendar.pk}
        answer = pmo_client.post(self.URL, typed)
        made = Resource.objects.get(name="群青 匠")
        assert answer["Location"] == f"/resources/{made.pk}/"
        assert (made.kind, made.user, made.calendar, made.capacity_percentage) == (
            "person", cast.planner, calendar, 80,
        )  # fmt: skip
        entry = last_record("resource.added")
        assert (entry.target_type, entry.target_id, entry.after["resource"]) == ("resource", made.pk, made.pk)

    def test_registers_ten_machines_as_one(self, pmo_client: Client) -> None:
        pmo_client.post(f"{self.URL}?kind=equipment", {"name": "貸出PC", "capacity_percentage": "1000"})
        assert Resource.objects.get().capacity_percentage == 1000

    def test_registers_material_without_hours(self, pmo_client: Client) -> None:
        pmo_client.post(
            f"{self.URL}?kind=material", {"name": "鋼板", "unit": "枚", "capacity_percentage": "5"}
        )
        made = Resource.objects.get()
        assert (made.kind, made.unit, made.capacity_percentage, made.user) == ("material", "枚", 100, None)

    @pytest.mark.parametrize(
        ("kind", "change"),
        [
            ("person", {"name": "  "}),
            ("person", {"name": "長" * 201}),
            ("person", {"capacity_percentage": "0"}),
            ("person", {"capacity_percentage": "101"}),
            ("person", {"capacity_percentage": "x"}),
            ("equipment", {"capacity_percentage": "1001"}),
            ("person", {"calendar": "0"}),
            ("person", {"user": "0"}),
        ],
    )
    def test_refuses_nonsense(self, pmo_client: Client, kind: str, change: dict[str, str]) -> None:
        assert pmo_client.post(f"{self.URL}?kind={kind}", PERSON | change).status_code == 422
        assert not Resource.objects.exists()

    def test_links_an_account_once(self, pmo_client: Client, contributor: Resource, cast: Any) -> None:
        answer = pmo_client.post(self.URL, PERSON | {"user": cast.contributor.pk})
        assert answer.status_code == 422
        assert Resource.objects.count() == 1

    def test_knows_neither_people_nor_calendars_of_others(self, pmo_client: Client, cast: Any) -> None:
        other = Calendar.objects.create(
            organization=cast.stranger.memberships.get().organization, name="余所", week=[[]] * 7
        )
        assert pmo_client.post(self.URL, PERSON | {"user": cast.stranger.pk}).status_code == 422
        assert pmo_client.post(self.URL, PERSON | {"calendar": other.pk}).status_code == 422

    def test_needs_who_looks_after_resources(self, leader_client: Client, guest_client: Client) -> None:
        for client in (leader_client, guest_client):
            assert client.get(self.URL).status_code == 403
            assert client.post(self.URL, PERSON).status_code == 403

    def test_puts_what_strangers_add_into_their_own_organization(
        self, stranger_client: Client, organization: Any
    ) -> None:
        stranger_client.post(self.URL, PERSON)
        assert Resource.objects.get().organization != organization


class TestResourceEdit:
    def url(self, resource: Resource) -> str:
        return f"/resources/{resource.pk}/edit/"

    def test_changes_facts_and_records_what_changed(self, pmo_client: Client, contributor: Resource) -> None:
        typed = PERSON | {"name": contributor.name, "kana": contributor.kana, "user": contributor.user_id}
        assert pmo_client.post(self.url(contributor), typed).status_code == 302
        contributor.refresh_from_db()
        assert (contributor.department, contributor.capacity_percentage) == ("開発1課", 80)
        entry = last_record("resource.edited")
        assert entry.before == {"department": "", "capacity_percentage": 100}
        assert entry.after == {"resource": contributor.pk, "department": "開発1課", "capacity_percentage": 80}

    def test_records_nothing_when_nothing_changed(self, pmo_client: Client, contributor: Resource) -> None:
        typed = {"name": contributor.name, "kana": contributor.kana, "user": contributor.user_id}
        assert (
            pmo_client.post(self.url(contributor), typed | {"capacity_percentage": "100"}).status_code == 302
        )
        assert not AuditEntry.objects.filter(action="resource.edited").exists()

    def test_lets_an_account_go(self, pmo_client: Client, contributor: Resource) -> None:
        pmo_client.post(self.url(contributor), PERSON | {"user": ""})
        contributor.refresh_from_db()
        assert contributor.user is None

    def test_shows_what_stands(self, pmo_client: Client, contributor: Resource) -> None:
        html = page(pmo_client, self.url(contributor))
        assert f'value="{contributor.user_id}" selected' in html
        assert 'value="あかねべ はると"' in html

    def test_refuses_nonsense(self, pmo_client: Client, contributor: Resource) -> None:
        assert (
            pmo_client.post(self.url(contributor), PERSON | {"capacity_percentage": "500"}).status_code == 422
        )

    def test_is_hidden_from_strangers(self, stranger_client: Client, contributor: Resource) -> None:
        assert stranger_client.post(self.url(contributor), PERSON).status_code == 404

    def test_needs_who_looks_after_resources(
        self, contributor_client: Client, guest_client: Client, contributor: Resource
    ) -> None:
        for client in (contributor_client, guest_client):
            assert client.get(self.url(contributor)).status_code == 403
            assert client.post(self.url(contributor), PERSON).status_code == 403

    def test_costs_the_same_in_a_crowd(
        self, pmo_client: Client, contributor: Resource, make: Any, queries_of: Any
    ) -> None:
        pmo_client.post(self.url(contributor), PERSON)
        few = queries_of(pmo_client, self.url(contributor), PERSON | {"department": "A"})
        for number in range(30):
            make(f"人 {number}")
        assert queries_of(pmo_client, self.url(contributor), PERSON | {"department": "B"}) == few


class TestResourceDeactivate:
    def url(self, resource: Resource, act: str = "deactivate") -> str:
        return f"/resources/{resource.pk}/{act}/"

    def test_asks_first(self, pmo_client: Client, contributor: Resource) -> None:
        assert "「茜部 陽斗」を無効にしますか" in page(pmo_client, self.url(contributor))
        assert Resource.objects.get(pk=contributor.pk).is_active

    def test_takes_it_out_and_brings_it_back(self, pmo_client: Client, contributor: Resource) -> None:
        assert pmo_client.post(self.url(contributor)).status_code == 302
        assert not Resource.objects.get(pk=contributor.pk).is_active
        assert last_record("resource.deactivated").after == {"resource": contributor.pk}
        assert pmo_client.post(self.url(contributor, "activate")).status_code == 302
        assert Resource.objects.get(pk=contributor.pk).is_active
        assert last_record("resource.activated").target_id == contributor.pk

    def test_twice_is_recorded_once(self, pmo_client: Client, contributor: Resource) -> None:
        for _ in range(2):
            pmo_client.post(self.url(contributor))
        assert AuditEntry.objects.filter(action="resource.deactivated").count() == 1

    @pytest.mark.parametrize("act", ["deactivate", "activate"])
    def test_is_hidden_from_strangers_and_needs_who_looks_after_resources(
        self, stranger_client: Client, contributor_client: Client, contributor: Resource, act: str
    ) -> None:
        assert stranger_client.post(self.url(contributor, act)).status_code == 404
        assert contributor_client.post(self.url(contributor, act)).status_code == 403

    def test_activate_rejects_get(self, pmo_client: Client, contributor: Resource) -> None:
        assert pmo_client.get(self.url(contributor, "activate")).status_code == 405
