"""What migrations do to tables in use and to code that still runs: every statement that they run, as squawk judges it.

They are run for this, into a database that is thrown away: what Django would print beforehand leaves out what it looks up.
A rule that a migration may break stands in it with its reason, as a line `# squawk: name-of-the-rule: why`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import django
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

PROJECT: Final = Path(__file__).resolve().parents[2]
RULES: Final = PROJECT / "ops/checks/squawk.toml"
#: The last ones that met empty tables only, as nothing was installed anywhere yet; of these squawk is not asked.
BEFORE_THE_FIRST_RELEASE: Final = {"projects": 9, "resources": 5, "tasks": 15, "reports": 6}
CHANGES: Final = re.compile(r"\s*(ALTER|CREATE|DROP|REINDEX|TRUNCATE|LOCK)\b", re.IGNORECASE)
EXCEPTION: Final = re.compile(r"^\s*# squawk: ([a-z-]+): (\S.*)$", re.MULTILINE)


class Listener:
    """Keeps the statements of each of our migrations, in their order."""

    def __init__(self) -> None:
        self.statements: dict[tuple[str, str], list[str]] = {}
        self._heard: list[str] | None = None

    def begin(self, action: str, migration: Any = None, _fake: bool | None = False) -> None:
        """Called by Django before and after each migration."""
        if self._heard and self._heard[0] == "BEGIN":
            self._heard.append("COMMIT")
        self._heard = None
        if action == "apply_start" and migration and is_asked(migration.app_label, migration.name):
            self._heard = self.statements.setdefault((migration.app_label, migration.name), [])
            self._heard += ["BEGIN"] * migration.atomic

    def __call__(self, execute: Callable[..., Any], words: Any, *others: Any) -> Any:
        """Called by Django around each statement."""
        if self._heard is not None and CHANGES.match(str(words)):
            self._heard.append(str(words).strip().rstrip(";"))
        return execute(words, *others)


def is_asked(app: str, name: str) -> bool:
    """Whether a migration is ours and younger than the first release."""
    return app in BEFORE_THE_FIRST_RELEASE and int(name[:4]) > BEFORE_THE_FIRST_RELEASE[app]


def main() -> int:
    """0 when squawk has nothing against any of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    listener = Listener()
    with _throwaway() as connection, connection.execute_wrapper(listener):
        executor = MigrationExecutor(connection, listener.begin)
        executor.migrate(executor.loader.graph.leaf_nodes())
    asked = [
        judge(f"{app}/migrations/{name}.py", "".join(f"{statement};\n" for statement in statements))
        for (app, name), statements in listener.statements.items()
    ]
    return 1 if any(asked) else 0


def judge(file: str, statements: str, *, project: Path = PROJECT) -> int:
    """Ask squawk about one migration, and say what it says; its exit code."""
    # Those of a call take the place of those in the file.
    allowed = tomllib.loads(RULES.read_text(encoding="utf-8"))["excluded_rules"]
    allowed += [rule for rule, _reason in EXCEPTION.findall((project / file).read_text(encoding="utf-8"))]
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as written:
        written.write(statements)
        written.flush()
        result = subprocess.run(
            [squawk(), "--config", str(RULES), "--reporter", "gcc", *(f"--exclude={rule}" for rule in allowed), written.name],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if result.returncode:
        sys.stdout.write((result.stdout + result.stderr).replace(written.name, file))
    return result.returncode


def squawk() -> str:
    """The program beside the interpreter."""
    return str(Path(sys.executable).with_name("squawk"))


@contextmanager
def _throwaway() -> Iterator[Any]:
    """The owner's connection, in an empty database of its own for as long."""
    connection = connections["owner"]
    name, throwaway = connection.settings_dict["NAME"], f"gate_locks_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(throwaway)))
    connection.close()
    connection.settings_dict["NAME"] = throwaway
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(throwaway)))
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
