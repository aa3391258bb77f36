"""Connections to the cache that don't ask again at once when it does not answer.

A page asks the cache some ten times. With one that hangs each question would cost its whole timeout; so the first one of a process
costs it, and for a moment the others are told at once that it is not there, which `IGNORE_EXCEPTIONS` takes for an empty cache.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final

from redis.connection import Connection, SSLConnection, UnixDomainSocketConnection
from redis.exceptions import ConnectionError as AwayError
from redis.exceptions import TimeoutError as SilentError

if TYPE_CHECKING:
    _Base = Connection
else:
    _Base = object

log = logging.getLogger(__name__)
REST_SECONDS: Final = 5.0
#: By server: until when it is left alone.
rests: dict[str, float] = {}


class Resting(_Base):
    """Notes when a server does not answer."""

    @property
    def _server(self) -> str:
        return f"{getattr(self, 'host', '')}:{getattr(self, 'port', '')}{getattr(self, 'path', '')}"

    def connect(self) -> Any:
        """Connect, unless the server did not answer a moment ago."""
        if time.monotonic() < rests.get(self._server, 0.0):
            raise AwayError(f"{self._server} did not answer a moment ago")
        try:
            return super().connect()  # type: ignore[no-untyped-call]  # the library has few types
        except (AwayError, SilentError) as error:
            self._rest(error)
            raise

    def read_response(self, *args: Any, **kwargs: Any) -> Any:
        """The server's answer."""
        try:
            return super().read_response(*args, **kwargs)
        except (AwayError, SilentError) as error:
            self._rest(error)
            raise

    def _rest(self, error: Exception) -> None:
        # One line for all that is not asked meanwhile.
        log.warning("%s is left alone for %.0f s: %s", self._server, REST_SECONDS, type(error).__name__)
        rests[self._server] = time.monotonic() + REST_SECONDS


class RestingConnection(Resting, Connection):
    """Without encryption."""


class RestingSSLConnection(Resting, SSLConnection):
    """With TLS."""


class RestingSocketConnection(Resting, UnixDomainSocketConnection):
    """Through a socket file of this machine."""


def connection_class(url: str) -> type[Resting]:
    """The kind for an address: `redis://`, `rediss://` or `unix://`."""
    kinds = {"rediss": RestingSSLConnection, "unix": RestingSocketConnection}
    return kinds.get(url.partition(":")[0], RestingConnection)
