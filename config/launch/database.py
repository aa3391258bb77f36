"""Tables and demo data: brought up to date when something has changed, skipped when nothing has."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from config.embedded.places import PROJECT


class CommandFailedError(Exception):
    """A management command that ended badly, with what it said."""


def manage(*arguments: str, environment: Mapping[str, str]) -> str:
    """Run one management command and answer what it printed."""
    command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
    result = subprocess.run(
        command,
        env=dict(environment),
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise CommandFailedError(f"manage.py {' '.join(arguments)} failed:\n{result.stdout.strip()}")
    return result.stdout


def schema_digest() -> str:
    """Changes when a migration, ours or of a pinned package, changes."""
    digest = hashlib.sha256((PROJECT / "requirements.txt").read_bytes())
    for path in sorted(PROJECT.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


class DatabaseProgress:
    """What was done to the embedded database; kept beside it, so that it is deleted with it."""

    def __init__(self, state: Path | None) -> None:
        self.path = state / "prepared.json" if state else None

    def has(self, name: str, value: str) -> bool:
        """Whether it was done already; another owner's server is always asked."""
        return self._read().get(name) == value

    def note(self, name: str, value: str) -> None:
        """Remember it."""
        if self.path:
            # A new file in the old one's place: that one may be root's, and this run a user's.
            draft = self.path.with_suffix(".new")
            draft.unlink(missing_ok=True)
            draft.write_text(json.dumps(self._read() | {name: value}))
            draft.replace(self.path)

    def _read(self) -> dict[str, str]:
        if self.path is None or not self.path.exists():
            return {}
        try:
            content = json.loads(self.path.read_text())
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}
