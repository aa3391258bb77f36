"""Tokens of people for programs: how they are made, shown, found, and what they leave of a person's rights."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from projects.errors import RuleBrokenError
from projects.models import ApiToken, AuditEntry, OrganizationMember, Project, ProjectMember
from projects.tokens.services import MOST_OPEN, find_token, make_token, revoke_token

PAGE, MAKE = "/preferences/tokens/", "/preferences/tokens/make"
WHOLE = "/api/v1/projects"


def made(user: Any, organization: Any, scope: str = "read", **more: Any) -> tuple[ApiToken, str]:
    return make_token(user=user, organization=organization, name="連携", token_scope=scope, days=30, **more)


def asked(text: str, path: str = WHOLE, **headers: str) -> Any:
    return Client().get(path, headers={"Authorization": f"Bearer {text}", **headers})


class TestMakeToken:
    def test_keeps_the_hash_alone_and_is_recorded(self, cast, organization):
        token, text = made(cast.leader, organization)
        assert token.secret_hash == hashlib.sha256(text.encode()).hexdigest()
        assert len(text.split("_", 2)[2]) >= 43, "256 bits"
        assert text.startswith(token.prefix)
        assert text not in str(ApiToken.objects.values_list().get())
        entry = AuditEntry.objects.get(action="token.made")
        assert (entry.actor, entry.after["prefix"]) == (cast.leader, token.prefix)
        assert text not in str(entry.after)

    def test_has_an_end_to_their_number(self, cast, organization):
        for _ in range(MOST_OPEN):
            made(cast.leader, organization)
        with pytest.raises(RuleBrokenError, match=str(MOST_OPEN)):
            made(cast.leader, organization)
        ApiToken.objects.filter(user=cast.leader).first().delete()
        made(cast.leader, organization)


class TestFindToken:
    @pytest.mark.parametrize("text", ["", "x", "秘密", "itdo_0_" + "a" * 43, "itdo_1_" + "a" * 43, "itdo_99999999999999999_" + "a" * 43])  # fmt: skip
    def test_knows_no_nonsense(self, db, text):
        assert find_token(text) is None

    def test_does_not_find_it_under_another_organization(self, cast, organization):
        _token, text = made(cast.leader, organization)
        other = cast.stranger.memberships.get().organization_id
        assert find_token(text) is not None
        assert find_token(text.replace(f"itdo_{organization.pk}_", f"itdo_{other}_")) is None

    def test_notes_its_use_once_a_minute(self, cast, organization):
        token, text = made(cast.leader, organization)
        find_token(text)
        token.refresh_from_db()
        assert token.last_used_at is not None
        earlier = timezone.now() - timedelta(seconds=30)
        ApiToken.objects.update(last_used_at=earlier)
        find_token(text)
        token.refresh_from_db()
        assert token.last_used_at == earlier


class TestRequest:
    def test_with_a_token_is_let_in_without_session_and_cookies(self, cast, organization, project):
        _token, text = made(cast.leader, organization)
        answer = asked(text)
        assert answer.status_code == 200
        assert [each["id"] for each in answer.json()["items"]] == [project.pk]
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")

    def test_with_a_session_alone_is_not(self, leader_client, project):
        answer = leader_client.get(WHOLE)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert (answer.json()["code"], answer["WWW-Authenticate"]) == ("token_missing", "Bearer")
        assert "トークンがありません" in answer.json()["detail"]

    def test_is_of_the_tokens_person_whatever_session_there_is(self, leader_client, cast, organization):
        _token, text = made(cast.outsider, organization)
        answer = leader_client.get("/api/v1/token", headers={"Authorization": f"Bearer {text}"})
        assert answer.json()["person"] == cast.outsider.display_name

    @pytest.mark.parametrize(
        ("state", "code"), [("revoked", "token_revoked"), ("expired", "token_expired"), ("unknown", "token_unknown")]
    )  # fmt: skip
    def test_is_refused_in_words(self, cast, organization, state, code):
        token, text = made(cast.leader, organization)
        if state == "revoked":
            revoke_token(token=token, user=cast.leader)
        elif state == "expired":
            ApiToken.objects.update(expires_at=timezone.now())
        else:
            text = text[:-1] + ("a" if text[-1] != "a" else "b")
        answer = asked(text)
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert text not in answer.content.decode()

    @pytest.mark.parametrize("change", ["inactive", "left"])
    def test_ends_with_its_person(self, cast, organization, change):
        _token, text = made(cast.leader, organization)
        if change == "inactive":
            cast.leader.is_active = False
            cast.leader.save(update_fields=["is_active"])
        else:
            OrganizationMember.objects.filter(user=cast.leader).delete()
        assert asked(text).status_code == 401

    def test_sees_what_its_person_sees_now(self, cast, organization, project):
        _token, text = made(cast.viewer, organization)
        path = f"{WHOLE}/{project.pk}"
        assert asked(text, path).status_code == 200
        ProjectMember.objects.filter(user=cast.viewer).delete()
        assert asked(text, path).status_code == 404

    def test_reaches_the_projects_alone_that_it_names(self, cast, organization, project):
        same = {
            name: getattr(project, name) for name in ("calendar", "start_date", "end_date", "start_minute")
        }
        other = Project.objects.create(organization=organization, code="B-1", name="別件", **same)
        _token, text = made(cast.admin, organization, projects=[other])
        assert [each["code"] for each in asked(text).json()["items"]] == ["B-1"]
        assert asked(text, f"{WHOLE}/{project.pk}").status_code == 404
        refused = asked(text, "/api/v1/resources")
        assert (refused.status_code, refused.json()["code"]) == (403, "token_scope")

    def test_is_written_in_the_language_of_its_person(self, cast, organization):
        cast.leader.language = "en"
        cast.leader.save(update_fields=["language"])
        _token, text = made(cast.leader, organization)
        answer = asked(text, f"{WHOLE}/1")
        assert answer.status_code == 404
        assert answer.json()["detail"].isascii()
        assert answer["Content-Language"] == "en"


class TestPage:
    def test_shows_a_token_once(self, leader_client, cast):
        answer = leader_client.post(MAKE, {"name": "基幹連携", "token_scope": "read", "days": "30"})
        html = answer.content.decode()
        found = re.search(r'id="token-secret"\s+value="(itdo_[^"]+)"', html)
        assert answer.status_code == 200
        assert found is not None
        assert "no-store" in answer["Cache-Control"]
        assert find_token(found[1])[0].user == cast.leader
        again = leader_client.get(PAGE).content.decode()
        assert "基幹連携" in again
        assert found[1] not in again

    def test_refuses_a_code_that_is_not_seen(self, leader_client):
        typed = {"name": "連携", "token_scope": "read", "days": "30", "codes": "NONE-1"}
        answer = leader_client.post(MAKE, typed)
        assert answer.status_code == 422
        assert "NONE-1" in answer.content.decode()
        assert not ApiToken.objects.exists()

    def test_binds_a_token_to_projects(self, leader_client, project):
        typed = {"name": "連携", "token_scope": "plan", "days": "90", "codes": f"{project.code}、"}
        assert leader_client.post(MAKE, typed).status_code == 200
        assert ApiToken.objects.get().project_ids == [project.pk]
        assert project.code in leader_client.get(PAGE).content.decode()

    def test_takes_it_back_and_no_one_elses(self, leader_client, planner_client, cast, organization):
        token, text = made(cast.leader, organization)
        assert planner_client.post(f"{PAGE}{token.pk}/revoke").status_code == 404
        assert asked(text).status_code == 200
        assert leader_client.post(f"{PAGE}{token.pk}/revoke").status_code == 302
        assert asked(text).json()["code"] == "token_revoked"
        assert AuditEntry.objects.filter(action="token.revoked").count() == 1


class TestLimits:
    def test_count_a_token_by_itself(self, cast, organization, rf):
        from config.ratelimit.middleware import windows_of

        _token, text = made(cast.leader, organization)
        seen: list[Any] = []

        def answer(request: Any) -> Any:
            seen.append(request)
            from django.http import HttpResponse

            return HttpResponse()

        from projects.tokens.middleware import BearerTokens

        BearerTokens(answer)(rf.get(WHOLE, headers={"Authorization": f"Bearer {text}"}))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.LIMITS", {"api_user": "100/minute"})
            [window] = windows_of(seen[0])
        assert window.whose == f"t{_token.pk}"
