"""Two replicas and one count: a visitor who goes to both, under another forged address each time, is let in once."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from tests import databases
from tests.drills.kit.programs import free_port
from tests.sites import ROOT, part_of_redis, variables_of, wait_for

MOST = 6


@pytest.fixture
def surroundings(django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """A database with no company in it: the sites are asked by those who have not signed in."""
    with django_db_blocker.unblock():
        database = databases.make_clone("replicas")
    yield variables_of(database, redis=part_of_redis(4))
    with django_db_blocker.unblock():
        databases.drop(database)


@pytest.fixture
def replicas(surroundings: dict[str, str]) -> Iterator[list[int]]:
    """Ports of two sites that share a cache, and for which no client on this machine is a proxy of theirs."""
    limits = {"LIMITS": "on", "LIMIT_API_GLOBAL": f"{MOST}/hour", "TRUSTED_PROXIES": "10.9.8.7"}
    shared = redis.Redis.from_url(surroundings["REDIS_URL"])
    for key in shared.scan_iter("*limit*"):
        shared.delete(key)
    ports, running = [free_port(), free_port()], []
    for port in ports:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "config.wsgi",
            "-b",
            f"127.0.0.1:{port}",
            "--log-level",
            "warning",
        ]
        running.append(subprocess.Popen(command, env=surroundings | limits, cwd=ROOT))
    try:
        for port in ports:
            wait_for(f"http://127.0.0.1:{port}/health/live")
        yield ports
    finally:
        for process in running:
            process.terminate()
            process.wait(20)


def ask(port: int, claimed: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    forged = {"X-Forwarded-For": claimed, "X-Real-IP": claimed, "Forwarded": f"for={claimed}"}
    connection.request("GET", "/projects/", headers=forged)
    status = connection.getresponse().status
    connection.close()
    return status


class TestLimitsOverReplicas:
    def test_hold_against_a_forged_address(self, replicas: list[int]) -> None:
        answers = [ask(replicas[number % 2], f"198.51.100.{number}") for number in range(2 * MOST)]
        assert answers == [302] * MOST + [429] * MOST
