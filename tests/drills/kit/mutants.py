"""Mutants: one thing of `ops` broken at a time, wherever it stands in its file, beside the drill that must notice. A drill that does not proves nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.drills.kit.image import copy_of_sources
from tests.drills.kit.programs import Room
from tests.ops.files import ROOT

SECONDS: Final = 1800


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is broken, and who must go red: a drill, or some of its tests."""

    name: str
    file: str
    before: str
    after: str
    drill: str
    only: str = ""


#: The cheap ones first.
MUTANTS: Final = (
    # -- TLS, nginx ------------------------------------------------------------------------------------------------------------
    Mutant("TLS 1.2 too", "ops/nginx/tls.conf", "ssl_protocols TLSv1.3;", "ssl_protocols TLSv1.2 TLSv1.3;", "tls"),
    Mutant("no HTTP/2", "ops/nginx/tls.conf", "http2 on;", "", "nginx", "test_is_1_3_with_http_2"),
    Mutant("no HSTS", "ops/nginx/site.conf", "Strict-Transport-Security", "X-Nothing", "observatory"),
    # -- what is acknowledged ----------------------------------------------------------------------------------------------------
    Mutant("commits wait for no standby", "ops/postgres/primary.conf", "'FIRST 1 (replica, receiver)'", "''", "failover", "TestCommit"),
    Mutant("commits of this machine alone", "ops/postgres/postgresql.conf", "synchronous_commit = on", "synchronous_commit = local", "failover", "TestCommit"),
    Mutant("no wait at all", "ops/postgres/postgresql.conf", "synchronous_commit = on", "synchronous_commit = off", "failover", "TestCommit"),
    Mutant("no receiver to wait for", "ops/postgres/primary.conf", "(replica, receiver)", "(replica)", "failover", "TestCommit"),
    Mutant("a frozen replica is waited for", "ops/postgres/postgresql.conf", "wal_sender_timeout = 10s", "wal_sender_timeout = 10min", "failover", "TestCommit"),
    Mutant("the receiver has another name", "ops/postgres/receive.sh", "application_name=receiver", "application_name=other", "failover", "TestCommit"),
    Mutant("the receiver says nothing at once", "ops/postgres/receive.sh", "receive --synchronous", "receive", "failover", "TestCommit"),
    Mutant("the replica asks no receiver", "ops/postgres/replica.conf", ' || cp /var/lib/postgresql/received/%f.partial "%p"', "", "failover", "TestCommit"),
    Mutant("the replica has another name", "ops/postgres/server.sh", "application_name=replica", "application_name=copy", "failover", "TestCommit"),
    Mutant("a former primary is not rewound", "ops/postgres/rewind.sh", "--write-recovery-conf", "", "failover", "TestFailover"),
    # -- backups -----------------------------------------------------------------------------------------------------------------
    Mutant("verify is not read", "ops/pgbackrest/backup.sh", '*"status: error"* | *"status: invalid"*) verdict=bad ;;', '*"status: error"* | *"status: invalid"*) verdict=good ;;', "backup-faults", "TestFaults"),
    Mutant("a gap is not looked for", "ops/pgbackrest/backup.sh", 'echo "Segments before $name are not in the archive." >&2\n            exit 1', "true", "backup-faults", "TestFaults"),
    Mutant("uploads are not read back", "ops/pgbackrest/backup.sh", "$uploads check --read-data-subset 5%", "true", "backup-faults", "TestFaults"),
    Mutant("backups are not encrypted", "ops/pgbackrest/pgbackrest.conf", "repo1-cipher-type=aes-256-cbc", "repo1-cipher-type=none", "backup-faults", "TestSecrecy"),
    Mutant("backups are kept for ten days", "ops/pgbackrest/pgbackrest.conf", "repo1-retention-full=30", "repo1-retention-full=10", "backup-faults", "TestRetention"),
    Mutant("the night is London's", "ops/pgbackrest/itdo-backup.timer", "02:00:00 Asia/Tokyo", "02:00:00 Europe/London", "backup-faults", "TestSchedule"),
    Mutant("segments wait for ten minutes", "ops/postgres/postgresql.conf", "archive_timeout = 45s", "archive_timeout = 10min", "pitr", "test_region_lost"),
    Mutant("the backup asks a fixed server", "ops/pgbackrest/backup.sh", "for server in postgres postgres-replica; do", "for server in postgres; do", "runbooks"),
    Mutant("an old primary starts as it was", "ops/postgres/server.sh", '[ "${theirs:-0}" -gt "$own" ]', "false", "runbooks"),
    # -- pool, Redis -----------------------------------------------------------------------------------------------------------------
    Mutant("sessions are not the transaction's", "ops/pgbouncer/pgbouncer.ini", "pool_mode = transaction", "pool_mode = statement", "pgbouncer", "TestScopes"),
    Mutant("a full cache refuses", "ops/redis/cache.conf", "maxmemory-policy allkeys-lru", "maxmemory-policy noeviction", "redis", "test_full_lets_the_oldest_go"),
    Mutant("a full broker forgets", "ops/redis/broker.conf", "maxmemory-policy noeviction", "maxmemory-policy allkeys-lru", "redis", "TestBroker"),
    Mutant("the broker keeps nothing", "ops/redis/broker.conf", "appendonly yes", "appendonly no", "redis", "TestBroker"),
    # -- Patroni ---------------------------------------------------------------------------------------------------------------------
    Mutant("any standby may take over", "ops/patroni/patroni.yml", "synchronous_mode: true", "synchronous_mode: false", "patroni"),
    Mutant("a crashed server is waited for", "ops/patroni/patroni.yml", "primary_start_timeout: 0", "primary_start_timeout: 300", "patroni"),
    Mutant("sessions of an old primary stay", "ops/patroni/haproxy.cfg", " on-marked-down shutdown-sessions", "", "patroni"),
)  # fmt: skip


def is_where_it_says(mutant: Mutant) -> bool:
    """Whether the line that it breaks stands there, once."""
    return (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.before) >= 1


def noticed(room: Room, mutant: Mutant) -> tuple[bool, str]:
    """Run the drill on a copy with the broken line: whether it went red, and by which line of it, else the last of what it said.

    A drill that could not run has noticed nothing; one that went red by a line that has nothing to do with what was broken has not, either,
    and that is for the reader to see.
    """
    copy = room.folder(f"copy-{mutant.name.replace(' ', '-')}")
    copy_of_sources(copy)
    path = copy / mutant.file
    path.write_text(path.read_text(encoding="utf-8").replace(mutant.before, mutant.after), encoding="utf-8")
    (copy / ".venv").symlink_to(Path(sys.prefix))
    module = f"tests/drills/test_{mutant.drill.replace('-', '_')}.py"
    chosen = ["-k", mutant.only] if mutant.only else []
    try:
        result = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", module, *chosen],
            cwd=copy, env=os.environ | {"PYTHONPATH": str(copy)}, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    words = result.stdout.strip().splitlines()
    if result.returncode == 1:
        return True, _why(words)
    return False, words[-1] if words else result.stderr[-300:]


def _why(words: list[str]) -> str:
    """What the drill missed first, in its own words."""
    errors = [
        line.partition("Error: ")[2] or line
        for line in words
        if re.match(r"(E  |/).*(Error|Exception|Failed)", line)
    ]
    return errors[0][:90] if errors else words[-1][:90]
