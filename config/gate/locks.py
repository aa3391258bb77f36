"""What migrations do to tables in use and to code that still runs: every statement that they run, as squawk judges it.

They are run for this, into a database that is thrown away: what Django would print beforehand leaves out what it looks up.
It is heard below Django, at the cursor of the driver, so RunSQL, RunPython and raw cursors are all the same here.
A rule that a migration may break stands in it with its reason, as a line `# squawk: name-of-the-rule: why`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import django
import sqlparse
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

PROJECT: Final = Path(__file__).resolve().parents[2]
RULES: Final = PROJECT / "ops/checks/squawk.toml"
#: The last ones that met empty tables only, as nothing was installed anywhere yet; of these squawk is not asked.
BEFORE_THE_FIRST_RELEASE: Final = {"projects": 9, "resources": 5, "tasks": 15, "reports": 6}
CHANGES: Final = re.compile(
    r"(ALTER|CREATE|DROP|REINDEX|TRUNCATE|LOCK|CLUSTER|VACUUM|REFRESH|DO)\b", re.IGNORECASE
)
#: What squawk lets pass although others wait for it, or does not look into; each with what to do instead.
OURS: Final = {
    "lock-table": (
        r"LOCK\b",
        "All who use the table wait. Let a statement take the weakest lock that it needs.",
    ),
    "table-rewritten": (
        r"CLUSTER\b|VACUUM\b.*\bFULL\b|ALTER\s+TABLE\b.*\bSET\s+(TABLESPACE|LOGGED|UNLOGGED)\b",
        "The whole table is written anew while no one may read it.",
    ),
    "table-emptied": (
        r"TRUNCATE\b",
        "No one may read the table, and code that still runs may need the rows.",
    ),
    "refresh-in-the-way": (
        r"REFRESH\s+MATERIALIZED\s+VIEW\s+(?!CONCURRENTLY\b)",
        "Readers wait until all is counted. Refresh it CONCURRENTLY, by its job.",
    ),
    "statements-in-a-block": (
        r"DO\b.*\b(ALTER|CREATE|DROP|REINDEX|TRUNCATE|LOCK|CLUSTER|REFRESH|EXECUTE)\b",
        "What a block runs is not seen here. Run its statements one by one.",
    ),
}
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

    def hear(self, text: str) -> None:
        """Note what changes something, of one statement or of several in one text."""
        if self._heard is not None and CHANGES.search(text):
            statements = sqlparse.split(sqlparse.format(text, strip_comments=True))
            self._heard += [each.rstrip("; \n") for each in statements if CHANGES.match(each)]


def is_asked(app: str, name: str) -> bool:
    """Whether a migration is ours and younger than the first release."""
    return app in BEFORE_THE_FIRST_RELEASE and int(name[:4]) > BEFORE_THE_FIRST_RELEASE[app]


def main() -> int:
    """0 when squawk has nothing against any of them."""
    os.environ.setdefault("ENVIRONMENT", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    listener = Listener()
    with _throwaway() as connection, listening(connection, listener.hear):
        executor = MigrationExecutor(connection, listener.begin)
        executor.migrate(executor.loader.graph.leaf_nodes())
    asked = [
        judge(f"{app}/migrations/{name}.py", "".join(f"{statement};\n" for statement in statements))
        for (app, name), statements in listener.statements.items()
    ]
    return 1 if any(asked) else 0


@contextmanager
def listening(connection: Any, hear: Callable[[str], None]) -> Iterator[None]:
    """Have `hear` told of every statement that is run over a connection of Django, whichever cursor it goes through."""
    connection.ensure_connection()
    driver = connection.connection
    before = driver.cursor_factory

    class Heard(before):  # type: ignore[misc, valid-type]  # of the driver's kind, known when it runs
        """A cursor that says what it is asked."""

        def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
            """Tell of it, then run it."""
            text = query.as_string(driver) if isinstance(query, sql.Composable) else query
            hear(text.decode() if isinstance(text, bytes) else str(text))
            return super().execute(query, *arguments, **options)

    driver.cursor_factory = Heard
    try:
        yield
    finally:
        driver.cursor_factory = before


def judge(file: str, statements: str, *, project: Path = PROJECT) -> int:
    """Ask squawk and our own rules about one migration, and say what they say; 0 where nothing is against it."""
    excepted = {rule for rule, _reason in EXCEPTION.findall((project / file).read_text(encoding="utf-8"))}
    ours = judge_ourselves(file, statements, excepted)
    # Those of a call take the place of those in the file.
    allowed = tomllib.loads(RULES.read_text(encoding="utf-8"))["excluded_rules"] + sorted(
        excepted - OURS.keys()
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as written:
        written.write(statements)
        written.flush()
        result = subprocess.run(
            [squawk(), "--config", str(RULES), "--reporter", "gcc", *(f"--exclude={rule}" for rule in allowed), written.name],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if result.returncode:
        sys.stdout.write((result.stdout + result.stderr).replace(written.name, file))
    return result.returncode or ours


def judge_ourselves(file: str, statements: str, excepted: Container[str]) -> int:
    """The same for what squawk lets pass."""
    broken = [
        f"{file}: {rule}: {each.strip().partition(chr(10))[0][:100]}: {why}\n"
        for each in sqlparse.split(statements)
        for rule, (pattern, why) in OURS.items()
        if rule not in excepted and re.match(rf"\s*({pattern})", each, re.IGNORECASE | re.DOTALL)
    ]
    sys.stdout.write("".join(broken))
    return 1 if broken else 0


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
