"""Patroni's files, as Patroni and HAProxy themselves judge them, and beside those of PostgreSQL that they repeat."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.drills.kit.programs import free_port
from tests.ops.files import ROOT

FILE = ROOT / "ops/patroni/patroni.yml"


def policy() -> Any:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def ask(*command: str | Path, variables: Mapping[str, str] | None = None, fails: bool = False) -> str:
    """What a program says; that it says no is a failure, or what was expected."""
    path = shutil.which(str(command[0]), path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None:
        pytest.skip(f"no {command[0]} on this machine")
    result = subprocess.run(
        [path, *command[1:]], env=os.environ | dict(variables or {}), capture_output=True, text=True, check=False
    )  # fmt: skip
    words = result.stdout + result.stderr
    assert bool(result.returncode) is fails, words
    return words


@pytest.fixture
def etcd() -> Iterator[str]:
    """Takes connections: Patroni looks whether there is an etcd."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def variables(tmp_path: Path, etcd: str) -> dict[str, str]:
    """Those that the README asks for, of a machine that is not there."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in (
        "pg_ctl",
        "initdb",
        "pg_controldata",
        "pg_basebackup",
        "postgres",
        "pg_isready",
        "pg_rewind",
    ):
        (programs / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 17.6'\n")
        (programs / name).chmod(0o755)
    rest, server = (f"127.0.0.1:{free_port()}" for _ in range(2))
    return {
        "PATRONI_NAME": "postgres-1", "PATRONI_ETCD3_HOSTS": etcd,
        "PATRONI_RESTAPI_LISTEN": rest, "PATRONI_RESTAPI_CONNECT_ADDRESS": "postgres-1:8008",
        "PATRONI_RESTAPI_USERNAME": "patroni", "PATRONI_RESTAPI_PASSWORD": "p",
        "PATRONI_POSTGRESQL_LISTEN": server, "PATRONI_POSTGRESQL_CONNECT_ADDRESS": "postgres-1:5432",
        "PATRONI_POSTGRESQL_DATA_DIR": str(tmp_path / "data"), "PATRONI_POSTGRESQL_BIN_DIR": str(programs),
        "PATRONI_REPLICATION_PASSWORD": "r", "PATRONI_REWIND_PASSWORD": "r",
    }  # fmt: skip


@pytest.fixture
def of_now() -> None:
    """Patroni 4, as the README asks for; Debian 12's wants parts in the file that it no longer has."""
    said = ask("patroni", "--version")
    if int(re.findall(r"\d+", said)[0]) < 4:
        pytest.skip(f"the file is for Patroni 4: {said.strip()}")


class TestPatroni:
    @pytest.mark.usefixtures("of_now")
    def test_takes_its_file(self, variables: dict[str, str]) -> None:
        assert ask("patroni", "--validate-config", FILE, variables=variables) == ""

    @pytest.mark.usefixtures("of_now")
    def test_refuses_a_bad_one(self, variables: dict[str, str], tmp_path: Path) -> None:
        bad = tmp_path / "patroni.yml"
        bad.write_text(FILE.read_text().replace("loop_wait: 5", "loop_wait: often"))
        assert "loop_wait" in ask("patroni", "--validate-config", bad, variables=variables, fails=True)

    def test_needs_no_variable_that_the_readme_does_not_name(self, variables: dict[str, str]) -> None:
        words = (FILE.parent / "README.md").read_text(encoding="utf-8")
        assert not [name for name in variables if f"`{name}`" not in words]

    def test_loses_nothing_that_was_acknowledged(self) -> None:
        dcs = policy()["bootstrap"]["dcs"]
        assert dcs["synchronous_mode"] is True
        assert dcs["failsafe_mode"] is True
        # Else a primary loses its place before it has tried everything.
        assert dcs["loop_wait"] + 2 * dcs["retry_timeout"] <= dcs["ttl"]

    def test_repeats_what_the_servers_own_file_says(self) -> None:
        """Patroni's defaults would win over the file otherwise, silently."""
        server = (ROOT / "ops/postgres/postgresql.conf").read_text(encoding="utf-8")
        for name, value in policy()["bootstrap"]["dcs"]["postgresql"]["parameters"].items():
            assert re.search(rf"^{name} = {value}\b", server, re.MULTILINE), name
        ruled = {
            "max_connections", "max_wal_senders", "max_replication_slots", "wal_keep_size", "wal_level", "wal_log_hints",
            "hot_standby", "max_prepared_transactions", "max_locks_per_transaction", "max_worker_processes",
            "track_commit_timestamp",
        }  # fmt: skip
        said = {match[1] for match in re.finditer(r"^(\w+) =", server, re.MULTILINE)}
        assert set(policy()["bootstrap"]["dcs"]["postgresql"]["parameters"]) == said & ruled

    def test_archives_and_fetches_as_the_other_servers_do(self) -> None:
        fetch = policy()["postgresql"]["recovery_conf"]["restore_command"]
        # Those go on to the receiver's copy, which Patroni's have no need of: its standbys are all databases.
        assert f"restore_command = '{fetch} || cp " in (ROOT / "ops/postgres/replica.conf").read_text()


class TestHaproxy:
    def test_takes_its_file(self) -> None:
        ask("haproxy", "-c", "-f", ROOT / "ops/patroni/haproxy.cfg")

    def test_refuses_a_bad_one(self, tmp_path: Path) -> None:
        bad = tmp_path / "haproxy.cfg"
        bad.write_text((ROOT / "ops/patroni/haproxy.cfg").read_text().replace("shutdown-sessions", "never"))
        assert "never" in ask("haproxy", "-c", "-f", bad, fails=True)
