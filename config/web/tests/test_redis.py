"""A cache that does not answer costs a page one timeout, not ten."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django_prometheus.cache.backends.redis import RedisCache

from config.web import redis as resting
from config.web.redis import connection_class


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    resting.rests.clear()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]
    resting.rests.clear()


def cache_at(port: int) -> RedisCache:
    return cache_of(f"redis://127.0.0.1:{port}/0")


def cache_of(url: str) -> RedisCache:
    options = {
        "SOCKET_CONNECT_TIMEOUT": 0.2, "SOCKET_TIMEOUT": 0.2, "IGNORE_EXCEPTIONS": True,
        "CONNECTION_POOL_KWARGS": {"connection_class": connection_class(url)},
    }  # fmt: skip
    return RedisCache(url, {"OPTIONS": options})


def test_asks_a_silent_server_once_for_a_while(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = cache_at(silent)
    now = [1000.0]
    monkeypatch.setattr("config.web.redis.time.monotonic", lambda: now[0])
    assert cache.get("a", "nothing") == "nothing"
    until = resting.rests[f"127.0.0.1:{silent}"]
    assert until == 1000.0 + resting.REST_SECONDS
    now[0] += resting.REST_SECONDS / 2
    began = time.perf_counter()
    for _ in range(50):
        assert cache.get("a", "nothing") == "nothing"
        cache.set("a", 1)
    assert time.perf_counter() - began < 10  # a hundred timeouts would be twenty seconds
    assert resting.rests[f"127.0.0.1:{silent}"] == until  # it was not tried
    now[0] = until + 1
    cache.get("a")
    assert resting.rests[f"127.0.0.1:{silent}"] > until


def test_leaves_a_server_alone_that_refuses(silent: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert cache_at(port).get("a") is None
    assert f"127.0.0.1:{port}" in resting.rests


def test_asks_through_a_socket_file(tmp_path: Path) -> None:
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    if server is None:
        pytest.skip("no redis-server on this machine (ops/checks/install.py)")
    place = tmp_path / "socket"
    with subprocess.Popen(
        [server, "--port", "0", "--unixsocket", place, "--save", ""], stdout=subprocess.DEVNULL
    ) as started:
        try:
            while not place.exists():
                assert started.poll() is None
                time.sleep(0.02)
            cache = cache_of(f"unix://{place}")
            cache.set("a", 1)
            assert cache.get("a") == 1
        finally:
            started.terminate()
