"""gunicorn with the file of production: probes answer while all workers are busy, and no request is lost at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from config.serving import heads

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20


class Site:
    """One worker, on a port of its own."""

    def __init__(self, log: Path) -> None:
        self.port, self.log = two_free_ports(), log
        command = [sys.executable, "-m", "gunicorn", "--config", "ops/gunicorn/gunicorn.conf.py"]
        with log.open("w") as words:
            self.process = subprocess.Popen(
                [*command, "--bind", f"127.0.0.1:{self.port}", "config.tests.slow_site"],
                cwd=ROOT, env=os.environ | {"WEB_CONCURRENCY": "1"}, stdout=words, stderr=words,
            )  # fmt: skip
        wait_until(lambda: self.ask("/").startswith(b"HTTP/1.1 200"), log)
        # The probes come up beside the worker, and may be later than it.
        wait_until(lambda: self.ask("/health/live", probes=True).startswith(b"HTTP/1.0 200"), log)

    def send(self, path: str, *, method: str = "GET", probes: bool = False) -> socket.socket:
        """A request that is under way."""
        opened = socket.create_connection(("127.0.0.1", self.port + 100 * probes), timeout=SECONDS)
        opened.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return opened

    def ask(self, path: str, *, probes: bool = False) -> bytes:
        return read(self.send(path, probes=probes))


def two_free_ports() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 100))
            except OSError:
                continue
            return int(port)


def read(opened: socket.socket) -> bytes:
    with opened:
        return b"".join(iter(lambda: opened.recv(65536), b""))


def wait_until(is_so: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if is_so():
                return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(log.read_text())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    started = Site(tmp_path / "log")
    yield started
    started.process.kill()
    started.process.wait(SECONDS)


class TestProbes:
    def test_are_answered_while_every_worker_is_busy(self, site: Site) -> None:
        busy = [site.send("/slow") for _each in range(3)]
        probe = site.ask("/health/live", probes=True)
        assert probe.startswith(b"HTTP/1.0 200")
        # None of those before it has been answered: it was another process.
        busy[-1].settimeout(0.01)
        with pytest.raises(TimeoutError):
            busy[-1].recv(1)
        busy[-1].settimeout(SECONDS)
        workers = {read(each).split()[-1] for each in busy}
        assert probe.split()[-1] not in workers

    def test_get_to_no_page(self, site: Site) -> None:
        assert site.ask("/", probes=True).startswith(b"HTTP/1.0 404")

    def test_hold_no_one_up_when_nothing_is_sent(self, site: Site) -> None:
        silent = [socket.create_connection(("127.0.0.1", site.port + 100)) for _each in range(5)]
        assert site.ask("/health/live", probes=True).startswith(b"HTTP/1.0 200")
        for each in silent:
            each.close()

    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
    def test_end_with_the_site(self, site: Site, how: int) -> None:
        site.process.send_signal(how)
        site.process.wait(SECONDS)

        def is_gone() -> bool:
            try:
                site.ask("/health/live", probes=True)
            except ConnectionRefusedError:
                return True
            return False

        wait_until(is_gone, site.log)


class TestSlowSenders:
    """They reach the port without nginx, which would wait for them."""

    def begin(self, site: Site, words: bytes = b"GET / HTTP/1.1\r\nHost: x\r\n") -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", site.port), timeout=SECONDS)
        opened.sendall(words)
        return opened

    def test_of_heads_hold_no_worker(self, site: Site) -> None:
        slow = [self.begin(site) for _each in range(40)]
        began = time.monotonic()
        assert site.ask("/").startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began < 2
        slow[-1].sendall(b"Connection: close\r\n\r\n")
        assert read(slow[-1]).startswith(b"HTTP/1.1 200")
        for each in slow[:-1]:
            each.close()

    def test_of_nothing_hold_no_worker(self, site: Site) -> None:
        silent = [self.begin(site, b"") for _each in range(100)]
        assert site.ask("/").startswith(b"HTTP/1.1 200")
        # Those who came first have made room.
        assert silent[0].recv(1) == b""
        for each in silent:
            each.close()

    def test_that_go_away_are_forgotten(self, site: Site) -> None:
        for _each in range(3):
            self.begin(site).close()
        assert site.ask("/").startswith(b"HTTP/1.1 200")

    def test_are_served_piece_by_piece(self, site: Site) -> None:
        opened = self.begin(site, b"GET / HT")
        for piece in (b"TP/1.1\r\nHost", b": x\r\nConnection: close\r\n", b"\r", b"\n"):
            time.sleep(0.02)
            opened.sendall(piece)
        assert read(opened).startswith(b"HTTP/1.1 200")

    def test_are_dropped_in_the_end(self, site: Site) -> None:
        began = time.monotonic()
        with suppress(ConnectionResetError):  # what it had sent was not read
            assert self.begin(site).recv(1) == b""
        assert heads.HEAD_SECONDS - 1 < time.monotonic() - began < heads.HEAD_SECONDS + 4


class TestTheEnd:
    def test_serves_everybody_who_waits_and_lets_no_one_in(self, site: Site) -> None:
        with ThreadPoolExecutor(6) as people:
            answers = people.map(read, [site.send("/slow", method="POST") for _each in range(6)])
            site.process.send_signal(signal.SIGTERM)
        assert [answer[:15] for answer in answers] == [b"HTTP/1.1 200 OK"] * 6
        assert site.process.wait(SECONDS) == 0
        with pytest.raises(ConnectionRefusedError):
            site.ask("/")

    def test_comes_although_people_go_on_knocking(self, site: Site) -> None:
        """Each is served, or hears that it is closed before anything was sent."""
        with ThreadPoolExecutor(8) as people:
            answers = [people.submit(read, site.send("/slow", method="POST")) for _each in range(3)]
            site.process.send_signal(signal.SIGTERM)
            refused = 0
            while site.process.poll() is None:
                try:
                    answers.append(people.submit(read, site.send("/slow", method="POST")))
                except ConnectionRefusedError:
                    refused += 1
                time.sleep(0.02)
        assert {each.result()[:15] for each in answers} == {b"HTTP/1.1 200 OK"}
        assert refused

    def test_does_not_come_with_another_file_for_the_workers(self, site: Site) -> None:
        """SIGHUP starts new workers on the same socket, which must stay open."""
        before = site.ask("/").split()[-1]
        site.process.send_signal(signal.SIGHUP)
        wait_until(lambda: site.ask("/").split()[-1] != before, site.log)
        time.sleep(0.2)
        assert site.ask("/").startswith(b"HTTP/1.1 200")
