"""Redis with the files of `ops/redis`."""

from __future__ import annotations

import re
from collections.abc import Mapping

import redis

from tests.drills.kit import packages
from tests.drills.kit.programs import SERVANT, Program, Room, free_port, wait_until
from tests.ops.files import ROOT


class Redis:
    """A running server."""

    def __init__(self, program: Program, port: int) -> None:
        self.program, self.port, self.url = program, port, f"redis://127.0.0.1:{port}/0"
        self.client = redis.Redis(port=port, socket_timeout=5)


def start(room: Room, kind: str, *, changes: Mapping[str, str] | None = None, name: str = "") -> Redis:
    """`cache` or `broker`; `changes` are patterns of lines and what takes their place."""
    packages.need("postgres")  # whose account it runs as
    text = (ROOT / f"ops/redis/{kind}.conf").read_text(encoding="utf-8")
    port, folder = free_port(), room.folder(name or kind, user=SERVANT)
    replaced = {
        r"port 6379": f"port {port}",
        r"dir /data": f"dir {folder}",
        r"bind .*": "bind 127.0.0.1",
        **(changes or {}),
    }
    for before, after in replaced.items():
        text = re.sub(f"^{before}$", after, text, flags=re.MULTILINE)
    (folder / "redis.conf").write_text(text)
    command = [packages.need("redis-server")["redis-server"], str(folder / "redis.conf")]
    made = Redis(room.program(name or kind, command, user=SERVANT), port)
    wait_until(lambda: _answers(made), f"Redis {kind}")
    return made


def _answers(made: Redis) -> bool:
    try:
        return bool(made.client.ping())
    except redis.RedisError:
        return False
