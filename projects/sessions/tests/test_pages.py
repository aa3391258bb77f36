"""My sessions: seen, and ended from elsewhere; and how a session ends by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.jobs.registered import discard_ended_sessions
from projects.models import AuditEntry, Identity, UserSession
from projects.models.identity import handle_of
from projects.sessions.lasting import coarse, device
from projects.sessions.services import end_sessions
from projects.sessions.store import SessionStore
from tests.pages import compact

LIST, OTHERS = "/preferences/sessions/", "/preferences/sessions/end-others/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"


def signed_in(user: Any, agent: str = CHROME, address: str = "203.0.113.77") -> Client:
    """Another browser of the same person."""
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    client.force_login(user, backend="projects.auth.AccountBackend")
    client.get("/preferences/")
    return client


def handle(client: Client) -> str:
    return handle_of(str(client.session.session_key))


@pytest.fixture
def elsewhere(cast: Any) -> Client:
    return signed_in(cast.leader)


class TestSessionList:
    def test_shows_device_network_and_which_one_is_this(self, cast: Any, elsewhere: Client):
        page = compact(signed_in(cast.leader, IPHONE, "2001:db8:1:2::3").get(LIST))
        assert "Chrome · Windows" in page
        assert "203.0.113.x" in page
        assert "203.0.113.77" not in page
        assert "Safari · iPhone" in page
        assert "2001:db8:1::" in page
        assert page.count("この端末") == 1

    def test_shows_no_other_users(self, elsewhere: Client, planner_client: Client):
        page = compact(planner_client.get(LIST))
        assert "Chrome · Windows" not in page
        assert handle(elsewhere) not in page

    def test_shows_no_key(self, leader_client: Client, elsewhere: Client):
        page = compact(leader_client.get(LIST))
        assert handle(elsewhere) in page
        assert str(elsewhere.session.session_key) not in page

    def test_leaves_out_what_has_ended_by_itself(self, cast: Any, time_machine: Any):
        time_machine.move_to("2026-04-06 09:00", tick=False)
        signed_in(cast.leader)
        time_machine.shift(31 * 60)
        page = compact(signed_in(cast.leader, IPHONE).get(LIST))
        assert "Windows" not in page

    def test_costs_the_same_for_many(self, cast: Any):
        mine = signed_in(cast.leader)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert mine.get(LIST).status_code == 200
            return len(captured)

        few = queries()
        for _ in range(20):
            signed_in(cast.leader)
        assert queries() == few

    def test_is_bounded(self, cast: Any):
        for _ in range(60):
            session = SessionStore()
            session["_auth_user_id"] = str(cast.leader.pk)
            session.create()
        assert compact(signed_in(cast.leader).get(LIST)).count('class="list__main"') == 50

    def test_asks_for_a_sign_in(self, client: Client, db: None):
        assert client.get(LIST)["Location"].startswith("/sign-in/")

    def test_rejects_post(self, leader_client: Client):
        assert leader_client.post(LIST).status_code == 405


class TestSessionEnd:
    def test_signs_that_place_out(self, leader_client: Client, elsewhere: Client, cast: Any):
        answer = leader_client.post(f"{LIST}{handle(elsewhere)}/end/")
        assert answer["Location"] == LIST
        assert elsewhere.get("/projects/")["Location"].startswith("/sign-in/")
        assert leader_client.get("/projects/").status_code == 200
        entry = AuditEntry.objects.get(action="session.ended")
        assert (entry.actor, entry.after) == (cast.leader, {"why": "chosen", "count": 1})

    def test_is_hidden_from_strangers(self, planner_client: Client, elsewhere: Client):
        assert planner_client.post(f"{LIST}{handle(elsewhere)}/end/").status_code == 404
        assert elsewhere.get("/projects/").status_code == 200

    def test_knows_no_nonsense(self, leader_client: Client):
        assert leader_client.post(f"{LIST}nothing/end/").status_code == 404

    def test_leaves_this_place_to_the_sign_out(self, leader_client: Client):
        assert leader_client.post(f"{LIST}{handle(leader_client)}/end/").status_code == 404

    def test_rejects_get(self, leader_client: Client, elsewhere: Client):
        assert leader_client.get(f"{LIST}{handle(elsewhere)}/end/").status_code == 405


class TestSessionsEndOthers:
    def test_signs_out_everywhere_but_here(self, leader_client: Client, elsewhere: Client, cast: Any):
        third = signed_in(cast.leader, IPHONE)
        answer = leader_client.post(OTHERS, follow=True)
        assert "ほかの2台の端末をサインアウトしました。" in compact(answer)
        for browser in (elsewhere, third):
            assert browser.get("/projects/").status_code == 302

    def test_leaves_others_alone(self, leader_client: Client, planner_client: Client):
        leader_client.post(OTHERS)
        assert planner_client.get("/projects/").status_code == 200

    def test_without_others_writes_nothing(self, leader_client: Client):
        leader_client.post(OTHERS)
        assert not AuditEntry.objects.filter(action="session.ended").exists()

    def test_rejects_get(self, leader_client: Client):
        assert leader_client.get(OTHERS).status_code == 405


class TestOperators:
    def test_end_the_sessions_of_people(self, cast: Any, elsewhere: Client, planner_client: Client):
        operator = cast.outsider
        operator.is_staff = operator.is_superuser = True
        operator.save()
        browser = signed_in(operator)
        data = {"action": "sign_out_everywhere", "_selected_action": [cast.leader.pk, operator.pk]}
        answer = browser.post("/admin/projects/user/", data, follow=True)
        assert "1件のセッションを終了しました。" in compact(answer)
        assert elsewhere.get("/projects/").status_code == 302
        assert planner_client.get("/projects/").status_code == 200
        assert browser.get("/admin/").status_code == 200, "the operator's own stays"
        entry = AuditEntry.objects.get(action="session.ended")
        assert (entry.actor, entry.system_name) == (operator, "admin")
        assert (entry.target_id, entry.after["why"]) == (cast.leader.pk, "operator")


class TestIdentities:
    def test_are_given_by_operators_and_recorded(self, cast: Any):
        operator = cast.outsider
        operator.is_staff = operator.is_superuser = True
        operator.save()
        browser = signed_in(operator)
        typed = {"user": cast.leader.pk, "issuer": "https://id.example.jp/realms/itdo", "subject": "sub-1"}
        assert browser.post("/admin/projects/identity/add/", typed).status_code == 302
        identity = Identity.objects.get()
        browser.post(f"/admin/projects/identity/{identity.pk}/change/", typed | {"user": cast.planner.pk})
        browser.post(f"/admin/projects/identity/{identity.pk}/delete/", {"post": "yes"})
        assert not Identity.objects.exists()
        found = AuditEntry.objects.filter(action__startswith="identity.").order_by("sequence")
        assert [(entry.action, entry.target_id) for entry in found] == [
            ("identity.added", cast.leader.pk),
            ("identity.edited", cast.planner.pk),
            ("identity.removed", cast.leader.pk),
            ("identity.removed", cast.planner.pk),
        ]
        assert {entry.actor_id for entry in found} == {operator.pk}


class TestSessionStore:
    def test_knows_whose_it_is(self, leader_client: Client, cast: Any):
        assert UserSession.objects.get(pk=leader_client.session.session_key).user == cast.leader

    def test_lets_a_copy_in_the_cache_live_a_minute_longer_than_its_row(
        self, leader_client: Client, cast: Any, time_machine: Any
    ):
        """Redis was away when the session was ended elsewhere."""
        time_machine.move_to("2026-04-06 09:00", tick=False)
        leader_client.get("/projects/")
        name = f"session:{leader_client.session.session_key}"
        copy = cache.get(name)
        end_sessions(UserSession.objects.visible_to(cast.leader), user=cast.leader, why="chosen")
        cache.set(name, copy)
        time_machine.shift(61)
        assert leader_client.get("/projects/").status_code == 400
        assert leader_client.get("/projects/").status_code == 302

    def test_is_emptied_at_night(self, leader_client: Client, elsewhere: Client):
        UserSession.objects.filter(pk=elsewhere.session.session_key).update(expire_date="2020-01-01T00:00Z")
        discard_ended_sessions()
        discard_ended_sessions()
        assert UserSession.objects.get().session_key == leader_client.session.session_key


class TestAbsoluteEnd:
    def test_comes_however_busy_somebody_is(self, leader_client: Client, time_machine: Any):
        time_machine.move_to("2026-04-06 09:00", tick=False)
        for _ in range(48):
            assert leader_client.get("/preferences/").status_code == 200
            time_machine.shift(15 * 60)
        time_machine.shift(1)
        assert leader_client.get("/preferences/").status_code == 302


class TestReturn:
    """A user whose session has ended comes back to the page that they were on."""

    def test_of_htmx_is_to_the_page_not_to_the_fragment(self, client: Client, db: None):
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/projects/3/gantt/?zoom=week"}
        answer = client.get("/projects/3/wbs/rows?first=40", headers=headers)
        assert answer.status_code == 200
        assert answer["HX-Redirect"] == "/sign-in/?next=/projects/3/gantt/%3Fzoom%3Dweek"

    def test_of_a_form_is_to_the_page_it_stood_on(self, client: Client, db: None):
        headers = {"Referer": "http://testserver/projects/3/members/"}
        answer = client.post("/projects/3/members/4/remove/", headers=headers)
        assert answer["Location"] == "/sign-in/?next=/projects/3/members/"

    @pytest.mark.parametrize(
        "shown",
        ["https://evil.example/x", "//evil.example/x", "javascript:alert(1)", "http://testserver:81/x", ""],
    )
    def test_is_never_to_another_site(self, client: Client, db: None, shown: str):
        headers = {"HX-Request": "true", "HX-Current-URL": shown}
        answer = client.post("/projects/3/members/4/remove/", headers=headers)
        assert answer["HX-Redirect"] == "/sign-in/?next=/"

    def test_of_a_page_is_to_that_page(self, client: Client, db: None):
        headers = {"Referer": "http://testserver/preferences/"}
        assert (
            client.get("/my-tasks/?x=1", headers=headers)["Location"] == "/sign-in/?next=/my-tasks/%3Fx%3D1"
        )


class TestDevice:
    @pytest.mark.parametrize(
        ("agent", "name"),
        [
            (CHROME, "Chrome · Windows"),
            (CHROME + " Edg/126.0.0.0", "Edge · Windows"),
            (IPHONE, "Safari · iPhone"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox · Linux"),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
                "Chrome · Android",
            ),
            ("curl/8.5.0", ""),
            ("", ""),
            ("<script>alert(1)</script> Chrome/1", "Chrome"),
        ],
    )
    def test_is_a_name_that_people_know(self, agent: str, name: str):
        assert device(agent) == name


class TestCoarse:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("203.0.113.77", "203.0.113.x"),
            ("2001:db8:1:2::/64", "2001:db8:1::"),
            ("2001:db8::/64", "2001:db8:0::"),
            ("unix", ""),
            ("", ""),
        ],
    )
    def test_is_a_network_and_no_address(self, address: str, network: str):
        assert coarse(address) == network
