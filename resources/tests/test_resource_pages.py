"""The list of resources, and one of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from projects.models import AuditEntry, Calendar
from resources.models import Absence, Resource, ResourceRate, ResourceSkill, Skill
from resources.tests.conftest import TODAY

LIST = "/resources/"
PERSON = {
    "name": "群青 匠",
    "kana": "ぐんじょう たくみ",
    "department": "開発1課",
    "capacity_percentage": "80",
}


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def last_record(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action, project=None).latest("pk")


class TestResourceList:
    @pytest.fixture
    def some(self, make: Any, organization: Any) -> dict[str, Resource]:
        java = Skill.objects.create(organization=organization, name="Java")
        rows = {
            "藍沢": make("藍沢 湊", kana="あいざわ みなと", department="業務改革室"),
            "若竹": make("若竹 ひなた", kana="ワカタケ ヒナタ", department="開発1課"),
            "室": make("大会議室", kind="equipment", department="総務課", capacity_percentage=300),
            "鋼板": make("鋼板", kind="material", unit="枚"),
            "旧": make("旧サーバー", kind="equipment", is_active=False),
        }
        ResourceSkill.objects.create(organization=organization, resource=rows["若竹"], skill=java, level=4)
        Absence.objects.create(
            organization=organization,
            resource=rows["若竹"],
            first_on=date(2026, 4, 20),
            last_on=date(2026, 4, 22),
        )
        return rows

    def shown(self, client: Client, query: str = "") -> list[str]:
        context = client.get(LIST + query).context
        ids = context["page"].items
        names = dict(Resource.objects.values_list("pk", "name"))
        return [names[pk] for pk in ids]

    def test_is_ordered_by_reading_whichever_kana(self, viewer_client: Client, some: Any) -> None:
        assert self.shown(viewer_client)[:2] == ["藍沢 湊", "若竹 ひなた"]
        assert self.shown(viewer_client, "?sort=-name")[-2:] == ["若竹 ひなた", "藍沢 湊"]

    def test_says_what_each_is(self, viewer_client: Client, some: Any, cast: Any) -> None:
        Resource.objects.filter(pk=some["藍沢"].pk).update(user=cast.leader)
        html = page(viewer_client, LIST)
        for words in ("業務改革室", "300%", "Java 4", "04/20–04/22", "leader"):
            assert words in html
        assert "旧サーバー" not in html

    @pytest.mark.parametrize(
        ("first", "last", "portion", "words"),
        [
            (date(2026, 4, 1), date(2026, 4, 7), "day", "04/07まで不在"),
            (date(2026, 4, 1), date(2026, 4, 7), "morning", "04/06–04/07</span>"),
            (date(2026, 12, 28), date(2027, 1, 4), "day", "12/28–2027/01/04</span>"),
            (date(2027, 1, 4), date(2027, 1, 6), "day", "2027/01/04–01/06</span>"),
            (date(2026, 4, 6), date(2026, 4, 6), "afternoon", '04/06</span> <span class="faint">午後</span>'),
        ],
    )
    def test_says_when_each_is_away_next(
        self, viewer_client: Client, make: Any, first: date, last: date, portion: str, words: str
    ) -> None:
        person = make()
        Absence.objects.create(
            organization=person.organization, resource=person, first_on=first, last_on=last, portion=portion
        )
        assert words in page(viewer_client, LIST)

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("?view=person", ["藍沢 湊", "若竹 ひなた"]),
            ("?view=equipment", ["大会議室"]),
            ("?view=material", ["鋼板"]),
            ("?view=inactive", ["旧サーバー"]),
            ("?view=away", ["若竹 ひなた"]),
            ("?view=nonsense&sort=nonsense&page=9", ["藍沢 湊", "若竹 ひなた", "大会議室", "鋼板"]),
            ("?department=総務課", ["大会議室"]),
            ("?q=わかたけ", ["若竹 ひなた"]),
            ("?q=ﾜｶﾀｹﾋﾅﾀ", ["若竹 ひなた"]),
            ("?q=アイザワ", ["藍沢 湊"]),
            ("?q=開発 ひなた", ["若竹 ひなた"]),
            ("?q=%25", []),
            ("?skill=99999999999999999999", []),
            ("?sort=-capacity", ["大会議室", "藍沢 湊", "若竹 ひなた", "鋼板"]),
            ("?sort=absence", ["若竹 ひなた", "藍沢 湊", "大会議室", "鋼板"]),
        ],
    )
    def test_narrows_and_sorts(self, viewer_client: Client, some: Any, query: str, names: list[str]) -> None:
        assert self.shown(viewer_client, query) == names

    def test_finds_who_has_a_skill(self, viewer_client: Client, some: Any) -> None:
        skill = Skill.objects.get()
        assert self.shown(viewer_client, f"?skill={skill.pk}") == ["若竹 ひなた"]

    def test_answers_htmx_with_the_list_alone(self, viewer_client: Client, some: Any) -> None:
        answer = viewer_client.get(LIST, headers={"HX-Request": "true", "HX-Target": "resources"})
        assert answer.content.decode().lstrip().startswith('<div class="fill column" id="resources">')

    def test_escapes_what_people_typed(self, viewer_client: Client, make: Any) -> None:
        make("<script>", department='"><b>', kind="person")
        html = page(viewer_client, LIST)
        assert "<script>" not in html.replace("<script src", "")
        assert '"><b>' not in html

    def test_shows_nothing_of_other_organizations(self, stranger_client: Client, some: Any) -> None:
        assert self.shown(stranger_client) == []

    def test_shows_what_an_import_brought_with_its_project_only(
        self, viewer_client: Client, client_of: Any, cast: Any, project: Any, make: Any
    ) -> None:
        made = make("取り込みの人", project=project)
        outsider = client_of(cast.outsider)
        assert self.shown(viewer_client, "?view=imported") == ["取り込みの人"]
        assert self.shown(viewer_client) == self.shown(outsider, "?view=imported") == []
        assert outsider.get(f"/resources/{made.pk}/").status_code == 404

    def test_is_closed_to_guests(self, guest_client: Client) -> None:
        assert guest_client.get(LIST).status_code == 403

    def test_can_be_switched_off(self, viewer_client: Client, settings: Any) -> None:
        settings.FEATURES = settings.FEATURES | {"RESOURCE_MANAGEMENT": False}
        assert viewer_client.get(LIST).status_code == 404

    def test_costs_the_same_for_three_and_for_three_hundred(
        self, viewer_client: Client, organization: Any, some: Any, queries_of: Any
    ) -> None:
        few = queries_of(viewer_client, LIST)
        skill = Skill.objects.get()
        people = Resource.objects.bulk_create(
            Resource(organization=organization, name=f"人 {number}", department="開発2課")
            for number in range(300)
        )
        ResourceSkill.objects.bulk_create(
            ResourceSkill(organization=organization, resource=each, skill=skill) for each in people
        )
        Absence.objects.bulk_create(
            Absence(organization=organization, resource=each, first_on=TODAY, last_on=TODAY)
            for each in people
        )
        assert queries_of(viewer_client, LIST) == few
        assert queries_of(viewer_client, f"{LIST}?page=3") == few


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

    def test_keeps_to_itself_why_somebody_is_away(
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
        assert "2025/03" in answer.content.decode()
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
        html = answer.content.decode().strip()
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
