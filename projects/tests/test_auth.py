"""Sign-in of development; that production cannot have it: config/tests."""

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from projects.models import AuditEntry
from tests.pages import compact

SIGN_IN = "/sign-in/"


class TestSignIn:
    def test_lists_people_of_every_organization(self, client: Client, cast: Any) -> None:
        page = compact(client.get(SIGN_IN))
        assert "藍沢 湊" in page
        assert "余所商事株式会社" in page

    def test_signs_the_chosen_person_in(self, client: Client, cast: Any) -> None:
        answer = client.post(SIGN_IN, {"person": cast.leader.pk, "next": "/projects/"})
        assert (answer.status_code, answer["Location"]) == (302, "/projects/")
        assert client.session["_auth_user_id"] == str(cast.leader.pk)

    def test_is_recorded(self, client: Client, cast: Any) -> None:
        client.post(SIGN_IN, {"person": cast.leader.pk})
        entry = AuditEntry.objects.get(action="session.started")
        assert (entry.actor, entry.after) == (cast.leader, {"door": "development"})

    def test_takes_a_new_session_id(self, client: Client, cast: Any) -> None:
        session = client.session
        session["x"] = 1
        session.save()
        before = session.session_key
        client.cookies["sessionid"] = before or ""
        client.post(SIGN_IN, {"person": cast.leader.pk})
        assert client.session.session_key != before

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_never_leads_to_another_site(self, client: Client, cast: Any, target: str) -> None:
        assert client.post(SIGN_IN, {"person": cast.leader.pk, "next": target})["Location"] == "/"

    @pytest.mark.parametrize("chosen", ["", "abc", "0", "99999999999999999999999"])
    def test_refuses_no_one(self, client: Client, cast: Any, chosen: str) -> None:
        assert client.post(SIGN_IN, {"person": chosen}).status_code == 422

    def test_refuses_people_who_were_switched_off(self, client: Client, cast: Any) -> None:
        cast.leader.is_active = False
        cast.leader.save()
        assert client.post(SIGN_IN, {"person": cast.leader.pk}).status_code == 422

    def test_is_not_there_when_switched_off(self, client: Client, cast: Any, settings: Any) -> None:
        settings.DEVELOPMENT_SIGN_IN = False
        assert client.get(SIGN_IN).status_code == 404
        assert client.post(SIGN_IN, {"person": cast.leader.pk}).status_code == 404

    def test_needs_a_token(self, cast: Any) -> None:
        client = Client(enforce_csrf_checks=True)
        assert client.post(SIGN_IN, {"person": cast.leader.pk}).status_code == 403

    def test_brings_a_visitor_to_it(self, client: Client, db: None) -> None:
        assert client.get("/projects/")["Location"] == "/sign-in/?next=/projects/"


class TestOperatorPassword:
    """Operators have one, for the day on which nothing else works."""

    LOGIN = "/admin/login/"

    @pytest.fixture
    def typed(self, cast: Any) -> dict[str, str]:
        operator = cast.outsider
        operator.is_staff = operator.is_superuser = True
        operator.set_password("a long password")
        operator.save()
        return {"username": operator.username, "password": "a long password", "next": "/admin/"}

    def actions(self) -> list[tuple[str, Any]]:
        found = AuditEntry.objects.filter(action__startswith="session.").order_by("sequence")
        return list(found.values_list("action", "after"))

    def test_lets_them_in_and_is_recorded(self, client: Client, typed: dict[str, str]) -> None:
        assert client.post(self.LOGIN, typed)["Location"] == "/admin/"
        assert self.actions() == [("session.started", {"door": "password"})]

    def test_that_is_wrong_is_recorded_without_it(self, client: Client, typed: dict[str, str]) -> None:
        assert client.post(self.LOGIN, typed | {"password": "guessed"}).status_code == 200
        assert self.actions() == [("session.refused", {"reason": "password"})]

    @pytest.fixture
    def provider(self, settings: Any) -> Any:
        """Production: another program asks for passwords and second factors."""
        settings.KEYCLOAK_URL, settings.ADMIN_PASSWORD_SIGN_IN = "https://id.example.jp", False
        return settings

    def test_is_closed_where_there_is_a_provider(
        self, client: Client, typed: dict[str, str], provider: Any
    ) -> None:
        assert client.get(self.LOGIN, {"next": "/admin/"})["Location"] == "/sign-in/?next=%2Fadmin%2F"
        assert client.post(self.LOGIN, typed)["Location"].startswith("/sign-in/?next=")
        assert "_auth_user_id" not in client.session
        request = RequestFactory().post(self.LOGIN)
        known = {name: typed[name] for name in ("username", "password")}
        assert authenticate(request, **known) is None
        assert self.actions() == [("session.refused", {"reason": "password"})]

    def test_is_closed_to_who_has_come_in_as_another_user(self, leader_client: Client, provider: Any) -> None:
        assert leader_client.get(self.LOGIN, {"next": "/admin/"}).status_code == 403

    def test_opens_on_the_day_the_provider_is_broken(
        self, client: Client, typed: dict[str, str], provider: Any
    ) -> None:
        provider.ADMIN_PASSWORD_SIGN_IN = True
        assert client.post(self.LOGIN, typed)["Location"] == "/admin/"
        assert self.actions() == [("session.started", {"door": "password"})]

    def test_gets_no_one_past_the_second_factor(
        self, client: Client, typed: dict[str, str], cast: Any, provider: Any
    ) -> None:
        provider.ADMIN_PASSWORD_SIGN_IN = True
        cast.outsider.identities.create(issuer="https://id.example.jp/realms/itdo", subject="x")
        assert client.post(self.LOGIN, typed).status_code == 200
        assert "_auth_user_id" not in client.session

    def test_serves_who_is_no_operator_not_at_all(self, client: Client, cast: Any) -> None:
        cast.leader.set_password("a long password")
        cast.leader.save()
        client.post(self.LOGIN, {"username": "leader", "password": "a long password"})
        assert "_auth_user_id" not in client.session
        assert self.actions() == []


class TestSignOut:
    def test_ends_the_session(self, leader_client: Client) -> None:
        assert leader_client.post("/sign-out/").status_code == 302
        assert "_auth_user_id" not in leader_client.session

    def test_rejects_get(self, leader_client: Client) -> None:
        assert leader_client.get("/sign-out/").status_code == 405


class TestIdleSessions:
    @pytest.fixture(autouse=True)
    def _clock(self, time_machine: Any) -> None:
        time_machine.move_to("2026-04-06 09:00", tick=False)

    def test_end_after_half_an_hour(self, leader_client: Client, time_machine: Any) -> None:
        assert leader_client.get("/projects/").status_code == 200
        time_machine.shift(29 * 60)
        assert leader_client.get("/projects/").status_code == 200
        time_machine.shift(31 * 60)
        assert leader_client.get("/projects/").status_code == 302

    def test_write_their_row_once_a_minute(self, leader_client: Client, time_machine: Any) -> None:
        def writes() -> int:
            with CaptureQueriesContext(connection) as captured:
                leader_client.get("/projects/")
            return sum(query["sql"].startswith(("UPDATE", "INSERT")) for query in captured)

        leader_client.get("/projects/")
        assert writes() == 0
        time_machine.shift(61)
        assert writes() == 1
        assert writes() == 0
