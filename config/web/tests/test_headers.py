"""What every answer says beside its body."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.web.headers import SecurityHeaders

ADDRESSES = ["/sign-in/", "/health/live", "/nowhere/", "/projects/", "/static/css/base.css", "/admin/login/"]


def answered(method: str = "GET", **headers: str) -> HttpResponse:
    request = RequestFactory().generic(method, "/")
    status = int(headers.pop("status", "200"))
    return SecurityHeaders(lambda _: HttpResponse(status=status, headers=headers))(request)


class TestSecurityHeaders:
    @pytest.mark.parametrize("path", ADDRESSES)
    def test_are_on_every_answer(self, client: Client, db: None, path: str) -> None:
        answer = client.get(path)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-XSS-Protection"] == "1; mode=block"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Referrer-Policy"] == "same-origin"
        for feature in ("camera", "microphone", "geolocation", "payment", "usb"):
            assert f"{feature}=()" in answer["Permissions-Policy"]
        assert answer["X-Frame-Options"] == "DENY"

    @pytest.mark.parametrize("path", ADDRESSES)
    def test_allow_nothing_that_is_not_ours(self, client: Client, db: None, path: str) -> None:
        policy = client.get(path)["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert {
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        } <= set(policy.split("; "))
        assert "report-uri /csp-report" in policy
        assert client.get(path)["Reporting-Endpoints"] == 'csp="/csp-report"'

    def test_are_on_refusals_of_limits_too(self, real_redis: Any, leader_client: Client) -> None:
        real_redis.LIMITS = {"api_user": "1/minute"}
        answer = [leader_client.get("/preferences/") for _ in range(2)][-1]
        assert answer.status_code == 429
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Cache-Control"] == "private, no-store"


class TestKeeping:
    def test_of_pages_is_the_browsers_own_and_asked_about(self, leader_client: Client) -> None:
        assert leader_client.get("/preferences/")["Cache-Control"] == "private, no-cache"

    def test_is_none_of_answers_to_changes_files_and_refusals(self) -> None:
        assert answered("POST")["Cache-Control"] == "private, no-store"
        assert answered(status="404")["Cache-Control"] == "private, no-store"
        file = answered(**{"Content-Disposition": 'attachment; filename="a.xlsx"'})
        assert file["Cache-Control"] == "private, no-store"

    def test_is_left_to_a_view_that_knows_better(self, client: Client, db: None) -> None:
        assert answered(**{"Cache-Control": "public, immutable"})["Cache-Control"] == "public, immutable"
        assert "no-store" in client.get("/sign-in/")["Cache-Control"]

    def test_ends_with_the_session(self, leader_client: Client) -> None:
        assert "Clear-Site-Data" not in leader_client.get("/preferences/")
        assert leader_client.post("/sign-out/")["Clear-Site-Data"] == '"cache"'

    def test_ends_with_a_session_that_no_one_used(self, leader_client: Client, time_machine: Any) -> None:
        time_machine.move_to("2026-04-06 09:00", tick=False)
        leader_client.get("/preferences/")
        time_machine.shift(31 * 60)
        assert leader_client.get("/preferences/")["Clear-Site-Data"] == '"cache"'


class TestCookies:
    def test_are_out_of_reach_of_scripts_and_other_sites(
        self, client: Client, cast: Any, settings: Any
    ) -> None:
        settings.SESSION_COOKIE_SECURE = True
        answer = client.post("/sign-in/", {"person": cast.leader.pk})
        cookie = answer.cookies["sessionid"]
        assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")

    def test_of_forms_are_read_by_our_scripts_alone(self, client: Client, cast: Any) -> None:
        cookie = client.get("/sign-in/").cookies["csrftoken"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
