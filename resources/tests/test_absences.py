"""When a person is away: entered by themselves, or by who looks after resources."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import AuditEntry
from projects.permissions import System
from resources.models import Absence, Resource
from resources.services.absences import add_absence
from resources.tests.conftest import last_record
from tests.pages import compact

TYPED = {
    "first_on": "2026/04/14",
    "last_on": "2026/04/16",
    "portion": "day",
    "kind": "paid",
    "reason": "帰省",
}


@pytest.fixture
def away(contributor: Resource) -> Absence:
    """The contributor is away from 2026-04-20 to 22."""
    return add_absence(
        resource=contributor, actor=System("test"), first_on=date(2026, 4, 20), last_on=date(2026, 4, 22),
        portion="day", kind="training", reason="",
    )  # fmt: skip


class TestAbsenceAdd:
    def url(self, resource: Resource) -> str:
        return f"/resources/{resource.pk}/absences/new/"

    def test_lets_people_enter_their_own(
        self, contributor_client: Client, contributor: Resource, cast: Any
    ) -> None:
        answer = contributor_client.post(self.url(contributor), TYPED)
        assert answer["Location"] == f"/resources/{contributor.pk}/"
        absence = Absence.objects.get()
        assert (absence.first_on, absence.last_on, absence.kind) == (
            date(2026, 4, 14),
            date(2026, 4, 16),
            "paid",
        )
        entry = last_record("absence.added")
        assert (entry.actor, entry.target_type, entry.target_id) == (cast.contributor, "absence", absence.pk)
        assert entry.after["resource"] == contributor.pk

    def test_lets_the_pmo_enter_anyones(self, pmo_client: Client, contributor: Resource) -> None:
        assert pmo_client.post(self.url(contributor), TYPED).status_code == 302
        assert Absence.objects.get().resource == contributor

    def test_takes_one_day_where_no_last_one_is_typed(
        self, contributor_client: Client, contributor: Resource
    ) -> None:
        contributor_client.post(self.url(contributor), TYPED | {"last_on": ""})
        assert Absence.objects.get().last_on == date(2026, 4, 14)

    def test_takes_the_morning_and_the_afternoon_of_one_day(
        self, contributor_client: Client, contributor: Resource
    ) -> None:
        for portion in ("morning", "afternoon"):
            typed = TYPED | {"last_on": "", "portion": portion}
            assert contributor_client.post(self.url(contributor), typed).status_code == 302
        assert Absence.objects.count() == 2

    @pytest.mark.parametrize(
        ("portion", "first", "last"),
        [
            ("day", "2026/04/22", "2026/04/30"),
            ("day", "2026/04/01", "2026/04/30"),
            ("day", "2026/04/21", "2026/04/21"),
            ("morning", "2026/04/20", "2026/04/20"),
        ],
    )
    def test_refuses_what_overlaps_and_names_the_other_one(
        self,
        contributor_client: Client,
        contributor: Resource,
        away: Absence,
        portion: str,
        first: str,
        last: str,
    ) -> None:
        typed = TYPED | {"portion": portion, "first_on": first, "last_on": last}
        answer = contributor_client.post(self.url(contributor), typed)
        assert answer.status_code == 422
        assert "2026/04/20–2026/04/22（終日）の研修と重なります。" in compact(answer)
        assert Absence.objects.count() == 1

    def test_refuses_a_day_of_which_half_is_off(
        self, contributor_client: Client, contributor: Resource
    ) -> None:
        half = TYPED | {"last_on": "", "portion": "morning"}
        assert contributor_client.post(self.url(contributor), half).status_code == 302
        assert contributor_client.post(self.url(contributor), half).status_code == 422
        assert contributor_client.post(self.url(contributor), TYPED).status_code == 422

    def test_lets_no_one_come_between_looking_and_writing(self, contributor: Resource) -> None:
        with CaptureQueriesContext(connection) as captured:
            add_absence(
                resource=contributor,
                actor=System("test"),
                first_on=date(2026, 4, 1),
                last_on=date(2026, 4, 1),
            )
        statements = [query["sql"] for query in captured]
        locked = next(n for n, sql in enumerate(statements) if "FOR NO KEY UPDATE" in sql)
        looked = next(n for n, sql in enumerate(statements) if 'FROM "absences"' in sql)
        assert '"resources"."id" = ' in statements[locked]
        assert locked < looked

    def test_takes_the_day_after(
        self, contributor_client: Client, contributor: Resource, away: Absence
    ) -> None:
        typed = TYPED | {"first_on": "2026/04/23", "last_on": "2026/04/23"}
        assert contributor_client.post(self.url(contributor), typed).status_code == 302

    @pytest.mark.parametrize(
        "change",
        [
            {"first_on": ""},
            {"first_on": "きのう"},
            {"last_on": "2026/04/13"},
            {"last_on": "2036/04/13"},
            {"portion": "night"},
            {"portion": "morning", "last_on": "2028/04/13"},
            {"kind": "holiday"},
            {"reason": "長" * 61},
        ],
    )
    def test_refuses_nonsense(
        self, contributor_client: Client, contributor: Resource, change: dict[str, str]
    ) -> None:
        assert contributor_client.post(self.url(contributor), TYPED | change).status_code == 422
        assert not Absence.objects.exists()

    def test_refuses_material(self, pmo_client: Client, make: Callable[..., Resource]) -> None:
        steel = make("鋼板", kind="material")
        assert pmo_client.post(self.url(steel), TYPED).status_code == 422

    def test_begins_with_maintenance_for_machines(
        self, pmo_client: Client, make: Callable[..., Resource]
    ) -> None:
        html = compact(pmo_client.get(self.url(make("溶接ロボット", kind="equipment"))))
        assert '<option value="maintenance" selected>' in html

    def test_is_hidden_from_strangers(self, stranger_client: Client, contributor: Resource) -> None:
        assert stranger_client.post(self.url(contributor), TYPED).status_code == 404

    def test_of_others_needs_who_looks_after_resources(
        self, leader_client: Client, guest_client: Client, contributor: Resource
    ) -> None:
        for client in (leader_client, guest_client):
            assert client.get(self.url(contributor)).status_code == 403
            assert client.post(self.url(contributor), TYPED).status_code == 403
        assert not Absence.objects.exists()

    def test_is_closed_to_a_guest_even_for_their_own(
        self, person: Any, client_of: Any, make: Callable[..., Resource]
    ) -> None:
        guest = person("visitor", role="guest")
        own = make("出向者", user=guest)
        assert client_of(guest).post(self.url(own), TYPED).status_code == 403

    def test_costs_the_same_beside_many(
        self, contributor_client: Client, contributor: Resource, organization: Any, queries_of: Any
    ) -> None:
        few = queries_of(contributor_client, self.url(contributor), TYPED)
        Absence.objects.bulk_create(
            Absence(organization=organization, resource=contributor, first_on=day, last_on=day)
            for day in (date(2027, 1, number) for number in range(1, 31))
        )
        later = TYPED | {"first_on": "2026/06/01", "last_on": "2026/06/01"}
        # The third entry continues a chain that is longer by one; nothing else differs.
        assert queries_of(contributor_client, self.url(contributor), later) == few


class TestAbsenceEdit:
    def url(self, absence: Absence) -> str:
        return f"/resources/{absence.resource_id}/absences/{absence.pk}/"

    def test_moves_days_and_records_both(self, contributor_client: Client, away: Absence) -> None:
        typed = TYPED | {"first_on": "2026/04/21", "last_on": "2026/04/21", "portion": "afternoon"}
        assert contributor_client.post(self.url(away), typed).status_code == 302
        away.refresh_from_db()
        assert (away.first_on, away.last_on, away.portion) == (
            date(2026, 4, 21),
            date(2026, 4, 21),
            "afternoon",
        )
        entry = last_record("absence.edited")
        assert (entry.before["first_on"], entry.after["first_on"]) == ("2026-04-20", "2026-04-21")
        assert entry.after["resource"] == away.resource_id

    def test_records_nothing_when_nothing_changed(self, contributor_client: Client, away: Absence) -> None:
        typed = {"first_on": "2026/04/20", "last_on": "2026/04/22", "portion": "day", "kind": "training"}
        assert contributor_client.post(self.url(away), typed).status_code == 302
        assert not AuditEntry.objects.filter(action="absence.edited").exists()

    def test_corrects_the_past(self, contributor_client: Client, away: Absence) -> None:
        Absence.objects.filter(pk=away.pk).update(first_on=date(2025, 4, 1), last_on=date(2025, 4, 2))
        typed = TYPED | {"first_on": "2025/04/01", "last_on": "2025/04/01"}
        assert contributor_client.post(self.url(away), typed).status_code == 302

    def test_shows_what_stands(self, contributor_client: Client, away: Absence) -> None:
        html = compact(contributor_client.get(self.url(away)))
        assert 'value="2026/04/20"' in html
        assert '<option value="training" selected>' in html

    def test_refuses_what_overlaps_another(
        self, contributor_client: Client, contributor: Resource, away: Absence
    ) -> None:
        contributor_client.post(f"/resources/{contributor.pk}/absences/new/", TYPED)
        typed = TYPED | {"first_on": "2026/04/15", "last_on": "2026/04/20"}
        assert contributor_client.post(self.url(away), typed).status_code == 422

    def test_finds_no_absence_of_another_person(
        self, contributor_client: Client, contributor: Resource, make: Callable[..., Resource], away: Absence
    ) -> None:
        other = make("別の人")
        Absence.objects.filter(pk=away.pk).update(resource=other)
        url = f"/resources/{contributor.pk}/absences/{away.pk}/"
        assert contributor_client.post(url, TYPED).status_code == 404
        assert contributor_client.post(f"{url}remove/").status_code == 404

    def test_is_hidden_from_strangers(self, stranger_client: Client, away: Absence) -> None:
        assert stranger_client.post(self.url(away), TYPED).status_code == 404

    def test_of_others_needs_who_looks_after_resources(
        self, leader_client: Client, guest_client: Client, away: Absence
    ) -> None:
        for client in (leader_client, guest_client):
            assert client.get(self.url(away)).status_code == 403
            assert client.post(self.url(away), TYPED).status_code == 403


class TestAbsenceRemove:
    def url(self, absence: Absence) -> str:
        return f"/resources/{absence.resource_id}/absences/{absence.pk}/remove/"

    def test_asks_first_in_a_page_or_a_dialog(self, contributor_client: Client, away: Absence) -> None:
        question = "2026/04/20–2026/04/22の不在を取り消しますか"
        assert question in compact(contributor_client.get(self.url(away)))
        part = contributor_client.get(self.url(away), headers={"HX-Request": "true", "HX-Target": "dialog"})
        assert "<dialog" in compact(part)
        assert "<html" not in compact(part)
        assert Absence.objects.exists()

    def test_takes_it_back_and_says_whose_it_was(self, contributor_client: Client, away: Absence) -> None:
        assert contributor_client.post(self.url(away)).status_code == 302
        assert not Absence.objects.exists()
        entry = last_record("absence.removed")
        assert entry.after == {"resource": away.resource_id}
        assert entry.before["first_on"] == "2026-04-20"

    def test_is_hidden_from_strangers(self, stranger_client: Client, away: Absence) -> None:
        assert stranger_client.post(self.url(away)).status_code == 404

    def test_of_others_needs_who_looks_after_resources(
        self, leader_client: Client, guest_client: Client, away: Absence
    ) -> None:
        for client in (leader_client, guest_client):
            assert client.get(self.url(away)).status_code == 403
            assert client.post(self.url(away)).status_code == 403
        assert Absence.objects.exists()
