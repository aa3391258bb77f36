"""The site as a container runs it, and a worker beside it; both on the bench's database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from bench import site
from bench.database import ROOT
from config.launch.services import EXPECTED

WORKER = (
    "-m",
    "celery",
    "--quiet",
    "-A",
    "config",
    "worker",
    "--concurrency",
    "1",
    "--without-mingle",
    "--loglevel",
    "ERROR",
)


#: Containers of so many processes each: two processes a core, and together a queue that holds everybody.
CONTAINERS, PROCESSES = 2, 2


@contextmanager
def running(variables: Mapping[str, str]) -> Iterator[tuple[list[int], list[int], int]]:
    """The ports of the site, its processes, and the worker's; limits are on, as they are shipped."""
    environment = {**os.environ, **variables, "PYTHONWARNINGS": EXPECTED, "WEB_CONCURRENCY": str(PROCESSES)}
    # What an image has done before: the engine's passes compiled.
    subprocess.run([sys.executable, "-m", "tasks.scheduling.compiled"], cwd=ROOT, env=environment, check=True)
    with ExitStack() as stack:
        stack.enter_context(
            _ended(worker := subprocess.Popen([sys.executable, *WORKER], cwd=ROOT, env=environment))
        )
        ports, served = [], []
        for _ in range(CONTAINERS):
            listener = stack.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            listener.listen(64)
            command = [
                sys.executable,
                "-m",
                "gunicorn",
                "--config",
                "ops/gunicorn/gunicorn.conf.py",
                "config.wsgi",
            ]
            command += ["--bind", f"fd://{listener.fileno()}"]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[listener.fileno()])
            stack.enter_context(_ended(process))
            ports.append(listener.getsockname()[1])
            site.wait(ports[-1], process)
            served.append(process.pid)
        yield ports, served, worker.pid


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)
