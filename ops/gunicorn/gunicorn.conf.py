"""How the site is served in a container. What gunicorn itself does not decide comes from WEB_CONCURRENCY and the like."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

bind = "0.0.0.0:8000"  # nosec B104  # who may reach it is the networks' business
# Pages compute: one request at a time for each process beats threads and event loops (bench/pages.py). Ours ends without
# losing those who wait, and is held up by none who sends slowly (config/serving/heads.py).
worker_class = "config.serving.draining.Draining"
workers = int(os.environ.get("WEB_CONCURRENCY", "4"))
# What the workers share is loaded once; a restart of one of them costs nothing.
preload_app = True
# Memory that a library does not give back; the jitter keeps workers from starting anew all at once.
max_requests = 2_000
max_requests_jitter = 400
# The queue that the kernel keeps. Longer, and people wait for what they have given up on (see also ops/nginx/site.conf).
backlog = 64
# One request; nginx waits five seconds longer, so that it is the site who says what went wrong.
timeout = 60
# What is under way at the end of a container; its grace period is longer.
graceful_timeout = 25
# The heartbeat file must never wait for a disk.
worker_tmp_dir = "/dev/shm"  # nosec B108  # gunicorn makes a nameless file there
# A socket for commands would be a file on a read-only disk.
no_control_socket = True
# nginx writes the lines of requests, with the same request id.
accesslog = None
errorlog = "-"
loglevel = "warning"

# -- figures: what each process has counted lies in a folder, and whichever is asked adds all of it up (config/web/metrics.py) --
figures = Path(tempfile.gettempdir(), f"itdo-figures-{os.getpid()}")
for left in figures.parent.glob("itdo-figures-*"):
    number = left.name.rpartition("-")[2]
    if left == figures or not Path("/proc", number).exists():  # of one that was killed
        shutil.rmtree(left, ignore_errors=True)
figures.mkdir(mode=0o700)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(figures)
_taken: set[int] = set()


def pre_fork(server: Any, worker: Any) -> None:
    """A worker gets the lowest number that is free, and goes on in the files of the one that had it before."""
    worker.place = next(place for place in range(1, 10_000) if place not in _taken)
    _taken.add(worker.place)


def post_fork(server: Any, worker: Any) -> None:
    """It writes files of its own."""
    from config.web.metrics import name_process

    name_process(f"worker{worker.place}")


def child_exit(server: Any, worker: Any) -> None:
    """However it ended, its files are not written any more."""
    _taken.discard(worker.place)


# -- probes: a process and a port of their own; the end: requests that wait are served, and no new ones come in (config/serving) ---
_probes: list[int] = []


def when_ready(server: Any) -> None:
    """Before the first worker starts."""
    from config.serving import draining, probes

    _probes.append(probes.start(server))
    stop = server.stop

    def stop_gently(graceful: bool = True) -> None:
        for listener in server.LISTENERS if graceful else []:
            draining.turn_away(listener.sock)
        stop(graceful)

    # There is no hook for the moment before the end.
    server.stop = stop_gently


def on_exit(server: Any) -> None:
    """Leave nothing behind."""
    from config.serving import probes

    for process in _probes:
        probes.end(process)
    shutil.rmtree(figures, ignore_errors=True)
