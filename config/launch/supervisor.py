"""The processes of `bin/run`: started together, started again when one dies, ended together."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from config.launch.progress import complain

PR_SET_PDEATHSIG: Final = 1
END_SECONDS: Final = 15
# Dying this often within a minute is no accident.
DEATHS_A_MINUTE: Final = 4
_libc: Final = ctypes.CDLL(None, use_errno=True)


class GaveUpError(Exception):
    """A process that cannot stay alive."""


@dataclass
class Child:
    """One process and everything below it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    pass_fds: Sequence[int] = ()
    deaths: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a group of its own, so that the group can be ended as one."""
        self.process = subprocess.Popen(
            list(self.command),
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            pass_fds=self.pass_fds,
            start_new_session=True,
            # Safe here: the launcher has one thread only.
            preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509
        )

    def has_ended(self) -> bool:
        """Whether it is gone; its exit is collected."""
        return self.process is None or self.process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        """Tell the process and all that it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                pass


def _die_with_parent(parent: int) -> Callable[[], None]:
    """Ask the kernel to end a child when bin/run itself is killed and cannot do it."""

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


class Supervisor:
    """Keeps children alive until told to end."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children

    def start(self) -> None:
        """Start all."""
        for child in self.children:
            child.start()

    def watch(self) -> None:
        """Start again what has died; give up on what dies again and again."""
        for child in self.children:
            if not child.has_ended():
                continue
            now = time.monotonic()
            child.deaths = [death for death in child.deaths if now - death < 60] + [now]
            if len(child.deaths) >= DEATHS_A_MINUTE:
                raise GaveUpError(
                    f"{child.name} ended {len(child.deaths)} times within a minute; see above why."
                )
            complain(f"  {child.name} ended and is started again.")
            # What it left of its group would hold on to its socket or its queue.
            child.signal(signal.SIGKILL)
            child.start()

    def end(self) -> None:
        """Ask all to finish what they do, then insist."""
        for child in self.children:
            # A worker counts a second TERM as impatience, so only the head of the group hears it.
            if child.process is not None and not child.has_ended():
                child.process.terminate()
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline and not all(child.has_ended() for child in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
