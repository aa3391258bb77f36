"""A worker that no one holds up by sending slowly: it turns to a request when the head of it is here as a whole.

nginx sends a head in one piece. A client that reaches the port past nginx may not, and a sync worker would wait for the rest: as many
connections as there are workers would be enough to have the site stand still.
"""

from __future__ import annotations

import select
import socket
import time
from dataclasses import dataclass
from typing import Any, Final

from gunicorn import util
from gunicorn.workers.sync import SyncWorker

#: How long a head may take, in seconds; and how long the peer may be silent within its body, or take nothing of the answer.
HEAD_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 10.0
#: Between the connection and its head pass microseconds: so long, in seconds, nothing else is looked at.
AT_ONCE: Final = 0.005
#: How often those are looked at who have sent a part, in seconds: the kernel wakes for what it has told of already.
AGAIN: Final = 0.05
#: So long a worker that ends waits for those whom it has taken from the queue, in seconds.
AT_THE_END: Final = 1.0
#: How many wait at one worker; the one that has waited longest makes room.
MOST: Final = 64
#: A head that is longer is refused by gunicorn itself.
LONGEST: Final = 64 * 1024
END: Final = b"\r\n\r\n"


@dataclass(slots=True)
class Waiting:
    """A connection whose head is not whole yet."""

    listener: Any
    address: Any
    #: On the clock `time.monotonic`.
    until: float
    has_begun: bool = False


class WholeHeads(SyncWorker):  # type: ignore[misc]  # gunicorn has no types
    """A sync worker that waits for many heads at once, and works on one request at a time."""

    wait_fds: list[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: dict[socket.socket, Waiting] = {}

    def accept(self, listener: Any) -> None:
        """Those who wait and are whole by now, then the next one from the queue. Raises BlockingIOError where that is empty."""
        self.serve_waiting()
        client, address = listener.accept()
        util.close_on_exec(client)
        client.setblocking(False)
        if len(self._waiting) >= MOST:
            self._drop(next(iter(self._waiting)))
        self._waiting[client] = Waiting(listener, address, time.monotonic() + HEAD_SECONDS)
        select.select([client], [], [], AT_ONCE)
        self._look(client)

    def wait(self, timeout: float) -> Any:
        """For a new connection, or for a head."""
        listening, silent = (
            self.wait_fds,
            [client for client, each in self._waiting.items() if not each.has_begun],
        )
        self.wait_fds = [*listening, *silent]
        try:
            ready = super().wait(min(timeout, self._pause()) if self._waiting else timeout)
        finally:
            self.wait_fds = listening
        self.serve_waiting()
        return [each for each in ready or () if each in listening]

    def run(self) -> None:
        """Serve until told to end, or until so many were served; then those who were taken from the queue and are not lost."""
        super().run()
        self.serve_the_rest()

    def serve_the_rest(self) -> None:
        """All that wait, as far as their heads come soon."""
        until = time.monotonic() + AT_THE_END
        while self._waiting and time.monotonic() < until:
            select.select([*self._waiting], [], [], AGAIN)
            self.serve_waiting()
            if all(each.has_begun for each in self._waiting.values()):
                time.sleep(AGAIN)

    def serve_waiting(self) -> None:
        """Work on those whose head has become whole, and drop who took too long."""
        now = time.monotonic()
        for client, waiting in list(self._waiting.items()):
            if waiting.until < now:
                self._drop(client)
            else:
                self._look(client)

    def _pause(self) -> float:
        """Seconds until those who wait are looked at again without being woken."""
        return AGAIN if any(each.has_begun for each in self._waiting.values()) else 1.0

    def _look(self, client: socket.socket) -> None:
        """Serve it, or let it wait for more."""
        try:
            seen = client.recv(LONGEST, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            seen = b""
        if END in seen or len(seen) >= LONGEST:
            waiting = self._waiting.pop(client)
            client.settimeout(SILENT_SECONDS)
            self.handle(waiting.listener, client, waiting.address)
        elif seen:
            self._waiting[client].has_begun = True
        else:
            self._drop(client)  # gone

    def _drop(self, client: socket.socket) -> None:
        del self._waiting[client]
        client.close()
