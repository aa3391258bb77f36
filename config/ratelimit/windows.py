"""Moving windows in Redis: how often something has happened in the last minute or hour, over all replicas.

Each window is a list of moments, the newest first, no longer than its count. All windows that a request falls under are
asked and entered by one script, so a request costs one round trip and two replicas cannot both take the last place.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import RedisError

UNITS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
#: So long no request waits for a server that did not answer.
REST_SECONDS: Final = 2.0

# KEYS: the windows. ARGV: this moment in ms, or 0 for the server's own clock, which all replicas share; then count and
# length in ms of each window. What is refused is not entered: who knocks on is let in again when the window has moved.
SCRIPT: Final = """
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local answer, refused = {0}, false
for i, key in ipairs(KEYS) do
  local count, length = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local newest = redis.call('LINDEX', key, 0)
  if newest and tonumber(newest) <= now - length then redis.call('DEL', key) end
  local oldest = redis.call('LINDEX', key, -1)
  while oldest and tonumber(oldest) <= now - length do
    redis.call('RPOP', key)
    oldest = redis.call('LINDEX', key, -1)
  end
  local used = redis.call('LLEN', key)
  if used >= count then refused = true end
  answer[#answer + 1] = used
  answer[#answer + 1] = oldest and tonumber(oldest) + length - now or length
end
if refused then return answer end
for i, key in ipairs(KEYS) do
  redis.call('LPUSH', key, string.format('%.0f', now))
  redis.call('PEXPIRE', key, ARGV[2 * i + 1])
end
answer[1] = 1
return answer
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so long."""

    count: int
    seconds: int


def read_rate(text: str) -> Rate:
    """`100/minute`; raises ValueError for anything else."""
    count, _, unit = text.strip().partition("/")
    if unit not in UNITS or not count.isdecimal() or int(count) < 1:
        raise ValueError(f"{text!r} is no limit; write it like 100/minute (second, minute, hour, day)")
    return Rate(int(count), UNITS[unit])


@dataclass(frozen=True, slots=True)
class RateWindow:
    """One limit for one client: `api_user` for `u17`."""

    limit: str
    whose: str
    rate: Rate

    @property
    def key(self) -> str:
        """Where Redis keeps it."""
        return f"{settings.CACHES['default']['KEY_PREFIX']}:limit:{self.limit}:{self.whose}"


@dataclass(frozen=True, slots=True)
class Standing:
    """A window after it was asked: places left, and seconds until the next one is free."""

    window: RateWindow
    left: int
    seconds: int


class WindowsAwayError(Exception):
    """Redis does not answer; who asks decides what that means."""


class Windows:
    """The windows of this process's Redis."""

    def __init__(self) -> None:
        self._script: Any = None
        self._rests_until = 0.0

    def enter(
        self, windows: Sequence[RateWindow], *, now: int = 0, insists: bool = False
    ) -> tuple[bool, list[Standing]]:
        """Take a place in every window, or in none. `insists` asks even a server that did not answer a moment ago."""
        if not insists and time.monotonic() < self._rests_until:
            raise WindowsAwayError
        arguments = [now]
        for window in windows:
            arguments += [window.rate.count, window.rate.seconds * 1000]
        try:
            client = get_redis_connection("default")
            self._script = self._script or client.register_script(SCRIPT)
            keys = [window.key for window in windows]
            entered, *found = self._script(keys=keys, args=arguments, client=client)
        except RedisError as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            raise WindowsAwayError from error
        return bool(entered), [
            Standing(window, max(window.rate.count - used - entered, 0), max(-(-wait // 1000), 1))
            for window, used, wait in zip(windows, found[::2], found[1::2], strict=True)
        ]


windows = Windows()
