"""What is remembered about the engines between starts, and the addresses made from it."""

import contextlib
import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from config.embedded.places import PROJECT, STATE, Account, give

DATABASE: Final = "itdo_erp"
SUPERUSER: Final = "itdo_superuser"
ROLES: Final = ("itdo_owner", "itdo_app", "itdo_operator")
# Only names the socket's file: the folder is private to the clone, so every clone can use the same one.
SOCKET_PORT: Final = 5442
FILE: Final = "engines.json"


class EnginesNotRunningError(RuntimeError):
    """No server is configured, and the embedded ones are not up."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"No database: {reason} Start everything with bin/run, only the engines with "
            "`python -m config.embedded start`, or set DATABASE_URL and REDIS_URL to servers of yours."
        )


def _password() -> str:
    return secrets.token_urlsafe(18)


@dataclass
class Engines:
    """The remembered facts; passwords are drawn once per clone."""

    project: str = str(PROJECT)
    passwords: dict[str, str] = field(
        default_factory=lambda: {name: _password() for name in (SUPERUSER, *ROLES, "valkey")}
    )
    socket_folder: str = ""
    valkey_port: int = 0
    is_kept: bool = False

    def database_url(self, role: str, database: str = DATABASE) -> str:
        """The address of a database as one of the roles."""
        folder = quote(self.socket_folder, safe="")
        return f"postgres://{role}:{self.passwords[role]}@{folder}:{SOCKET_PORT}/{database}"

    def redis_url(self, number: int) -> str:
        """The address of one of Valkey's numbered databases."""
        return f"redis://:{self.passwords['valkey']}@127.0.0.1:{self.valkey_port}/{number}"

    def urls(self) -> dict[str, str]:
        """The variables that the settings read."""
        return {
            "DATABASE_URL": self.database_url("itdo_app"),
            "DATABASE_OWNER_URL": self.database_url("itdo_owner"),
            "DATABASE_OPERATOR_URL": self.database_url("itdo_operator"),
            "REDIS_URL": self.redis_url(0),
            "REDIS_BROKER_URL": self.redis_url(1),
        }

    def postgres_socket(self) -> Path:
        """The file that PostgreSQL listens on."""
        return Path(self.socket_folder) / f".s.PGSQL.{SOCKET_PORT}"


def load(folder: Path) -> Engines:
    """The facts of this clone; those of a clone it was copied from are forgotten, except passwords."""
    path = folder / FILE
    if not path.exists():
        return Engines()
    engines = Engines(**json.loads(path.read_text()))
    if engines.project != str(PROJECT):
        return Engines(passwords=engines.passwords)
    return engines


def save(engines: Engines, folder: Path, account: Account) -> None:
    """Write the facts whole or not at all, readable by their owner only."""
    draft = folder / f"{FILE}.new"
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(engines), file)
    give(draft, account)
    draft.replace(folder / FILE)


def open_lock(path: Path, account: Account) -> IO[str]:
    """A file to lock, the account's own: root may have come first."""
    file = open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+")  # noqa: SIM115
    if os.fstat(file.fileno()).st_uid == 0:
        give(path, account)
    return file


@contextlib.contextmanager
def exclusive(folder: Path, account: Account) -> Iterator[None]:
    """One start or stop at a time; the kernel frees the lock of a killed process."""
    with open_lock(folder / "lock", account) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    """Whether anything listens there."""
    with socket.socket(family) as probe:
        probe.settimeout(1)
        return probe.connect_ex(address) == 0


def environment() -> dict[str, str]:
    """Addresses of the running engines, as the variables that the settings read."""
    try:
        engines = load(STATE)
        remembered = bool(engines.socket_folder and engines.valkey_port)
    except PermissionError as error:
        raise EnginesNotRunningError(f"{STATE} belongs to another account.") from error
    if not remembered:
        raise EnginesNotRunningError("the embedded engines of this clone have never been started.")
    if not answers(socket.AF_UNIX, str(engines.postgres_socket())):
        raise EnginesNotRunningError("the embedded PostgreSQL is not running.")
    if not answers(socket.AF_INET, ("127.0.0.1", engines.valkey_port)):
        raise EnginesNotRunningError("the embedded Valkey is not running.")
    return engines.urls()
