"""How often a user may ask, seen from outside."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.ratelimit import middleware
from config.ratelimit.windows import WindowsAwayError, windows

HTMX = {"HX-Request": "true"}


@pytest.fixture
def few(real_redis: Any) -> Any:
    """Limits that a test reaches."""
    real_redis.LIMITS = {
        "api_global": "6/hour",
        "api_user": "3/minute",
        "fragments": "5/minute",
        "auth_login": "2/minute",
        "auth_login_address": "4/minute",
        "sign_in": "5/minute",
        "calendar": "2/hour",
        "calendar_address": "5/hour",
        "report_generation": "2/hour",
    }
    return real_redis


class TestLimits:
    def test_let_pass_and_say_what_is_left(self, few: Any, leader_client: Client) -> None:
        answer = leader_client.get("/preferences/")
        assert answer.status_code == 200
        said = {name: answer[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset", "Policy")}
        assert said == {"Limit": "3", "Remaining": "2", "Reset": "60", "Policy": "3;w=60"}

    def test_refuse_with_a_page_that_says_when_to_come_back(self, few: Any, leader_client: Client) -> None:
        answers = [leader_client.get("/preferences/") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert 1 <= int(answers[-1]["Retry-After"]) <= 60
        assert answers[-1]["RateLimit-Remaining"] == "0"
        page = answers[-1].content.decode()
        assert "短い時間に操作が集中しました。" in page
        assert f"{answers[-1]['Retry-After']}秒ほど待ってから" in page
        assert page.count("<h1>") == 1

    def test_tell_htmx_with_a_toast_and_leave_the_page_as_it_is(
        self, few: Any, leader_client: Client
    ) -> None:
        answers = [leader_client.get("/preferences/", headers=HTMX) for _ in range(4)]
        assert (answers[-1].status_code, answers[-1]["HX-Reswap"]) == (429, "none")
        html = answers[-1].content.decode()
        assert 'hx-swap-oob="beforeend"' in html
        assert "<html" not in html

    def test_speak_the_language_of_the_person(self, few: Any, cast: Any, leader_client: Client) -> None:
        cast.leader.language = "en"
        cast.leader.save()
        answers = [leader_client.get("/preferences/") for _ in range(4)]
        assert '<html lang="en"' in answers[-1].content.decode()

    def test_count_each_user_apart(self, few: Any, leader_client: Client, viewer_client: Client) -> None:
        for _ in range(4):
            leader_client.get("/preferences/")
        assert viewer_client.get("/preferences/").status_code == 200

    def test_count_what_scrolling_fetches_by_itself(
        self, few: Any, project: Any, leader_client: Client
    ) -> None:
        rows = reverse("tasks:gantt_chart", args=[project.pk])
        answers = [leader_client.get(rows, headers=HTMX).status_code for _ in range(6)]
        assert answers[-1] == 429
        assert 429 not in answers[:-1]
        assert leader_client.get("/preferences/").status_code == 200

    def test_work_on_nothing_that_they_refuse(self, few: Any, leader_client: Client) -> None:
        for _ in range(3):
            leader_client.get("/preferences/")
        with CaptureQueriesContext(connection) as captured:
            assert leader_client.get("/projects/").status_code == 429
        assert len(captured) <= 2, [query["sql"] for query in captured]  # the session and its user

    def test_count_a_calendar_by_its_secret(self, few: Any, client: Client, db: None) -> None:
        answers = [client.get("/calendar/one.ics").status_code for _ in range(3)]
        assert answers == [404, 404, 429]
        assert client.get("/calendar/two.ics").status_code == 404

    def test_keep_secrets_of_calendars_out_of_redis(self, few: Any, rf: Any) -> None:
        asked = middleware.windows_of(rf.get("/calendar/very-secret.ics"))
        assert [window.limit for window in asked] == ["calendar", "calendar_address"]
        assert "very-secret" not in "".join(window.key for window in asked)

    def test_count_visitors_by_their_address(self, few: Any, client: Client, db: None) -> None:
        answers = [client.get("/projects/", REMOTE_ADDR="203.0.113.7").status_code for _ in range(7)]
        assert answers == [302] * 6 + [429]
        assert client.get("/projects/", REMOTE_ADDR="203.0.113.8").status_code == 302

    def test_do_not_believe_a_forged_address(self, few: Any, client: Client, db: None) -> None:
        few.TRUSTED_PROXIES = ["10.0.0.0/8"]
        answers = [
            client.get(
                "/projects/", REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": f"198.51.100.{number}"}
            )
            for number in range(7)
        ]
        assert answers[-1].status_code == 429
        answers = [
            client.get(
                "/projects/",
                REMOTE_ADDR="10.0.0.1",
                headers={"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"},
            )
            for number in range(7)
        ]
        assert answers[-1].status_code == 429

    @pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready", "/static/css/base.css"])
    def test_never_count_probes_and_files(self, few: Any, client: Client, db: None, path: str) -> None:
        answers = [client.get(path) for _ in range(10)]
        assert 429 not in {answer.status_code for answer in answers}
        assert "RateLimit-Limit" not in answers[-1]

    def test_can_be_switched_off_one_by_one(self, few: Any, leader_client: Client) -> None:
        few.LIMITS = few.LIMITS | {"api_user": ""}
        assert {leader_client.get("/preferences/").status_code for _ in range(8)} == {200}

    def test_bound_the_making_of_reports(self, few: Any, leader_client: Client) -> None:
        few.LIMITS = few.LIMITS | {"api_user": "100/minute"}
        answers = [leader_client.post("/reports/ask/", headers=HTMX) for _ in range(3)]
        assert 429 not in {answer.status_code for answer in answers[:2]}
        assert answers[-1].status_code == 429
        assert "1時間に作成できるレポートの数に達しました。" in answers[-1].content.decode()
        assert "60分ほど待ってから" in answers[-1].content.decode()
        assert leader_client.get("/reports/").status_code == 200


class TestSignInLimits:
    def test_bound_guesses_at_one_account(self, few: Any, client: Client, db: None) -> None:
        typed = {"username": "root", "password": "guess"}  # pragma: allowlist secret  # a guess
        assert [client.post("/admin/login/", typed).status_code for _ in range(3)] == [200, 200, 429]
        assert client.post("/admin/login/", typed | {"username": "  ROOT "}).status_code == 429
        assert client.post("/admin/login/", typed | {"username": "other"}).status_code == 200

    @pytest.mark.parametrize("name", ["ｒｏｏｔ", "ro\uff4ft", "ＲOOT", "\u3000root"])
    def test_know_an_account_however_it_is_typed(self, few: Any, client: Client, db: None, name: str) -> None:
        """The form takes all of these for the same name (NFKC)."""
        typed = {"username": "root", "password": "guess"}  # pragma: allowlist secret  # a guess
        for _ in range(2):
            client.post("/admin/login/", typed)
        assert client.post("/admin/login/", typed | {"username": name}).status_code == 429

    def test_are_not_filled_by_pages_of_the_same_office(self, few: Any, client: Client, db: None) -> None:
        answers = [client.get("/projects/") for _ in range(7)]
        assert answers[-1].status_code == 429
        assert 'href="/sign-in/?next=%2Fprojects%2F"' in answers[-1].content.decode()
        assert client.get("/sign-in/").status_code == 200
        assert client.post("/admin/login/", {"username": "a", "password": "x"}).status_code == 200

    def test_are_not_filled_by_calendars_of_the_same_office(self, few: Any, client: Client, db: None) -> None:
        for number in range(6):
            client.get(f"/calendar/secret-{number}.ics")
        assert client.get("/calendar/secret-7.ics").status_code == 429
        assert client.get("/sign-in/").status_code == 200
        assert client.get("/projects/").status_code == 302

    def test_do_not_lock_the_account_for_others(self, few: Any, client: Client, db: None) -> None:
        typed = {"username": "root", "password": "guess"}  # pragma: allowlist secret  # a guess
        for _ in range(3):
            client.post("/admin/login/", typed, REMOTE_ADDR="203.0.113.7")
        assert client.post("/admin/login/", typed, REMOTE_ADDR="203.0.113.8").status_code == 200

    def test_bound_an_address_that_tries_many_accounts(self, few: Any, client: Client, db: None) -> None:
        answers = [
            client.post("/admin/login/", {"username": f"user{number}", "password": "x"})
            for number in range(5)
        ]
        assert [answer.status_code for answer in answers] == [200] * 4 + [429]

    def test_hold_for_the_choice_of_a_demo_person(self, few: Any, client: Client, cast: Any) -> None:
        answers = [client.post("/sign-in/", {"person": "0"}).status_code for _ in range(3)]
        assert answers == [422, 422, 429]

    def test_keep_names_of_people_out_of_redis(self, few: Any, rf: Any) -> None:
        from django.contrib.auth.models import AnonymousUser

        request = rf.post("/admin/login/", {"username": "tanaka@example.jp"})
        request.user = AnonymousUser()
        assert "tanaka" not in "".join(window.key for window in middleware.windows_of(request))

    def test_hold_for_those_who_come_back_from_the_provider(self, few: Any, client: Client, db: None) -> None:
        answers = [client.get("/sign-in/return/?state=x&code=y").status_code for _ in range(6)]
        assert 429 not in answers[:5]
        assert answers[5] == 429

    def test_let_the_provider_end_as_many_sessions_as_it_must(
        self, few: Any, client: Client, db: None
    ) -> None:
        few.LIMITS = few.LIMITS | {"back_channel": "20/minute"}
        answers = [client.post("/sign-in/back-channel-logout/").status_code for _ in range(21)]
        assert set(answers[:20]) == {400}
        assert answers[20] == 429

    def test_know_every_address_of_signing_in(self) -> None:
        names = ("projects:sign_in", "projects:sign_in_return", "admin:login")
        assert {reverse(name) for name in names} == set(middleware.SIGN_IN)
        assert reverse("projects:sign_in_back_channel") == middleware.BACK_CHANNEL


class TestWithoutRedis:
    @pytest.fixture
    def away(self, few: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def enter(*_: Any, **__: Any) -> Any:
            raise WindowsAwayError

        monkeypatch.setattr(windows, "enter", enter)

    def test_readers_pass(self, away: None, leader_client: Client) -> None:
        assert leader_client.get("/preferences/").status_code == 200

    def test_writers_pass(self, away: None, leader_client: Client) -> None:
        assert leader_client.post("/preferences/rail/", {"folded": "1"}).status_code == 204

    @pytest.mark.parametrize(("path", "field"), [("/sign-in/", "person"), ("/admin/login/", "username")])
    def test_no_one_signs_in(self, away: None, client: Client, db: None, path: str, field: str) -> None:
        answer = client.post(path, {field: "1"})
        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert client.get(path).status_code == 200

    def test_no_one_comes_back_from_the_provider(self, away: None, client: Client, db: None) -> None:
        assert client.get("/sign-in/return/?state=x&code=y").status_code == 503

    def test_holds_with_a_server_that_is_really_away(self, no_redis: Any, client: Client, db: None) -> None:
        no_redis.LIMITS = {
            "api_global": "1/hour",
            "auth_login": "5/minute",
            "auth_login_address": "60/minute",
        }
        assert client.get("/sign-in/").status_code == 200
        assert client.post("/sign-in/", {"person": "1"}).status_code == 503


class TestCalendars:
    def test_are_where_the_site_has_them(self) -> None:
        found = middleware.CALENDAR.match(reverse("tasks:calendar_feed", args=["a-secret"]))
        assert found
        assert found[1] == "a-secret"


class TestFragments:
    @pytest.mark.parametrize(
        ("name", "arguments"),
        [
            ("tasks:gantt_chart", [1]), ("tasks:gantt_axis", [1]), ("tasks:wbs_rows", [1]), ("tasks:people_options", [1]),
            ("tasks:wbs_selection", [1]),
            ("tasks:task_detail", [1]), ("reports:utilization_rows", []), ("reports:utilization_trend", []),
            ("projects:notification_bell", []), ("reports:report_status", []),
        ],
    )  # fmt: skip
    def test_are_where_the_site_has_them(self, name: str, arguments: list[int]) -> None:
        assert middleware.FRAGMENTS.match(reverse(name, args=arguments))

    @pytest.mark.parametrize("name", ["tasks:cell_preview", "tasks:bar_preview"])
    def test_are_pauses_of_a_hand_too(self, few: Any, rf: Any, cast: Any, name: str) -> None:
        request = rf.post(reverse(name, args=[1, 2]))
        request.user = cast.planner
        assert {window.limit for window in middleware.windows_of(request)} == {"fragments"}

    @pytest.mark.parametrize(
        ("name", "arguments"), [("reports:report_create", []), ("reports:report_retry", [1])]
    )
    def test_of_reports_too(self, name: str, arguments: list[int]) -> None:
        assert middleware.REPORTS.match(reverse(name, args=arguments))

    @pytest.mark.parametrize(
        "path", ["/projects/1/gantt/", "/projects/1/wbs/", "/x/notifications/bell", "/tasks/1/edit/"]
    )
    def test_are_no_pages(self, path: str) -> None:
        assert not middleware.FRAGMENTS.match(path)
