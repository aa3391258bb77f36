"""A process beside the workers that answers probes, on the site's port and 100 more.

Workers may all be busy, or wait for a database that is frozen: that is no reason to kill the site, nor to send no one
there any more. It is of the same program, ends with it, and asks the databases itself (`config.observability`).
"""

from __future__ import annotations

import os
import signal
import socketserver
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from config.web.metrics import name_process

PORT_AFTER: Final = 100
#: What is answered here; pages are the workers' business.
PATHS: Final = ("/health", "/metrics")
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """One thread for each probe: one that waits for a database holds up no other."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 32
    parent = 0

    def service_actions(self) -> None:
        """Called twice a second: the site it answers for may be gone without a word."""
        if os.getppid() != self.parent:
            os._exit(0)

    def server_bind(self) -> None:
        """Without asking a name server what this machine is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()

    def handle_error(self, *_: object) -> None:
        """The client is gone already."""


class Handler(WSGIRequestHandler):
    """Says nothing into the log, and does not wait for slow senders."""

    timeout = 5

    def address_string(self) -> str:
        """The number, not a name."""
        return str(self.client_address[0])

    def log_message(self, *_: object) -> None:
        """Every few seconds the same."""


def only_probes(application: Application) -> Application:
    """The site, with no other address than those of probes."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if str(environ.get("PATH_INFO", "")).startswith(PATHS):
            return application(environ, start)
        start("404 Not Found", [("Content-Length", "0")])
        return []

    return answer


def start(arbiter: Any) -> int:
    """Fork it from gunicorn's first process, whose program and settings it shares; answers its number, 0 without a port."""
    host, port = _address(arbiter)
    if not port:
        return 0
    application, parent = arbiter.app.wsgi(), os.getpid()
    if pid := os.fork():
        return pid
    try:
        name_process("probes")
        for number in [*arbiter.SIGNALS, signal.SIGCHLD]:
            signal.signal(number, signal.SIG_DFL)
        # The site's own port must close with the site.
        for listener in arbiter.LISTENERS:
            listener.sock.close()
        _serve(only_probes(application), host, port + PORT_AFTER, parent)
    finally:
        os._exit(1)


def _address(arbiter: Any) -> tuple[str, int]:
    """The first port that the site listens on; one that is served through a file has none."""
    for listener in arbiter.LISTENERS:
        name = listener.sock.getsockname()
        if isinstance(name, tuple):
            return str(name[0]), int(name[1])
    return "", 0


def _serve(application: Application, host: str, port: int, parent: int) -> None:
    try:
        server = Server((host, port), Handler)
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"Probes are not answered: port {port} cannot be had ({error}).\n")
        return
    server.parent = parent
    server.set_app(application)
    server.serve_forever()


def end(pid: int) -> None:
    """Together with the site; another process may have ended it before."""
    if pid:
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            return
