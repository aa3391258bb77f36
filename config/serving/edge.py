"""What people get from nginx, as figures: `python -m config.serving.edge` beside each nginx, or beside two of them.

Seconds that a worker measures begin when it turns to a request: those in the queue, and those who are refused, are not among
them. nginx tells of each request by a line into a socket (ops/nginx/nginx.conf); a reader that is away holds up nothing.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server

SOCKET: Final = "/run/figures/nginx.sock"
PORT: Final = 9113
#: Lines that wait to be read, in bytes: some thousands.
ROOM: Final = 4 * 2**20
#: What a request was for (`$figure_of` in nginx.conf).
KINDS: Final = frozenset({"page", "upload", "static", "identity"})


class Edge:
    """Requests by kind and status, and how long they took as nginx saw them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "itdo_edge_requests", "Requests that nginx answered.", ["kind", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "itdo_edge_seconds",
            "Seconds from a request's first byte to the last one of its answer.",
            ["kind"],
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
            registry=self.registry,
        )
        for kind in KINDS:
            self.seconds.labels(kind)

    def count(self, line: str) -> None:
        """One line of nginx: `… figures: page 200 0.012`. What is none is passed over."""
        kind, status, seconds = [*line.rpartition("figures: ")[2].split(), "", "", ""][:3]
        with suppress(ValueError):
            # Labels are few, whatever comes.
            if kind in KINDS and 100 <= int(status) <= 599:
                self.seconds.labels(kind).observe(float(seconds))
                self.requests.labels(kind, status).inc()


def listen(path: str) -> socket.socket:
    """The socket that nginx writes into; one that was left behind is taken away."""
    Path(path).unlink(missing_ok=True)
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM)
    opened.bind(path)
    # nginx has a user of its own.
    Path(path).chmod(0o666)  # nosec B103  # numbers come in here, and nothing goes out
    return opened


def main() -> None:
    """Count until told to end."""
    path, port = os.environ.get("EDGE_SOCKET", SOCKET), int(os.environ.get("EDGE_PORT", PORT))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    edge, opened = Edge(), listen(path)
    start_http_server(port, registry=edge.registry)
    while True:
        edge.count(opened.recv(4096).decode(errors="replace"))


if __name__ == "__main__":
    main()
