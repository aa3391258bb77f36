"""The open port, and the three processes behind it."""

import contextlib
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Final

from config.embedded import EnginesNotRunningError, engines, environment
from config.launch import services
from config.launch.progress import complain, say, step
from config.launch.supervisor import GaveUpError, Supervisor

PORTS_TRIED: Final = 50
READY_SECONDS: Final = 60
ENGINE_CHECK_SECONDS: Final = 2.0


class CannotListenError(Exception):
    """No port to serve on."""


@contextlib.contextmanager
def listening(wanted: int) -> Iterator[socket.socket]:
    """An open port: the wanted one or the next free one. Held here, it survives a restart of the site."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(512)
        except PermissionError as error:
            listener.close()
            raise CannotListenError(
                f"Port {port} is for root only. Choose one above 1023 with --port."
            ) from error
        except OSError:
            listener.close()
            say(f"  Port {port} is taken by another program; trying the next one.")
            continue
        with listener:
            yield listener
        return
    raise CannotListenError(f"No port from {wanted} on is free. Choose another with --port.")


def serve(variables: Mapping[str, str], listener: socket.socket, *, reload: bool, embedded: bool) -> None:
    """Start the processes and watch over them until a signal ends it."""
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    # Mails and calendars lead to the port that was really taken.
    variables = {"SITE_URL": address, **variables}
    supervisor = Supervisor(services.children(variables, listener, reload=reload))
    try:
        with step("Site, worker and clock"):
            supervisor.start()
            _wait_until_healthy(f"{address}health", supervisor)
        say(
            f"\n  Open {address} and choose a person to sign in as; there is no password. Ctrl-C ends everything.\n"
        )
        _watch(supervisor, embedded=embedded)
    finally:
        supervisor.end()


def _wait_until_healthy(address: str, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + READY_SECONDS
    reason = ""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=10):  # nosec B310  # our own http address
                return
        except urllib.error.HTTPError as error:
            reason = error.read().decode(errors="replace")[:500]
        except OSError as error:
            reason = str(error)
        supervisor.watch()
        time.sleep(0.1)
    raise GaveUpError(f"{address} did not answer well within {READY_SECONDS} seconds: {reason}")


def _watch(supervisor: Supervisor, *, embedded: bool) -> None:
    next_check = 0.0
    while True:
        supervisor.watch()
        if embedded and time.monotonic() > next_check:
            _revive_engines()
            engines.bound_logs()
            next_check = time.monotonic() + ENGINE_CHECK_SECONDS
        time.sleep(0.2)


def _revive_engines() -> None:
    try:
        environment()
    except EnginesNotRunningError:
        complain("  A database was ended and is started again.")
        engines.start()
