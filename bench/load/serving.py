"""The site as a container runs it, and a worker beside it; both on the bench's database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

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


@contextmanager
def running(variables: Mapping[str, str]) -> Iterator[tuple[int, int, int]]:
    """The site's port, its process and the worker's; limits are on, as they are shipped."""
    environment = {**os.environ, **variables, "PYTHONWARNINGS": EXPECTED}
    # What an image has done before: the engine's passes compiled.
    subprocess.run([sys.executable, "-m", "tasks.scheduling.compiled"], cwd=ROOT, env=environment, check=True)
    with socket.socket() as listener:
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
        served = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[listener.fileno()])
        worker = subprocess.Popen([sys.executable, *WORKER], cwd=ROOT, env=environment)
        try:
            port = listener.getsockname()[1]
            site.wait(port, served)
            yield port, served.pid, worker.pid
        finally:
            for process in (served, worker):
                process.terminate()
                process.wait(60)
