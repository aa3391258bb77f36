"""The list of resources."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from resources.models import Absence, Resource, ResourceSkill, Skill
from resources.tests.conftest import TODAY, page
from tests.pages import compact

LIST = "/resources/"


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

    def test_counts_people_as_people(self, viewer_client: Client, some: Any) -> None:
        assert "2人中 1–2人" in page(viewer_client, f"{LIST}?view=person")
        assert "4件中 1–4件" in page(viewer_client, LIST)

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
            (date(2026, 4, 6), date(2026, 4, 6), "afternoon", '04/06</span><span class="faint">午後</span>'),
        ],
    )
    def test_says_when_each_is_away_next(
        self, viewer_client: Client, make: Any, first: date, last: date, portion: str, words: str
    ) -> None:
        person = make()
        Absence.objects.create(
            organization=person.organization, resource=person, first_on=first, last_on=last, portion=portion
        )
        assert words in compact(viewer_client.get(LIST))

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
        assert compact(answer).lstrip().startswith('<div class="fill column" id="resources">')

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
