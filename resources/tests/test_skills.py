"""The organization's list of skills, and who has them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from projects.models import AuditEntry
from resources.models import Resource, ResourceSkill, Skill
from resources.services import skills as services
from tests.pages import compact

LIST = "/resources/skills/"


@pytest.fixture
def java(organization: Any) -> Skill:
    return Skill.objects.create(organization=organization, name="Java")


@pytest.fixture
def held(java: Skill, contributor: Resource, organization: Any) -> ResourceSkill:
    return ResourceSkill.objects.create(organization=organization, resource=contributor, skill=java, level=4)


class TestSkillList:
    def test_shows_each_with_its_holders(self, viewer_client: Client, held: ResourceSkill) -> None:
        html = compact(viewer_client.get(LIST))
        assert f'href="/resources/?skill={held.skill_id}">1人</a>' in html
        assert "スキルを加える" not in html

    def test_is_closed_to_guests(self, guest_client: Client) -> None:
        assert guest_client.get(LIST).status_code == 403

    def test_shows_nothing_of_other_organizations(self, stranger_client: Client, java: Skill) -> None:
        assert f"/resources/skills/{java.pk}/" not in compact(stranger_client.get(LIST))
        assert stranger_client.get(LIST).context["skills"] == []

    def test_costs_the_same_for_many(
        self, pmo_client: Client, organization: Any, held: ResourceSkill, queries_of: Any
    ) -> None:
        few = queries_of(pmo_client, LIST)
        Skill.objects.bulk_create(Skill(organization=organization, name=f"技能 {n}") for n in range(150))
        assert queries_of(pmo_client, LIST) == few


class TestSkillAdd:
    URL = "/resources/skills/add/"

    def test_puts_a_skill_on_the_list(self, pmo_client: Client, organization: Any) -> None:
        assert pmo_client.post(self.URL, {"name": " 溶接 "})["Location"] == LIST
        skill = Skill.objects.get(organization=organization)
        assert skill.name == "溶接"
        entry = AuditEntry.objects.get(action="skill.added")
        assert (entry.target_id, entry.after) == (skill.pk, {"name": "溶接"})

    @pytest.mark.parametrize("name", ["", "   ", "長" * 81, "Java", "ＪＡＶＡ", "java"])
    def test_refuses_nonsense_and_doubles(self, pmo_client: Client, java: Skill, name: str) -> None:
        assert pmo_client.post(self.URL, {"name": name}).status_code == 422
        assert Skill.objects.count() == 1

    def test_ends_where_no_one_could_choose_any_more(
        self, pmo_client: Client, java: Skill, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(services, "MOST_SKILLS", 1)
        answer = pmo_client.post(self.URL, {"name": "溶接"})
        assert answer.status_code == 422
        assert "スキルは1件までです。" in compact(answer)

    def test_needs_who_looks_after_resources(self, leader_client: Client, guest_client: Client) -> None:
        for client in (leader_client, guest_client):
            assert client.post(self.URL, {"name": "溶接"}).status_code == 403

    def test_rejects_get(self, pmo_client: Client) -> None:
        assert pmo_client.get(self.URL).status_code == 405


class TestSkillRename:
    def url(self, skill: Skill) -> str:
        return f"/resources/skills/{skill.pk}/"

    def test_keeps_the_holders(self, pmo_client: Client, java: Skill, held: ResourceSkill) -> None:
        assert pmo_client.post(self.url(java), {"name": "Java 21"}).status_code == 302
        held.refresh_from_db()
        assert held.skill.name == "Java 21"
        entry = AuditEntry.objects.get(action="skill.renamed")
        assert (entry.before, entry.after) == ({"name": "Java"}, {"name": "Java 21"})

    def test_may_change_only_the_case(self, pmo_client: Client, java: Skill) -> None:
        assert pmo_client.post(self.url(java), {"name": "JAVA"}).status_code == 302

    def test_refuses_the_name_of_another(self, pmo_client: Client, java: Skill, organization: Any) -> None:
        Skill.objects.create(organization=organization, name="SQL")
        assert pmo_client.post(self.url(java), {"name": "sql"}).status_code == 422

    def test_is_hidden_from_strangers(self, stranger_client: Client, java: Skill) -> None:
        assert stranger_client.post(self.url(java), {"name": "x"}).status_code == 404

    def test_needs_who_looks_after_resources(self, viewer_client: Client, java: Skill) -> None:
        assert viewer_client.get(self.url(java)).status_code == 403
        assert viewer_client.post(self.url(java), {"name": "x"}).status_code == 403


class TestSkillRemove:
    def url(self, skill: Skill) -> str:
        return f"/resources/skills/{skill.pk}/remove/"

    def test_asks_then_takes_it_off(self, pmo_client: Client, java: Skill) -> None:
        assert "スキル「Java」を削除しますか" in compact(pmo_client.get(self.url(java)))
        assert pmo_client.post(self.url(java)).status_code == 302
        assert not Skill.objects.exists()
        assert AuditEntry.objects.get(action="skill.removed").before == {"name": "Java"}

    def test_keeps_what_a_person_has(self, pmo_client: Client, java: Skill, held: ResourceSkill) -> None:
        answer = pmo_client.post(self.url(java))
        assert answer.status_code == 422
        assert "1人が保有しているため、削除できません。" in compact(answer)
        assert Skill.objects.exists()

    def test_is_hidden_from_strangers(self, stranger_client: Client, java: Skill) -> None:
        assert stranger_client.post(self.url(java)).status_code == 404

    def test_needs_who_looks_after_resources(self, viewer_client: Client, java: Skill) -> None:
        assert viewer_client.post(self.url(java)).status_code == 403


class TestResourceSkills:
    def url(self, resource: Resource) -> str:
        return f"/resources/{resource.pk}/skills/"

    def levels(self, resource: Resource) -> dict[str, int]:
        return dict(ResourceSkill.objects.filter(resource=resource).values_list("skill__name", "level"))

    def test_sets_changes_and_takes_away(
        self, pmo_client: Client, organization: Any, contributor: Resource, held: ResourceSkill
    ) -> None:
        sql = Skill.objects.create(organization=organization, name="SQL")
        other = Skill.objects.create(organization=organization, name="溶接")
        typed = {f"skill-{held.skill_id}": "5", f"skill-{sql.pk}": "1", f"skill-{other.pk}": ""}
        assert pmo_client.post(self.url(contributor), typed).status_code == 302
        assert self.levels(contributor) == {"Java": 5, "SQL": 1}
        entry = AuditEntry.objects.get(action="skills.changed")
        assert entry.before == {str(held.skill_id): 4}
        assert entry.after == {str(held.skill_id): 5, str(sql.pk): 1}
        pmo_client.post(self.url(contributor), {f"skill-{sql.pk}": "1"})
        assert self.levels(contributor) == {"SQL": 1}

    @pytest.mark.parametrize("level", ["0", "6", "x", "-1"])
    def test_refuses_nonsense(
        self, pmo_client: Client, contributor: Resource, held: ResourceSkill, level: str
    ) -> None:
        answer = pmo_client.post(self.url(contributor), {f"skill-{held.skill_id}": level})
        assert answer.status_code == 422
        assert self.levels(contributor) == {"Java": 4}

    def test_shows_what_stands(self, pmo_client: Client, contributor: Resource, held: ResourceSkill) -> None:
        assert '<option value="4" selected>4 上級</option>' in compact(pmo_client.get(self.url(contributor)))

    def test_is_hidden_from_strangers(self, stranger_client: Client, contributor: Resource) -> None:
        assert stranger_client.post(self.url(contributor)).status_code == 404

    def test_needs_who_looks_after_resources(
        self, contributor_client: Client, guest_client: Client, contributor: Resource
    ) -> None:
        for client in (contributor_client, guest_client):
            assert client.get(self.url(contributor)).status_code == 403
            assert client.post(self.url(contributor)).status_code == 403

    def test_costs_the_same_for_many(
        self,
        pmo_client: Client,
        organization: Any,
        contributor: Resource,
        held: ResourceSkill,
        queries_of: Any,
    ) -> None:
        url, typed = self.url(contributor), {f"skill-{held.skill_id}": "1"}
        few = queries_of(pmo_client, url, typed)
        made = Skill.objects.bulk_create(
            Skill(organization=organization, name=f"技能 {n}") for n in range(100)
        )
        typed = {f"skill-{skill.pk}": "2" for skill in made}
        assert queries_of(pmo_client, url, typed) == few
