"""Programs that a drill starts, breaks and ends."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

#: Who runs what must not be root; Debian's package of PostgreSQL brings the account.
SERVANT = "postgres"


#: Below the ports that the system gives to connections that go out (32768 and up): between the probe and the start of a program, which
#: may take seconds, none of the many connections to databases can take it.
PORTS = range(15_000, 32_000)


def free_port() -> int:
    """A port that nothing listened on a moment ago."""
    # Workers of tests are seeded alike, and would all try the same ones.
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def wait_until(is_so: Callable[[], object], what: str, *, seconds: float = 30, every: float = 0.05) -> float:
    """Wait, and answer how long it took in seconds; fails with the words of what did not come."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with suppress(OSError):
            if is_so():
                return time.monotonic() - began
        time.sleep(every)
    raise AssertionError(f"{what}: not within {seconds} s")


def family(pid: int) -> list[int]:
    """A process and all that come from it, parents first."""
    found = [pid]
    for parent in found:
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


class Program:
    """A running program; its words are in `log`."""

    def __init__(self, name: str, command: Sequence[str | Path], folder: Path, **options: Any) -> None:
        self.name, self.command, self.log = name, list(map(str, command)), folder / f"{name}.log"
        self._options = options
        self.start()

    def start(self) -> None:
        """Start it, or start it again."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._options,
            )

    @property
    def pid(self) -> int:
        """Of the first process."""
        return self.process.pid

    def is_running(self) -> bool:
        """Whether its first process lives."""
        return self.process.poll() is None

    def send(self, what: int) -> None:
        """A signal to its first process alone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, what)

    def _send_all(self, what: int) -> None:
        for pid in family(self.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def kill(self) -> None:
        """As if the machine were gone: kill -9 of it and of everything that it started."""
        if self.is_running():
            self._send_all(signal.SIGKILL)
        self.process.wait(30)

    def freeze(self) -> None:
        """It is there and answers nothing (SIGSTOP)."""
        self._send_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._send_all(signal.SIGCONT)

    def end(self, what: int = signal.SIGTERM, *, seconds: float = 60) -> int:
        """Ask it to end, and wait; answers its exit code."""
        self.thaw()
        self.send(what)
        return self.process.wait(seconds)

    def words(self) -> str:
        """All that it has said."""
        return self.log.read_text(errors="replace")


class Room:
    """Folders and programs of one test; nothing stays of them."""

    def __init__(self) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="itdo-drill-"))
        self.place.chmod(0o755)
        self.programs: list[Program] = []
        #: Of what ends otherwise than by a signal to a process that we started.
        self.endings: list[Callable[[], object]] = []

    def folder(self, name: str, *, user: str = "") -> Path:
        """A folder, of another account where we are root."""
        made = self.place / name
        made.mkdir(parents=True, exist_ok=True)
        if user and os.geteuid() == 0:
            shutil.chown(made, user, user)
        return made

    def program(
        self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, user: str = "",
        cwd: Path | None = None,
    ) -> Program:  # fmt: skip
        """Start a program; it is ended with the room."""
        options: dict[str, Any] = {"env": dict(os.environ if env is None else env), "cwd": cwd or self.place}
        if user and os.geteuid() == 0:
            options |= {"user": user, "group": user, "extra_groups": []}
        started = Program(name, command, self.place, **options)
        self.programs.append(started)
        return started

    def run(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        user: str = "",
        check: bool = True,
        cwd: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end; what it said is in the failure."""
        options: dict[str, Any] = (
            {"user": user, "group": user, "extra_groups": []} if user and os.geteuid() == 0 else {}
        )
        result = subprocess.run(
            list(map(str, command)), env=None if env is None else dict(env), cwd=cwd or self.place,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False, **options,
        )  # fmt: skip
        if check and result.returncode != 0:
            raise AssertionError(
                f"{command[0]} ended with {result.returncode}:\n{result.stdout}{result.stderr}"
            )
        return result

    def close(self) -> None:
        """End everything, the last first."""
        for ending in reversed(self.endings):
            ending()
        for program in reversed(self.programs):
            program.kill()
        shutil.rmtree(self.place, ignore_errors=True)
