"""Both engines: started, found, killed, copied, started by five at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.launcher import clones
from tests.launcher.clones import IS_ROOT, Clone

pytestmark = pytest.mark.drill
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root has another account to change to")


@pytest.fixture
def parent() -> Iterator[Path]:
    with clones.parent_folder() as folder:
        yield folder


@pytest.fixture
def clone(parent: Path) -> Iterator[Clone]:
    with clones.launcher_only(parent) as made:
        yield made


@pytest.fixture(scope="module")
def lasting() -> Iterator[Clone]:
    """One for all tests that leave its engines able to start: making a server takes seconds."""
    with clones.parent_folder() as parent, clones.launcher_only(parent) as made:
        yield made


@pytest.fixture
def started(lasting: Clone) -> Clone:
    """Its engines run."""
    assert lasting.engines("start").returncode == 0
    return lasting


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(question.encode()).fetchall()


def write(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


class TestStart:
    def test_gives_two_servers_that_answer(self, started: Clone):
        urls = started.urls()
        assert ask(urls["DATABASE_URL"], "SELECT current_user, current_database()") == [
            ("itdo_app", "itdo_erp")
        ]
        assert redis.Redis.from_url(urls["REDIS_URL"]).ping()

    def test_finds_japanese_by_trigrams(self, started: Clone):
        assert ask(started.urls()["DATABASE_URL"], "SELECT similarity('設計変更', '設計変更') = 1") == [
            (True,)
        ]

    def test_keeps_its_state_to_its_owner(self, started: Clone):
        assert clones.mode_of(started.state) == 0o700
        assert clones.mode_of(started.state / "engines.json") == 0o600
        assert all(clones.mode_of(started.state / name) == 0o700 for name in ("postgres", "run", "valkey"))

    def test_may_be_called_by_five_at_once(self, clone: Clone):
        command = [sys.executable, "-m", "config.embedded", "start"]
        starts = [
            subprocess.Popen(command, cwd=clone.folder, env=clone.variables(), stdout=subprocess.DEVNULL)
            for _ in range(5)
        ]
        assert [start.wait() for start in starts] == [0] * 5

    def test_works_under_a_locale_that_was_never_generated(self, clone: Clone):
        started = clone.engines(
            "start", {"LANG": "ja_JP.UTF-8", "LC_ALL": "ja_JP.UTF-8", "PGHOST": "nowhere"}
        )
        assert started.returncode == 0, started.stderr

    def test_runs_beside_another_clone(self, parent: Path, started: Clone):
        with clones.launcher_only(parent, "second") as second:
            assert second.engines("start").returncode == 0
            assert set(started.urls().values()).isdisjoint(second.urls().values())

    def test_works_below_a_path_that_is_too_long_for_a_socket(self, parent: Path):
        with clones.launcher_only(parent, "深い場所/" * 9 + "clone") as clone:
            started = clone.engines("start")
            assert started.returncode == 0, started.stderr
            assert ask(clone.urls()["DATABASE_URL"], "SELECT 1") == [(1,)]

    def test_does_not_take_the_engines_of_the_clone_it_was_copied_from(self, parent: Path, clone: Clone):
        clone.engines("start")
        write(clone.urls()["DATABASE_OWNER_URL"], "CREATE TABLE notes AS SELECT 1 AS n")
        subprocess.run(["cp", "-a", clone.folder, parent / "copy"], check=True)
        copy = Clone(parent / "copy")
        try:
            assert copy.engines("start").returncode == 0
            write(copy.urls()["DATABASE_OWNER_URL"], "UPDATE notes SET n = 2")
            assert ask(clone.urls()["DATABASE_OWNER_URL"], "SELECT n FROM notes") == [(1,)]
        finally:
            copy.engines("reset")


class TestData:
    def test_of_another_version_are_named_with_the_way_out(self, started: Clone):
        started.engines("stop")
        version = started.state / "postgres" / "PG_VERSION"
        known = version.read_text()
        version.write_text("14\n")
        refused = started.engines("start")
        version.write_text(known)
        assert refused.returncode == 1
        assert "was made by PostgreSQL 14" in refused.stderr
        assert "manage.py backup" in refused.stderr
        assert started.engines("start").returncode == 0


class TestRecovery:
    def test_finds_committed_rows_after_the_server_was_killed(self, started: Clone):
        write(started.urls()["DATABASE_OWNER_URL"], "CREATE TABLE kept AS SELECT 7 AS n")
        os.kill(started.postgres_pid(), signal.SIGKILL)
        assert started.engines("status").returncode == 1
        assert started.engines("start").returncode == 0
        assert ask(started.urls()["DATABASE_OWNER_URL"], "SELECT n FROM kept") == [(7,)]

    def test_is_not_fooled_by_a_process_that_took_the_number(self, started: Clone):
        started.engines("stop")
        lock = started.state / "postgres" / "postmaster.pid"
        lock.write_text(f"{os.getpid()}\n{started.state / 'postgres'}\n")
        assert started.engines("start").returncode == 0

    def test_finds_waiting_jobs_after_valkey_was_killed(self, started: Clone):
        broker = redis.Redis.from_url(started.urls()["REDIS_BROKER_URL"])
        broker.lpush("celery", "job")
        time.sleep(1.2)  # its file is synced every second
        os.kill(int(broker.info("server")["process_id"]), signal.SIGKILL)
        assert started.engines("start").returncode == 0
        assert redis.Redis.from_url(started.urls()["REDIS_BROKER_URL"]).llen("celery") == 1

    def test_begins_anew_what_was_killed_half_made(self, started: Clone):
        started.engines("stop")
        (started.state / "postgres" / "ready").unlink()
        assert started.engines("start").returncode == 0
        assert ask(started.urls()["DATABASE_URL"], "SELECT 1") == [(1,)]


class TestAccounts:
    @needs_root
    def test_runs_for_an_ordinary_user(self, parent: Path):
        with clones.launcher_only(parent, user="www-data") as clone:
            started = clone.engines("start")
            assert started.returncode == 0, started.stderr
            assert clone.state.owner() == "www-data"
            assert not (clone.folder / ".state").is_symlink()

    @needs_root
    def test_lets_root_use_the_engines_of_the_project_s_owner(self, parent: Path):
        with clones.launcher_only(parent, user="www-data") as clone:
            assert Clone(clone.folder).engines("start").returncode == 0
            assert clone.state.owner() == "www-data"
            assert clone.engines("status").returncode == 0

    @needs_root
    def test_moves_out_of_a_folder_that_only_root_can_reach(self):
        with clones.parent_folder(0o700) as closed, clones.launcher_only(closed) as clone:
            started = clone.engines("start")
            assert started.returncode == 0, started.stderr
            assert str(clone.state) in started.stdout
            assert clone.state.parent == Path("/var/lib")
            assert clones.mode_of(clone.state) == 0o700
            assert clone.engines("stop").returncode == 0
            elsewhere = clone.state
            assert clone.engines("reset").returncode == 0
            assert not elsewhere.exists()

    @needs_root
    def test_tells_a_user_whose_state_belongs_to_another(self, started: Clone):
        refused = Clone(started.folder, "www-data").engines("start")
        assert refused.returncode == 1
        assert "holds the data of nobody" in refused.stderr
        assert "Traceback" not in refused.stderr
