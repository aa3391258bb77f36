"""The end of a site that loses no request: no new one comes in, and those in the queue are served before it closes.

gunicorn closes its socket with those in it that are not served yet. nginx asks another process for a page then, but not for
a change: it was sent, and what became of it is unknown.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from contextlib import suppress
from typing import Any, Final

from config.serving.heads import WholeHeads

#: linux/filter.h: a filter of one instruction, "return 0 bytes of it".
SO_ATTACH_FILTER: Final = 26
NOTHING: Final = struct.pack("HBBI", 0x06, 0, 0, 0)


def turn_away(listener: socket.socket) -> None:
    """Let the kernel drop who knocks from now on: they knock again after a second, hear that it is closed, and go on.

    Without it a busy site would never come to the end of its queue. Where the kernel does not know filters, the queue is
    served all the same, and the few who come between its end and the closing are lost.
    """
    instruction = ctypes.create_string_buffer(NOTHING, len(NOTHING))
    program = struct.pack("HL", 1, ctypes.addressof(instruction))
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


class Draining(WholeHeads):
    """A worker that serves, before it ends with the site, those who wait in the queue."""

    is_ending = False

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM; the request under way goes on."""
        self.is_ending = True
        super().handle_exit(sig, frame)

    def run(self) -> None:
        """Serve until told to end, then to the end of the queue."""
        super().run()
        if self.is_ending:
            for listener in self.sockets:
                self._empty(listener)

    def _empty(self, listener: Any) -> None:
        # Workers share one queue: each takes from it until none is left, and closes at once.
        with suppress(BlockingIOError):
            while True:
                self.notify()
                with suppress(ConnectionAbortedError):
                    self.accept(listener)
        self.serve_the_rest()
        listener.close()
