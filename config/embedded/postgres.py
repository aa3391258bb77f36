"""One PostgreSQL cluster per clone, on a socket in a private folder."""

import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

from config.embedded import binaries, processes
from config.embedded.places import Account, LauncherError, give, own_folder
from config.embedded.state import SOCKET_PORT, SUPERUSER, Engines, save

# A socket's path may have 107 bytes; the file's own name needs some of them.
LONGEST_SOCKET_FOLDER: Final = 85
START_SECONDS: Final = 60
CONFIGURATION: Final = f"""
listen_addresses = ''
port = {SOCKET_PORT}
unix_socket_permissions = 0700
max_connections = 100
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = off
"""


class Postgres:
    """The server of one state folder."""

    def __init__(self, state: Path, account: Account) -> None:
        self.state = state
        self.account = account
        self.data = state / "postgres"
        self.log = state / "postgres.log"
        self.programs = binaries.postgres_folder(state, account)

    def start(self, engines: Engines) -> None:
        """Bring the cluster up, from nothing, from a clean stop or from a crash."""
        engines.socket_folder = str(self._socket_folder(engines))
        if not (self.data / "ready").exists():
            self._create(engines)
        elif not self.is_ready(engines):
            self._launch(engines)

    def stop(self) -> None:
        """End the server; open connections are cut, transactions rolled back."""
        if self._pid():
            processes.run(
                [self.programs / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop"], self.account
            )

    def is_ready(self, engines: Engines) -> bool:
        """Whether it takes connections (pg_ctl status would count a zombie as alive)."""
        command: list[str | Path] = [
            self.programs / "pg_isready",
            "-q",
            "-t",
            "2",
            "-h",
            engines.socket_folder,
        ]
        return processes.succeeds([*command, "-p", str(SOCKET_PORT)], self.account)

    def _socket_folder(self, engines: Engines) -> Path:
        inside = self.state / "run"
        if len(str(inside).encode()) <= LONGEST_SOCKET_FOLDER:
            return own_folder(inside, self.account)
        known = Path(engines.socket_folder)
        if engines.socket_folder and known.is_dir() and known.stat().st_uid == self.account.uid:
            return known
        # Never a name that others could foresee: they might have put a link there.
        return own_folder(Path(tempfile.mkdtemp(prefix="itdo-")), self.account)

    def _create(self, engines: Engines) -> None:
        """Make the cluster, its roles and its database; a half-made one is made again."""
        self._remove_unfinished()
        secret = self.state / "superuser-password"
        secret.touch(mode=0o600)
        give(secret, self.account)
        secret.write_text(engines.passwords[SUPERUSER])
        try:
            processes.run(self._initdb(secret), self.account)
        finally:
            secret.unlink()
        with open(self.data / "postgresql.conf", "a") as file:
            file.write(CONFIGURATION)
        save(engines, self.state, self.account)
        self._launch(engines)
        from config.embedded import provisioning  # noqa: PLC0415  # needs psycopg; `bin/run --help` answers without

        provisioning.provision(engines)
        (self.data / "ready").touch()
        give(self.data / "ready", self.account)

    def _remove_unfinished(self) -> None:
        if not self.data.exists():
            return
        if self._pid():
            self.stop()
        processes.run(["rm", "-rf", self.data], self.account)

    def _initdb(self, secret: Path) -> list[str | Path]:
        # Trigrams of Japanese text work under the builtin C.UTF-8 only, and it is the one locale that every
        # machine has.
        return [
            self.programs / "initdb",
            *("-D", self.data, "-U", SUPERUSER, "--pwfile", secret, "-A", "scram-sha-256", "-E", "UTF8"),
            *(
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C.UTF-8",
                "--no-instructions",
            ),
        ]

    def _launch(self, engines: Engines) -> None:
        self._clear_leftovers(engines)
        if self._pid() and not engines.postgres_socket().exists():
            # Alive but out of reach: a cleaner of temporary files took its socket.
            self.stop()
        if not self._pid():
            self.log.touch(mode=0o600)
            give(self.log, self.account)
            options = f"-k {engines.socket_folder}"
            command: list[str | Path] = [
                self.programs / "pg_ctl",
                "-D",
                self.data,
                "-W",
                "-l",
                self.log,
                "-o",
                options,
            ]
            processes.run([*command, "start"], self.account)
        self._wait(engines)

    def _wait(self, engines: Engines) -> None:
        deadline = time.monotonic() + START_SECONDS
        grace = time.monotonic() + 2
        while not self.is_ready(engines):
            now = time.monotonic()
            if now > deadline or (now > grace and not self._pid()):
                self._refuse_another_version()
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
                raise LauncherError(f"PostgreSQL did not start. The end of {self.log}:\n{tail}")
            time.sleep(0.02)

    def _refuse_another_version(self) -> None:
        """Data of another major version: they are read by the programs that made them alone."""
        made = (self.data / "PG_VERSION").read_text().strip()
        said = subprocess.run(
            [self.programs / "postgres", "--version"], check=False, text=True,
            **processes.quietly(self.account) | {"stdout": subprocess.PIPE},
        ).stdout  # fmt: skip
        if f" {made}." not in said:
            raise LauncherError(
                f"{self.data} was made by PostgreSQL {made}, and this is {said.strip()}, which cannot read it. Go back to the "
                "version of the project that you had, run `.venv/bin/python manage.py backup` and `.venv/bin/python -m config.embedded "
                "reset` there, and `.venv/bin/python manage.py restore FILE` with this one."
            )

    def _pid(self) -> int | None:
        """The live server of this data folder, whatever the pid file claims."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if processes.lives_in(pid, self.data) else None

    def _clear_leftovers(self, engines: Engines) -> None:
        """Remove lock files of a killed server: PostgreSQL believes any live process with that number."""
        if self._pid() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            engines.postgres_socket().with_name(f"{engines.postgres_socket().name}.lock").unlink(
                missing_ok=True
            )
            self._wait_for_orphans()

    def _wait_for_orphans(self) -> None:
        """The children of a killed server need a moment to notice, and hold the shared memory until then."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and any(
            processes.lives_in(int(entry.name), self.data)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit()
        ):
            time.sleep(0.05)
