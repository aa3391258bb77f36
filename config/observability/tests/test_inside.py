"""Who may read what the site says about itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

OUTSIDE = "203.0.113.7"


@pytest.mark.django_db
class TestMetrics:
    def test_answer_those_who_come_directly_from_inside_by_whatever_name(self, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["pm.example.co.jp"]
        answer = Client().get("/metrics", REMOTE_ADDR="10.1.2.3", HTTP_HOST="10.1.2.9:8000")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")

    @pytest.mark.parametrize(
        "way",
        [
            {"REMOTE_ADDR": OUTSIDE},
            {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": OUTSIDE},
            # Through a proxy of ours that is not named in TRUSTED_PROXIES.
            {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "10.1.2.4"},
            {"REMOTE_ADDR": "10.1.2.3", "HTTP_FORWARDED": "for=10.1.2.4"},
            {"REMOTE_ADDR": OUTSIDE, "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
            {"REMOTE_ADDR": ""},
        ],
    )
    def test_are_no_address_for_anyone_else(self, way: dict[str, Any]) -> None:
        assert Client().get("/metrics", **way).status_code == 404

    def test_can_be_switched_off(self, settings: Any) -> None:
        settings.PROMETHEUS_ENABLED = False
        assert Client().get("/metrics").status_code == 404

    def test_are_only_read(self) -> None:
        assert Client().post("/metrics").status_code == 405

    def test_are_not_led_to_tls(self, settings: Any) -> None:
        settings.SECURE_SSL_REDIRECT = True
        assert Client().get("/metrics").status_code == 200
        assert Client().get("/health/live").status_code == 200


@pytest.mark.django_db
class TestHealth:
    @pytest.mark.parametrize("path", ["/health", "/health/ready"])
    def test_says_outside_one_word_and_inside_the_parts(self, path: str) -> None:
        outside = Client().get(path, REMOTE_ADDR=OUTSIDE).json()
        assert set(outside) == {"status"}
        inside = Client().get(path).json()
        assert {"status", "database", "cache"} <= set(inside)
        assert (inside["database"], inside["cache"]) == ("ok", "ok")

    def test_live_asks_nothing(self, leader_client: Client, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            answer = leader_client.get("/health/live")
        assert answer.json() == {"status": "ok"}
        assert answer["Cache-Control"] == "no-store"
