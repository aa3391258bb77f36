"""How the provider is asked: never for long."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from projects.oidc import provider
from projects.oidc.provider import ProviderUnreachableError, WaitBudget


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def answering() -> Iterator[Any]:
    """A server on the loopback that answers each connection with some bytes: `answering(b"HTTP/1.1 200 OK…")`."""
    servers: list[socket.socket] = []

    def start(*pieces: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            try:
                connection, _peer = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                for piece in pieces:
                    connection.sendall(piece)
                stop.wait(5)

        stop = threading.Event()
        stops.append(stop)
        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/x"

    stops: list[threading.Event] = []
    yield start
    for stop in stops:
        stop.set()
    for server in servers:
        server.close()


def json_answer(body: bytes, status: bytes = b"200 OK") -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (
        status,
        len(body),
    )
    return head + body


class TestAsk:
    def test_gives_what_came(self, answering: Any):
        address = answering(json_answer(b'{"issuer": "x"}'))
        assert provider.ask("GET", address, budget=WaitBudget()).data == {"issuer": "x"}

    def test_waits_for_a_provider_that_hangs_as_long_as_the_budget_and_no_longer(self, answering: Any):
        budget = WaitBudget(0.2)
        with pytest.raises(ProviderUnreachableError):
            provider.ask("GET", answering(), budget=budget)
        assert budget.left == 0.005, "it was waited for"

    def test_all_of_a_sign_in_fits_into_three_seconds(self):
        assert provider.SECONDS < 3

    def test_asks_no_provider_that_has_just_been_away(self, answering: Any):
        with pytest.raises(ProviderUnreachableError):
            provider.ask("GET", answering(), budget=WaitBudget(0.1))
        with pytest.raises(ProviderUnreachableError, match="a moment ago"):
            provider.ask("GET", answering(json_answer(b"{}")), budget=WaitBudget())

    def test_knows_a_refused_connection(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        with pytest.raises(ProviderUnreachableError, match="ConnectionError"):
            provider.ask("GET", f"http://127.0.0.1:{port}/code=secret", budget=WaitBudget())

    @pytest.mark.parametrize(
        "answer",
        [
            json_answer(b"{" * 10),
            json_answer(b'{"x": "' + b"x" * (provider.MOST_BYTES + 10) + b'"}'),
            json_answer(b"{}", b"503 Service Unavailable"),
            b"SSH-2.0-OpenSSH\r\n\r\n",
        ],
    )
    def test_takes_nonsense_for_no_answer(self, answering: Any, answer: bytes):
        with pytest.raises(ProviderUnreachableError):
            provider.ask("GET", answering(answer), budget=WaitBudget(1.5))

    def test_follows_no_redirect(self, answering: Any):
        elsewhere = answering(json_answer(b'{"issuer": "evil"}'))
        answer = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % elsewhere.encode()
        with pytest.raises(provider.ProviderRefusedError, match="302"):
            provider.ask("GET", answering(answer), budget=WaitBudget())

    def test_says_nothing_of_the_address_it_asked(self, answering: Any):
        with pytest.raises(ProviderUnreachableError) as caught:
            provider.ask("GET", f"{answering()}?code=secret", budget=WaitBudget(0.1))
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is None


class TestSetting:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("OIDC_USE_PKCE", False),
            ("OIDC_USE_NONCE", False),
            ("OIDC_ALLOW_UNSECURED_JWT", True),
            ("OIDC_VERIFY_SSL", False),
        ],
    )
    def test_cannot_be_loosened(self, settings: Any, name: str, value: bool):
        setattr(settings, name, value)
        assert provider.setting(name) is not value
