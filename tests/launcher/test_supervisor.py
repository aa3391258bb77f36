"""Processes that are started together, kept alive, and ended together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.launch.supervisor import Child, GaveUpError, Supervisor

FOREVER = "import time; time.sleep(600)"
WITH_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {FOREVER!r}])"
# A launcher of its own, which can be killed without taking the tests along.
LAUNCHER = f"""
import os, sys, time
from config.launch.supervisor import Child, Supervisor
child = Child("child", [sys.executable, "-c", {FOREVER!r}], dict(os.environ))
Supervisor([child]).start()
print(child.process.pid, flush=True)
time.sleep(600)
"""


def until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def group(leader: int) -> list[int]:
    """Live processes of a group."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == leader and is_alive(int(entry.name)):
                    found.append(int(entry.name))
            except ProcessLookupError:
                continue
    return found


@pytest.fixture
def start() -> Iterator[Callable[[str], tuple[Supervisor, Child]]]:
    started = []

    def start_child(program: str) -> tuple[Supervisor, Child]:
        child = Child("The child", [sys.executable, "-c", program], dict(os.environ))
        supervisor = Supervisor([child])
        supervisor.start()
        started.append(supervisor)
        return supervisor, child

    yield start_child
    for supervisor in started:
        supervisor.end()


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


class TestSupervisor:
    def test_starts_again_what_was_killed(self, start, capsys: pytest.CaptureFixture[str]):
        supervisor, child = start(FOREVER)
        first = pid_of(child)
        os.kill(first, signal.SIGKILL)
        assert until(child.has_ended)
        supervisor.watch()
        assert pid_of(child) != first
        assert not child.has_ended()
        assert "The child ended and is started again" in capsys.readouterr().err

    def test_gives_up_on_what_cannot_live(self, start):
        supervisor, child = start("raise SystemExit(1)")

        def dies_again() -> bool:
            until(child.has_ended)
            supervisor.watch()
            return False

        with pytest.raises(GaveUpError, match="The child ended 4 times"):
            until(dies_again)

    def test_ends_grandchildren_too(self, start):
        supervisor, child = start(WITH_A_CHILD)
        leader = pid_of(child)
        assert until(lambda: len(group(leader)) == 2)
        supervisor.end()
        assert until(lambda: not group(leader))

    def test_is_followed_by_its_children_when_it_is_killed(self):
        launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER], stdout=subprocess.PIPE, text=True)
        assert launcher.stdout is not None
        child = int(launcher.stdout.readline())
        assert is_alive(child)
        launcher.kill()
        launcher.wait()
        launcher.stdout.close()
        assert until(lambda: not is_alive(child))
