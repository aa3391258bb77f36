"""What `bin/run` starts: the site, one worker and the clock."""

import contextlib
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from config.launch.supervisor import Child

# Warnings for servers: here everything runs as the user who typed bin/run, and static files come from where they are.
EXPECTED: Final = "ignore:You're running the worker with superuser,ignore:No directory at"


def children(environment: Mapping[str, str], listener: socket.socket, *, reload: bool) -> list[Child]:
    """The three processes, all with the same environment."""
    variables = {**environment, "PYTHONWARNINGS": EXPECTED}
    site = {**variables, "DEBUG": "1"} if reload else variables
    return [
        Child("The site", _gunicorn(listener, reload=reload), site, (listener.fileno(),)),
        Child("The worker", _celery("worker", "--concurrency", "1", "--without-mingle"), variables),
        Child("The clock", _celery("beat", "--pidfile", ""), variables),
    ]


@contextlib.contextmanager
def compiling(environment: Mapping[str, str]) -> Iterator[None]:
    """Compile the engine's passes beside everything else, if they have changed; the site takes them when they are there."""
    compiler = Child("The compiler", [sys.executable, "-m", "tasks.scheduling.compiled"], environment)
    compiler.start()
    try:
        yield
    finally:
        compiler.signal(signal.SIGKILL)
        if compiler.process is not None:
            compiler.process.wait()


def _gunicorn(listener: socket.socket, *, reload: bool) -> list[str]:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{listener.fileno()}"]
    command += ["--workers", "2", "--graceful-timeout", "5", "--timeout", "60", "--log-level", "warning"]
    command += ["--no-control-socket", "--reload" if reload else "--preload"]
    # The heartbeat file must never wait for a disk.
    memory = Path("/dev/shm")  # nosec B108  # gunicorn makes a nameless file there
    return [*command, "--worker-tmp-dir", str(memory)] if memory.is_dir() else command


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--quiet", "-A", "config", *arguments, "--loglevel", "WARNING"]
