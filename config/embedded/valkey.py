"""One Valkey per clone, on a port of 127.0.0.1 that was free, behind a password."""

import os
import socket
import time
from pathlib import Path
from typing import Final

from config.embedded import binaries, processes
from config.embedded.places import Account, LauncherError, give, own_folder
from config.embedded.state import Engines

START_SECONDS: Final = 20


class Valkey:
    """The server of one state folder."""

    def __init__(self, state: Path, account: Account) -> None:
        self.account = account
        self.folder = own_folder(state / "valkey", account)
        self.log = state / "valkey" / "valkey.log"
        self.program = binaries.valkey_server(state, account)

    def start(self, engines: Engines) -> None:
        """Bring it up, on the port it had before when that is still free."""
        if self.is_ready(engines):
            return
        engines.valkey_port = _free_port(engines.valkey_port)
        processes.run([self.program, self._configure(engines)], self.account)
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready(engines):
            if time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
                raise LauncherError(f"Valkey did not start. The end of {self.log}:\n{tail}")
            time.sleep(0.02)

    def stop(self, engines: Engines) -> None:
        """End it; jobs that wait in the queue are in its file."""
        if not self.is_ready(engines):
            return
        self._ask(engines, "SHUTDOWN")
        deadline = time.monotonic() + START_SECONDS
        while self.is_ready(engines) and time.monotonic() < deadline:
            time.sleep(0.02)

    def is_ready(self, engines: Engines) -> bool:
        """Whether it answers to our password (a process number could be a zombie's or a stranger's)."""
        return bool(engines.valkey_port) and self._ask(engines, "PING") == "+PONG"

    def _configure(self, engines: Engines) -> Path:
        """Write the settings to a file: on the command line everybody could read the password."""
        path = self.folder / "valkey.conf"
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(
                f"bind 127.0.0.1\nport {engines.valkey_port}\nrequirepass {engines.passwords['valkey']}\n"
                f'dir "{self.folder}"\nlogfile "{self.log}"\ndaemonize yes\npidfile ""\n'
                # A file that ends in the middle of a command is what kill -9 leaves; the rest is good.
                'appendonly yes\naof-load-truncated yes\nsave ""\n'
                "maxmemory 256mb\nmaxmemory-policy noeviction\n"
            )
        give(path, self.account)
        return path

    def _ask(self, engines: Engines, command: str) -> str:
        """The last line that it answers, empty when it is not there."""
        try:
            with socket.create_connection(("127.0.0.1", engines.valkey_port), 2) as connection:
                connection.sendall(f"AUTH {engines.passwords['valkey']}\r\n{command}\r\nQUIT\r\n".encode())
                lines = connection.makefile(encoding="utf-8", errors="replace").read().split("\n")
        except OSError:
            return ""
        return lines[1].strip() if len(lines) > 1 else ""


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise LauncherError("No port of 127.0.0.1 is free for Valkey.")
