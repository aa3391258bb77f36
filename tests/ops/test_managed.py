"""A managed PostgreSQL, whose admin is no superuser and sees no pg_authid: roles, database, and the pool in front of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.embedded import binaries, processes
from config.embedded.places import STATE, engine_account, give
from tests.drills.kit.programs import free_port, wait_until
from tests.ops.files import ROOT, module

users = module("ops/pgbouncer/users.py")
install = module("ops/checks/install.py")
WORDS = {f"DATABASE_{role}_PASSWORD": f"wordOf{role}" * 4 for role in ("OWNER", "APP", "OPERATOR", "WATCHER")}


class Managed:
    """A server, and the admin that a provider gives out."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.account = folder, free_port(), engine_account()
        self.programs = binaries.postgres_folder(STATE, self.account)
        self.data = folder / "data"
        initdb: list[str | Path] = [self.programs / "initdb", "-D", self.data, "-U", "provider", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"]  # fmt: skip
        word = folder / "word"
        word.write_text("wordOfProvider")
        give(word, self.account)
        processes.run([*initdb, "--no-sync", "--pwfile", word], self.account)
        self.ctl("-o", f"-p {self.port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off", "start")
        with self.connect("provider", "wordOfProvider", "postgres") as connection:
            connection.execute("CREATE ROLE admin LOGIN CREATEROLE CREATEDB PASSWORD 'wordOfAdmin'")

    def ctl(self, *words: str) -> None:
        """Start or stop it."""
        processes.run([self.programs / "pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", *words], self.account)  # fmt: skip

    def connect(self, user: str, password: str, database: str = "itdo_erp", port: int = 0) -> Any:
        """A connection that commits each statement."""
        return psycopg.connect(
            host="127.0.0.1", port=port or self.port, user=user, password=password, dbname=database, autocommit=True,
            prepare_threshold=None, connect_timeout=5,
        )  # fmt: skip

    def roles(self, file: Path) -> str:
        """What roles.sql says when the admin runs it."""
        told = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "admin",
            "PGPASSWORD": "wordOfAdmin",
        }
        command: list[str | Path] = [self.programs / "psql", "--no-psqlrc", "--dbname", "postgres", "--file", ROOT / "ops/postgres/roles.sql"]  # fmt: skip
        result = subprocess.run(
            command, env={"PATH": os.environ["PATH"], "USERS_FILE": str(file)} | told | WORDS, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout
        return result.stdout


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """users.txt, as the script writes it."""
    told = {"PATH": os.environ["PATH"], **WORDS}
    written = subprocess.run(
        [sys.executable, ROOT / "ops/pgbouncer/users.py"],
        env=told,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    path = tmp_path_factory.mktemp("users") / "users.txt"
    path.write_text(written)
    return path


@pytest.fixture(scope="module")
def managed(file: Path) -> Iterator[Managed]:
    folder = Path(tempfile.mkdtemp(prefix="managed-"))
    give(folder, engine_account())
    server = Managed(folder)
    try:
        server.roles(file)
        yield server
    finally:
        server.ctl("-m", "immediate", "stop")
        shutil.rmtree(folder)


class TestUsers:
    def test_hold_secrets_and_no_password(self, file: Path) -> None:
        text = file.read_text()
        assert re.findall(r'^"(\w+)" "SCRAM-SHA-256\$', text, re.MULTILINE) == [
            "itdo_app",
            "itdo_operator",
            "itdo_watcher",
        ]
        assert not [word for word in WORDS.values() if word in text]

    def test_are_what_postgresql_itself_would_keep(self) -> None:
        # The example of RFC 7677, whose salt is given.
        import base64

        found = users.secret("pencil", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
        assert found == (
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
            ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        )

    def test_refuse_what_would_need_preparation(self) -> None:
        with pytest.raises(SystemExit, match="letters and digits"):
            users.secret("パスワード")


class TestRoles:
    def test_are_made_by_an_admin_who_sees_no_secrets(self, managed: Managed) -> None:
        with managed.connect("admin", "wordOfAdmin", "postgres") as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT rolpassword FROM pg_authid")
            rows = connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE 'itdo%%' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)"
            ).fetchall()
            assert rows == []
            # It has given itself away again what it needed to make things that are not its own.
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SET ROLE itdo_owner")

    def test_are_the_same_when_it_is_run_again(self, managed: Managed, file: Path) -> None:
        managed.roles(file)

    def test_own_and_read_as_on_a_server_of_ones_own(self, managed: Managed) -> None:
        with managed.connect("itdo_owner", WORDS["DATABASE_OWNER_PASSWORD"]) as owner:
            owner.execute("CREATE TABLE IF NOT EXISTS kept (words text)")
            owner.execute("CREATE INDEX IF NOT EXISTS kept_words ON kept USING gin (words gin_trgm_ops)")
            owner.execute("GRANT SELECT ON kept TO itdo_app")
        with managed.connect("itdo_app", WORDS["DATABASE_APP_PASSWORD"]) as app:
            assert app.execute("SELECT count(*) FROM kept").fetchone() == (0,)
            assert app.execute("SHOW statement_timeout").fetchone() == ("1min",)
            for refused in ("CREATE TABLE mine (words text)", "DROP TABLE kept"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(refused)

    def test_say_what_the_admin_may_not_give(self, managed: Managed, file: Path) -> None:
        said = managed.roles(file)
        assert "itdo_watcher sees its own sessions only" in said
        assert "may not install pg_stat_statements" in said


class TestPool:
    @pytest.fixture
    def program(self) -> str:
        found = install.find("pgbouncer")
        if found is None:
            pytest.skip("no pgbouncer on this machine (ops/checks/install.py)")
        return str(found)

    @pytest.fixture
    def port(self, managed: Managed, program: str) -> int:
        """Where it will listen: the file of the installation, in a folder of this test."""
        port, folder = free_port(), managed.folder
        text = (ROOT / "ops/pgbouncer/pgbouncer.ini").read_text(encoding="utf-8")
        changes = {
            r"host=postgres(-replica)? port=5432": f"host=127.0.0.1 port={managed.port}", r"listen_addr = .*": "listen_addr = 127.0.0.1",
            r"listen_port = .*": f"listen_port = {port}", r"auth_file = .*": f"auth_file = {folder}/users.txt",
        }  # fmt: skip
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        if tuple(map(int, re.search(r"(\d+)\.(\d+)", said).groups())) < (1, 21):
            # Debian 12's knows no prepared statements; nothing here prepares any.
            changes |= {r"max_prepared_statements = .*\n": ""}
        for before, after in changes.items():
            text = re.sub(before, after, text)
        (folder / "pgbouncer.ini").write_text(text)
        give(folder / "pgbouncer.ini", managed.account)
        return port

    @contextmanager
    def running(self, managed: Managed, port: int, *command: str | Path, **told: str) -> Iterator[None]:
        """PgBouncer, for as long as it is asked."""
        quiet = processes.quietly(managed.account)
        with subprocess.Popen(command, **quiet | {"env": quiet["env"] | told}) as process:
            try:
                wait_until(lambda: self._opens(managed, port), "PgBouncer")
                yield
            finally:
                process.terminate()

    def _opens(self, managed: Managed, port: int) -> bool:
        try:
            managed.connect("itdo_app", WORDS["DATABASE_APP_PASSWORD"], port=port).close()
        except psycopg.OperationalError:
            return False
        return True

    def looks(self, managed: Managed, port: int) -> None:
        """Who has the password comes in, to both databases, and no other."""
        for database in ("itdo_erp", "itdo_erp_replica"):
            with managed.connect("itdo_app", WORDS["DATABASE_APP_PASSWORD"], database, port=port) as app:
                seen = app.execute("SELECT current_user, current_database()").fetchone()
                assert seen == ("itdo_app", "itdo_erp")
        with managed.connect("itdo_operator", WORDS["DATABASE_OPERATOR_PASSWORD"], port=port) as people:
            assert people.execute("SELECT current_user").fetchone() == ("itdo_operator",)
        with pytest.raises(psycopg.OperationalError, match=r"password|SASL"):
            managed.connect("itdo_app", "anotherWord", port=port)

    def test_signs_in_with_secrets_that_it_was_never_told_the_words_of(
        self, managed: Managed, program: str, port: int, file: Path
    ) -> None:
        (managed.folder / "users.txt").write_text(file.read_text())
        give(managed.folder / "users.txt", managed.account)
        with self.running(managed, port, program, managed.folder / "pgbouncer.ini"):
            self.looks(managed, port)

    def test_takes_its_users_from_variables_as_with_compose(
        self, managed: Managed, program: str, port: int
    ) -> None:
        text = (ROOT / "ops/pgbouncer/start.sh").read_text(encoding="utf-8")
        text = text.replace("/run/pgbouncer/", f"{managed.folder}/").replace(
            "/etc/pgbouncer/", f"{managed.folder}/"
        )
        script, users_file = managed.folder / "start.sh", managed.folder / "users.txt"
        script.write_text(text)
        users_file.unlink(missing_ok=True)
        path = f"{Path(program).parent}:{os.environ['PATH']}"
        with self.running(managed, port, "sh", script, PATH=path, **WORDS):
            self.looks(managed, port)
            assert users_file.stat().st_mode & 0o777 == 0o600
