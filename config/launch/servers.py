"""The servers that a command needs: configured ones, else embedded ones for as long as it runs."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded import engines
from config.embedded.places import STATE
from config.launch.progress import step


@dataclass(frozen=True)
class Servers:
    """Addresses to add to the environment; the state folder is None when the servers are another owner's."""

    urls: dict[str, str]
    state: Path | None

    @property
    def variables(self) -> dict[str, str]:
        """The environment of what uses them."""
        return os.environ | self.urls


def are_configured() -> bool:
    """Whether the environment names both servers."""
    return bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


@contextlib.contextmanager
def running() -> Iterator[Servers]:
    """Whichever servers there are; a variable that is set wins over an embedded one."""
    if are_configured():
        yield Servers({}, None)
        return
    with contextlib.ExitStack() as stack:
        with step("PostgreSQL and Valkey") as note:
            urls = stack.enter_context(engines.running())
            if engines.is_fallback():
                note(f"(state in {STATE.resolve()})")
        yield Servers({name: os.environ.get(name) or url for name, url in urls.items()}, STATE.resolve())
