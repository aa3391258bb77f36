"""One resource: what it can do, when it is away, and for some what it costs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from resources.models import Absence, Resource, ResourceRate, ResourceSkill, Skill
from resources.tests.conftest import TODAY, page
from tests.pages import compact


class TestResourceDetail:
    def url(self, resource: Resource) -> str:
        return f"/resources/{resource.pk}/"

    def test_shows_facts_skills_and_absences(
        self, viewer_client: Client, organization: Any, contributor: Resource
    ) -> None:
        skill = Skill.objects.create(organization=organization, name="SQL")
        ResourceSkill.objects.create(organization=organization, resource=contributor, skill=skill, level=4)
        Absence.objects.create(
            organization=organization, resource=contributor, portion="morning", kind="illness", reason="通院",
            first_on=date(2026, 4, 8), last_on=date(2026, 4, 8),
        )  # fmt: skip
        html = page(viewer_client, self.url(contributor))
        for words in ("茜部 陽斗", "SQL", "4 上級", "2026/04/08（水）", "午前"):
            assert words in html
        assert 'class="month__day month__day--morning" title="午前は不在">8' in html

    def test_keeps_to_itself_why_a_person_is_away(
        self, viewer_client: Client, contributor_client: Client, pmo_client: Client, organization: Any,
        contributor: Resource,
    ) -> None:  # fmt: skip
        Absence.objects.create(
            organization=organization, resource=contributor, kind="illness", reason="通院", first_on=TODAY,
            last_on=TODAY,
        )  # fmt: skip
        others = page(viewer_client, self.url(contributor))
        assert "病欠" not in others
        assert "通院" not in others
        assert "有休" not in others
        for client in (contributor_client, pmo_client):
            html = page(client, self.url(contributor))
            assert "病欠" in html
            assert "通院" in html

    def test_counts_paid_leave_in_working_days_of_the_business_year(
        self, contributor_client: Client, organization: Any, contributor: Resource
    ) -> None:
        for first, last, portion, kind in (
            (date(2026, 3, 30), date(2026, 4, 1), "day", "paid"),  # one day of it in this year
            (date(2026, 4, 2), date(2026, 4, 5), "morning", "paid"),  # two half days and a weekend
            (date(2026, 4, 28), date(2026, 4, 30), "day", "paid"),  # over 昭和の日
            (date(2026, 5, 11), date(2026, 5, 11), "afternoon", "paid"),
            (date(2026, 5, 12), date(2026, 5, 12), "day", "illness"),
            (date(2027, 4, 1), date(2027, 4, 1), "day", "paid"),  # next year
        ):
            Absence.objects.create(
                organization=organization, resource=contributor, first_on=first, last_on=last, portion=portion,
                kind=kind,
            )  # fmt: skip
        paid = contributor_client.get(self.url(contributor)).context["paid"]
        assert paid == (2026, 2.0, 2.5)

    def test_pages_through_months_and_past_absences(
        self, contributor_client: Client, organization: Any, contributor: Resource
    ) -> None:
        Absence.objects.bulk_create(
            Absence(
                organization=organization,
                resource=contributor,
                first_on=date(2025, 1, day),
                last_on=date(2025, 1, day),
            )
            for day in range(1, 26)
        )
        answer = contributor_client.get(f"{self.url(contributor)}?month=2025-01&page=2")
        assert answer.context["page"].total == 25
        assert len(answer.context["page"].items) == 10
        assert "2025/03" in compact(answer)
        for month in ("2025-13", "0000-00", "x", "9999-12", "-1-1"):
            assert "2026/04" in page(contributor_client, f"{self.url(contributor)}?month={month}")

    @pytest.mark.parametrize("part", ["months", "past-absences"])
    def test_answers_htmx_with_the_part_it_asks_for(
        self, contributor_client: Client, organization: Any, contributor: Resource, part: str
    ) -> None:
        day = date(2026, 3, 2)
        Absence.objects.create(organization=organization, resource=contributor, first_on=day, last_on=day)
        answer = contributor_client.get(
            f"{self.url(contributor)}?month=2026-03", headers={"HX-Request": "true", "HX-Target": part}
        )
        html = compact(answer).strip()
        assert html.startswith(f'<section class="section" id="{part}">')
        assert ("2026/05" if part == "months" else "2026/03/02（月）") in html

    @pytest.mark.parametrize(
        ("client", "sees", "edits"),
        [
            ("admin_client", True, True),
            ("pmo_client", False, False),
            ("contributor_client", False, False),
            ("paid_client", True, False),
        ],
    )
    def test_shows_money_to_who_may_see_it(
        self, request: Any, organization: Any, contributor: Resource, client: str, sees: bool, edits: bool
    ) -> None:
        rate = ResourceRate.objects.create(
            organization=organization, resource=contributor, valid_from=TODAY, cost_per_hour=7531
        )
        html = page(request.getfixturevalue(client), self.url(contributor))
        assert ("7,531" in html) == ("7531" in html.replace(",", "")) == ("単価" in html) == sees
        assert (f"/rates/{rate.pk}/" in html) == edits

    @pytest.fixture
    def paid_client(self, person: Any, client_of: Any) -> Client:
        return client_of(person("money", may_see_money=True))

    def test_offers_changes_to_who_may_make_them(
        self, viewer_client: Client, contributor_client: Client, pmo_client: Client, contributor: Resource
    ) -> None:
        assert "不在を登録" not in page(viewer_client, self.url(contributor))
        own = page(contributor_client, self.url(contributor))
        assert "不在を登録" in own
        assert "無効にする" not in own
        assert "無効にする" in page(pmo_client, self.url(contributor))

    def test_of_material_has_no_absences(self, pmo_client: Client, make: Any) -> None:
        html = page(pmo_client, self.url(make("鋼板", kind="material", unit="枚")))
        assert "枚" in html
        assert "不在" not in html

    def test_is_hidden_from_strangers(self, stranger_client: Client, contributor: Resource) -> None:
        assert stranger_client.get(self.url(contributor)).status_code == 404

    def test_is_closed_to_guests(self, guest_client: Client, contributor: Resource) -> None:
        assert guest_client.get(self.url(contributor)).status_code == 403

    def test_costs_the_same_for_many_absences(
        self, pmo_client: Client, organization: Any, contributor: Resource, queries_of: Any
    ) -> None:
        day = {"organization": organization, "resource": contributor}
        for on in (date(2026, 3, 2), date(2026, 5, 11)):
            Absence.objects.create(first_on=on, last_on=on, **day)
        few = queries_of(pmo_client, self.url(contributor))
        Absence.objects.bulk_create(
            Absence(first_on=date(2026, month, number), last_on=date(2026, month, number), **day)
            for month in (2, 6)
            for number in range(1, 28)
        )
        assert queries_of(pmo_client, self.url(contributor)) == few
