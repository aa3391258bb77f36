"""`bin/run` as a person meets it: started, asked, ended, killed."""

import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launcher import clones
from tests.launcher.clones import Clone

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def clone() -> Iterator[Clone]:
    """One for all: a first start takes its time."""
    with clones.parent_folder() as parent, clones.whole_project(parent) as made:
        yield made


class Running:
    """A `bin/run` without a terminal."""

    def __init__(self, clone: Clone, *arguments: str) -> None:
        self.clone = clone
        self.process = subprocess.Popen(
            ["bin/run", *arguments],
            cwd=clone.folder,
            env=clone.variables({"LANG": "ja_JP.UTF-8"}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.address = self.wait_for(r"Open (http://127\.0\.0\.1:\d+/)", 600)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            self.lines.extend(lines)

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def wait_for(self, pattern: str, seconds: float) -> str:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and (self.process.poll() is None or self.reader.is_alive()):
            match = re.search(pattern, self.said)
            if match:
                return match[1]
            time.sleep(0.05)
        self.process.kill()
        pytest.fail(f"bin/run did not say {pattern!r}:\n{self.said}")

    def health(self) -> tuple[int, dict[str, object]]:
        with urllib.request.urlopen(f"{self.address}health", timeout=10) as answer:
            return answer.status, json.load(answer)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


class Turns:
    """The `bin/run` of one test after the other: a start takes seconds, so a test that leaves it alive hands it on."""

    def __init__(self, clone: Clone) -> None:
        self.clone = clone
        self.running: Running | None = None

    def one(self) -> Running:
        """The one that runs, or a new one."""
        if self.running is None or self.running.process.poll() is not None:
            self.running = Running(self.clone, "--port", "8600")
        return self.running

    def end(self) -> None:
        if self.running is not None and self.running.process.poll() is None:
            self.running.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def turns(clone: Clone) -> Iterator[Turns]:
    made = Turns(clone)
    yield made
    made.end()


@pytest.fixture
def run(turns: Turns) -> Running:
    return turns.one()


def processes_of(clone: Clone) -> list[str]:
    """Commands of all live processes that work in the clone's folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            folder = (entry / "cwd").readlink()
            if entry.name.isdigit() and folder.is_relative_to(clone.folder):
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def wait_until_gone(clone: Clone, pattern: str = "", seconds: float = 20) -> list[str]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        left = [command for command in processes_of(clone) if re.search(pattern, command)]
        if not left:
            return []
        time.sleep(0.1)
    return left


class TestRun:
    def test_is_healthy_when_it_says_so(self, run: Running):
        status, answer = run.health()
        assert status == 200
        assert answer

    def test_leaves_nothing_behind_and_does_nothing_twice(self, run: Running, clone: Clone, turns: Turns):
        assert run.end(signal.SIGTERM) == 0
        assert wait_until_gone(clone) == []
        again = turns.one()
        assert not [step for step in ("Packages", "Tables", "Demo data") if step in again.said]
        assert again.end(signal.SIGINT) == 0
        assert wait_until_gone(clone) == []

    def test_takes_the_next_port(self, run: Running, clone: Clone):
        second = Running(clone, "--port", run.address.rstrip("/").rpartition(":")[2])
        try:
            assert second.address != run.address
            assert "is taken" in second.said
        finally:
            second.end(signal.SIGTERM)
        # The databases are still needed by the first.
        assert run.health()[0] == 200

    def test_takes_its_processes_along_when_it_is_killed(self, run: Running, clone: Clone, turns: Turns):
        run.end(signal.SIGKILL)
        assert wait_until_gone(clone, "gunicorn|celery") == []
        # Its engines were left, and are found again.
        again = turns.one()
        assert again.health()[0] == 200
        again.end(signal.SIGTERM)
        assert wait_until_gone(clone) == []

    def test_heals_when_a_database_is_killed(self, run: Running, clone: Clone):
        os.kill(clone.postgres_pid(), signal.SIGKILL)
        run.wait_for("(started again)", 20)
        deadline = time.monotonic() + 20
        while True:
            try:
                assert run.health()[0] == 200
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.2)


class TestHelp:
    def test_needs_nothing_installed(self, clone: Clone):
        said = subprocess.run(
            ["bin/run", "--help"], cwd=clone.folder, capture_output=True, text=True, check=True
        )
        assert "--port" in said.stdout
        assert "--reset" in said.stdout
