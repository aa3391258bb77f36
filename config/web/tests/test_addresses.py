"""Whose request it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.web.addresses import TrustedProxies, client_address


@pytest.fixture(autouse=True)
def _proxies(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "2001:db8:1::/48"]


def address(peer: str, forwarded: str = "") -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers))


class TestClientAddress:
    def test_is_the_peer_where_no_proxy_stands(self) -> None:
        assert address("203.0.113.7") == "203.0.113.7"

    def test_is_what_our_proxy_says(self) -> None:
        assert address("10.1.2.3", "203.0.113.7") == "203.0.113.7"
        assert address("10.1.2.3", "203.0.113.7, 10.9.9.9") == "203.0.113.7"

    def test_is_not_what_a_stranger_says(self) -> None:
        assert address("203.0.113.7", "198.51.100.1") == "203.0.113.7"

    def test_is_not_what_a_stranger_put_before_it(self) -> None:
        assert address("10.1.2.3", "198.51.100.1, 203.0.113.7") == "203.0.113.7"

    @pytest.mark.parametrize("junk", ["unknown", "<script>", "1.2.3.4:80:9", ",,,", "999.1.1.1"])
    def test_falls_back_on_the_proxy_when_it_says_nonsense(self, junk: str) -> None:
        assert address("10.1.2.3", junk) == "10.1.2.3"
        assert address("10.1.2.3", f"{junk}, 203.0.113.7") == "203.0.113.7"

    def test_does_not_read_forever(self) -> None:
        assert address("10.1.2.3", ", ".join(["10.0.0.1"] * 50_000)) == "10.0.0.1"

    def test_is_one_for_all_that_a_customer_of_ipv6_has(self) -> None:
        assert address("2001:db8:9:1::5") == address("2001:db8:9:1:ffff::1") == "2001:db8:9:1::/64"
        assert address("2001:db8:9:2::5") != address("2001:db8:9:1::5")

    def test_is_the_same_on_a_socket_for_both_kinds(self) -> None:
        assert address("::ffff:203.0.113.7") == "203.0.113.7"
        assert address("::ffff:10.1.2.3", "203.0.113.7") == "203.0.113.7"

    def test_trusts_a_socket_file_only_when_told(self, settings: Any) -> None:
        assert address("", "203.0.113.7") == "unix"
        settings.TRUSTED_PROXIES = ["unix"]
        assert address("", "203.0.113.7") == "203.0.113.7"


class TestTrustedProxies:
    def seen(self, peer: str) -> tuple[bool, str]:
        found: list[tuple[bool, str]] = []

        def answer(request: Any) -> HttpResponse:
            found.append((request.is_secure(), request.headers.get("X-Forwarded-For", "")))
            return HttpResponse()

        request = RequestFactory().get(
            "/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"}
        )
        TrustedProxies(answer)(request)
        return found[0]

    def test_may_say_that_a_request_came_encrypted(self) -> None:
        assert self.seen("10.1.2.3") == (True, "1.2.3.4")

    def test_alone_may(self) -> None:
        assert self.seen("203.0.113.7") == (False, "")
