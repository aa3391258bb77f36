"""`manage.py backup` and `restore`, and `dump.sh`: made while people work, taken back on an empty machine, harmed on the way."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest

from config.embedded import EnginesNotRunningError, engines
from config.embedded.places import LauncherError
from tests.drills.kit import packages, postgres, redis, rows
from tests.drills.kit.figures import Figures
from tests.drills.kit.postgres import DATABASE, Cluster
from tests.drills.kit.programs import Room, wait_until
from tests.drills.kit.site import Installation
from tests.ops.files import ROOT

pytestmark = pytest.mark.drill
BALLAST = 200_000
UPLOADS = 200
#: In how many seconds a restore is to bring back a gigabyte, its own start and end included.
A_GIGABYTE = 60
FILES = "CREATE TABLE files (key text PRIMARY KEY, sha256 text)"


@dataclass
class Company:
    """A one-machine installation, and what another machine of it needs."""

    room: Room
    cluster: Cluster
    site: Installation
    media: Path

    def elsewhere(self, name: str) -> tuple[Cluster, Installation]:
        """An empty machine with the same keys: `roles.sh` has run, nothing else."""
        cluster = postgres.make_primary(self.room, name=name)
        return cluster, self.led_to(cluster, name)

    def led_to(self, cluster: Cluster, name: str) -> Installation:
        kept = ("SECRET_KEY", "ENCRYPTION_KEY", "REDIS_URL", "REDIS_BROKER_URL", "STATIC_ROOT")
        made = Installation(
            self.room, database=cluster.url("app"), owner=cluster.url("owner"), cache="", broker="",
            MEDIA_ROOT=str(self.room.folder(f"{name}-media")), AUDIT_HEADS_FOLDER=str(self.room.folder(f"{name}-nights")),
        )  # fmt: skip
        made.variables |= {variable: self.site.variables[variable] for variable in kept}
        return made


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    """A demo company, 200 MB more of rows, and 60 MB of uploads."""
    room = Room()
    try:
        cluster, media = postgres.make_primary(room), room.folder("media")
        site = Installation(
            room, database=cluster.url("app"), owner=cluster.url("owner"), cache=redis.start(room, "cache").url,
            broker=redis.start(room, "broker").url, MEDIA_ROOT=str(media), AUDIT_HEADS_FOLDER=str(room.folder("nights")),
        )  # fmt: skip
        site.prepare()
        with cluster.connect("owner") as connection:
            connection.execute(rows.WRITES)
            connection.execute(FILES)
        rows.fill(cluster, rows=BALLAST)
        yield Company(room, cluster, site, media)
    finally:
        room.close()


class Uploaders:
    """Files that come with their row and go after it, as attachments do."""

    def __init__(self, company: Company) -> None:
        self._company, self._stop, self.made = company, threading.Event(), 0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        wait_until(lambda: self.made >= UPLOADS, "uploads", seconds=120)

    def _work(self) -> None:
        alive: list[str] = []
        with self._company.cluster.connect("owner") as connection:
            while not self._stop.is_set():
                key, content = f"attachments/1/{self.made:06}", os.urandom(300_000)
                path = self._company.media / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                connection.execute(
                    "INSERT INTO files VALUES (%s, %s)", [key, hashlib.sha256(content).hexdigest()]
                )
                alive.append(key)
                self.made += 1
                if len(alive) > UPLOADS:
                    gone = alive.pop(0)
                    connection.execute("DELETE FROM files WHERE key = %s", [gone])
                    (self._company.media / gone).unlink()
                    time.sleep(0.01)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(30)


class Measured(NamedTuple):
    """A command's words, its seconds, those of a processor, and the most memory that it or a program of its had, in bytes."""

    words: str
    seconds: float
    processor: float
    memory: int


def measured(site: Installation, *arguments: str) -> Measured:
    """`manage.py …`, and what it took."""
    began = time.monotonic()
    words = site.room.place / "measured.log"
    with open(words, "wb") as log:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        started = subprocess.Popen(
            command, env=site.variables, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        _pid, status, usage = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
    assert started.returncode == 0, words.read_text()
    return Measured(
        words.read_text(), time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
    )


def refused(site: Installation, *arguments: str) -> str:
    """The words of a command that must not end well."""
    result = site.room.run(
        [sys.executable, ROOT / "manage.py", *arguments], env=site.variables, cwd=ROOT, check=False
    )
    assert result.returncode != 0, result.stdout
    return result.stdout + result.stderr


def tables(cluster: Cluster) -> int:
    """How many tables there are."""
    return int(
        cluster.ask(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
            database=DATABASE,
        )
    )


def test_backup_while_people_work(company: Company, figures: Figures) -> None:
    folder = company.room.folder("backups")
    uploaders, writers = Uploaders(company), rows.Writers(company.cluster)
    time.sleep(2)
    before = dict(writers.acknowledged)
    began = time.time()
    made = measured(company.site, "backup", "--to", str(folder))
    time.sleep(1)
    uploaders.stop()
    writers.stop()
    (path,) = folder.iterdir()
    size = rows.gigabytes(company.cluster) + UPLOADS * 300_000 / 1e9
    figures.add("Database and uploads", f"{size:.2f} GB")
    figures.add("manage.py backup, read back", f"{made.seconds:.0f} s", aim="")
    figures.add("The file", f"{path.stat().st_size / 1e6:.0f} MB")
    figures.add(
        "Most memory of backup", f"{made.memory / 1e6:.0f} MB", aim="<= 400 MB", held=made.memory <= 400e6
    )

    cluster, site = company.elsewhere("elsewhere")
    began_restore = time.monotonic()
    server_before = cluster.processor_seconds()
    restored = measured(site, "restore", str(path))
    note_restore(figures, restored, (restored.processor + cluster.processor_seconds() - server_before) / size)
    served = site.serve(name="elsewhere-web")
    wait_until(lambda: served.ask("/health/ready").status == 200, "the site elsewhere", seconds=120)
    figures.add(
        "Site ready on the other machine (RTO)", f"{time.monotonic() - began_restore:.0f} s", aim="<= 4 h"
    )
    figures.add(
        "The record of changes",
        "whole" if " 0 faults" in restored.words else restored.words,
        aim="whole",
        held=" 0 faults" in restored.words,
    )

    with cluster.connect(database=DATABASE) as connection:
        kept = set(connection.execute("SELECT writer, number FROM writes").fetchall())
        files = dict(connection.execute("SELECT key, sha256 FROM files").fetchall())
    missing = [write for write, moment in before.items() if moment < began and write not in kept]
    figures.add("Writes before the backup", len(before), aim="> 100", held=len(before) > 100)
    figures.add("… missing after the restore", len(missing), aim="0", held=not missing)
    figures.add("Writes while it was made", len(writers.acknowledged) - len(before), aim="> 100",
                held=len(writers.acknowledged) - len(before) > 100)  # fmt: skip
    torn = sum(
        max(number for who, number in kept if who == person) != sum(who == person for who, _ in kept)
        for person in range(4)
    )
    figures.add("Writers whose writes have a gap", torn, aim="0", held=torn == 0)
    media = Path(site.variables["MEDIA_ROOT"])
    wrong = [
        key
        for key, sum_ in files.items()
        if not (media / key).exists() or hashlib.sha256((media / key).read_bytes()).hexdigest() != sum_
    ]
    figures.add(
        "Uploads that came and went meanwhile",
        uploaders.made - UPLOADS,
        aim="> 10",
        held=uploaders.made - UPLOADS > 10,
    )
    figures.add(
        "Rows of uploads whose file is missing or another",
        len(wrong),
        aim=f"0 of {len(files)}",
        held=not wrong and len(files) >= UPLOADS,
    )


def note_restore(figures: Figures, restored: Measured, per_gigabyte: float) -> None:
    """One processor that does all parts one after the other needs so long: more than a machine of its own, whatever else runs here."""
    figures.add("manage.py restore", f"{restored.seconds:.0f} s")
    figures.add(
        "… a processor's seconds a GB, of all its programs and the server",
        f"{per_gigabyte:.0f} s",
        aim=f"<= {A_GIGABYTE} s",
        held=per_gigabyte <= A_GIGABYTE,
    )
    figures.add(
        "Most memory of restore",
        f"{restored.memory / 1e6:.0f} MB",
        aim="<= 400 MB",
        held=restored.memory <= 400e6,
    )


def test_harmed_files(company: Company, figures: Figures) -> None:
    folder = company.room.folder("harmed")
    company.site.manage("backup", "--to", str(folder))
    (path,) = folder.iterdir()
    cluster, site = company.elsewhere("harmed-elsewhere")
    whole, media = path.read_bytes(), Path(site.variables["MEDIA_ROOT"])
    middle = len(whole) // 2
    for what, harmed, word in (
        ("A changed byte", whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], "damaged"),
        ("A missing end", whole[:-1000], "damaged"),
    ):
        path.write_bytes(harmed)
        is_seen = word in refused(site, "backup", "--verify", str(path)) and word in refused(
            site, "restore", str(path)
        )
        figures.add(
            f"{what}: refused by verify and restore", "yes" if is_seen else "no", aim="yes", held=is_seen
        )
    path.write_bytes(whole)
    keys = site.variables["ENCRYPTION_KEY"]
    site.variables["ENCRYPTION_KEY"] = "".join(reversed(keys))
    is_seen = "None of the 1 keys" in refused(site, "restore", str(path))
    figures.add("Another key: refused", "yes" if is_seen else "no", aim="yes", held=is_seen)
    site.variables["ENCRYPTION_KEY"] = keys
    left = tables(cluster) + len(list(media.iterdir()))
    figures.add("Tables and files that refused restores have made", left, aim="0", held=left == 0)

    known = [b"audit_entries", "プロジェクト".encode(), b"attachments/", b"PGDMP", b"about.json"]
    readable = sum(word in whole for word in known)
    figures.add("Known words in the file", readable, aim=f"0 of {len(known)}", held=readable == 0)

    killed = company.room.program(
        "killed-backup",
        [sys.executable, str(ROOT / "manage.py"), "backup", "--to", str(folder)],
        env=company.site.variables,
    )
    wait_until(
        lambda: any(path.stat().st_size > 10_000_000 for path in folder.glob(".*.new")),
        "a backup half-way",
        seconds=60,
    )
    killed.kill()
    names = [path.name for path in folder.glob("itdo-*.backup")]
    company.site.manage("backup", "--to", str(folder))
    left_over = [path for path in [*folder.iterdir(), *company.media.iterdir()] if path.name.startswith(".")]
    figures.add(
        "Backups by name after kill -9 half-way", len(names), aim="1 (the earlier one)", held=len(names) == 1
    )
    figures.add("What it left, after the next one", len(left_over), aim="0", held=not left_over)


def test_dump_sh(company: Company, figures: Figures) -> None:
    folder, key = company.room.folder("dumps"), company.room.place / "dump-key"
    key.write_text("a key of the drill\n")
    before = rows.all_rows(company.cluster)
    began = time.monotonic()
    run_dump(company, company.cluster, folder, key)
    figures.add("dump.sh, read back", f"{time.monotonic() - began:.0f} s")
    (path,) = folder.iterdir()
    age = company.site.evaluate("from projects.operations import marks; print(marks.age('backup'))")
    figures.add(
        "Age of the newest backup, as the site says",
        f"{age:.0f} s",
        aim="<= 600 s",
        held=float(str(age)) <= 600,
    )
    run_dump(company, company.cluster, folder, key, "--verify")

    cluster, site = company.elsewhere("dump-elsewhere")
    began = time.monotonic()
    run_dump(company, cluster, folder, key, "--restore", str(path))
    site.manage("migrate", "--verbosity", "0")
    figures.add(
        "Restore into an empty database of roles.sh, and migrate", f"{time.monotonic() - began:.0f} s"
    )
    after = rows.all_rows(cluster)
    # Sessions are not in it; the mark came after it.
    without = ("user_sessions", "provider_sessions", "operations_marks")
    different = rows.differences(
        *({table: found[table] for table in found if table not in without} for found in (before, after))
    )
    figures.add("Rows that differ", different, aim="0", held=different == 0)
    figures.add("Tables compared", len(before) - len(without), aim="> 50", held=len(before) > 53)
    is_whole = " 0 faults" in site.manage("after_restore")
    figures.add("The record of changes", "whole" if is_whole else "not whole", aim="whole", held=is_whole)

    whole = path.read_bytes()
    other, _site = company.elsewhere("dump-harmed")
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    figures.add("A changed byte: exit status of --verify", run_dump(company, other, folder, key, "--verify", check=False), aim="not 0",
                held=run_dump(company, other, folder, key, "--verify", check=False) != 0)  # fmt: skip
    path.write_bytes(whole[:middle])
    status = run_dump(company, other, folder, key, "--restore", str(path), check=False)
    figures.add("A missing end: exit status of --restore", status, aim="not 0", held=status != 0)
    path.write_bytes(whole)
    key.write_text("another key\n")
    status = run_dump(company, other, folder, key, "--restore", str(path), check=False)
    figures.add("Another key: exit status of --restore", status, aim="not 0", held=status != 0)
    figures.add("Tables that refused restores have made", tables(other), aim="0", held=tables(other) == 0)

    for days in (29, 31):
        copy = folder / f"itdo-{days}-days.dump.enc"
        shutil.copy(path, copy)
        os.utime(copy, (time.time() - days * 86_400 - 60,) * 2)
    run_dump(company, company.cluster, folder, key)
    kept = [days for days in (29, 31) if (folder / f"itdo-{days}-days.dump.enc").exists()]
    figures.add(
        "Of dumps of 29 and 31 days ago, kept", ", ".join(map(str, kept)), aim="29", held=kept == [29]
    )


def run_dump(
    company: Company, cluster: Cluster, folder: Path, key: Path, *arguments: str, check: bool = True
) -> int:
    """`ops/postgres/dump.sh` as the CronJob starts it; its exit status."""
    owner = urlsplit(cluster.url("owner"))
    variables = {
        "PATH": f"{Path(packages.postgres('pg_dump')).parent}:{os.environ['PATH']}", "DUMP_FOLDER": str(folder), "DUMP_KEY_FILE": str(key),
        "PGHOST": str(owner.hostname), "PGPORT": str(owner.port), "PGUSER": str(owner.username), "PGPASSWORD": str(owner.password),
        "PGDATABASE": DATABASE,
    }  # fmt: skip
    return company.room.run(
        ["sh", ROOT / "ops/postgres/dump.sh", *arguments], env=variables, check=check
    ).returncode


def test_from_the_embedded_server_to_one_of_production(company: Company, figures: Figures) -> None:
    """A company that began with `bin/run` (PostgreSQL 18) moves to compose."""
    packages.need("postgres")
    folder = company.room.folder("moving")
    try:
        with engines.running() as urls:
            owner = urls["DATABASE_OWNER_URL"]
            with psycopg.connect(owner.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
                connection.execute("DROP DATABASE IF EXISTS drill_small_backup")
                connection.execute("CREATE DATABASE drill_small_backup")
                try:
                    before = backed_up_embedded(company, urls, folder)
                finally:
                    connection.execute("DROP DATABASE drill_small_backup WITH (FORCE)")
    except (EnginesNotRunningError, LauncherError) as error:
        pytest.skip(f"not run: {error}")
    (path,) = folder.iterdir()
    cluster, site = company.elsewhere("moved")
    words = site.manage("restore", str(path))
    after = rows.all_rows(cluster)
    found = cluster.ask("SHOW server_version")
    figures.add("From PostgreSQL", before.pop("version")[0])
    figures.add("To PostgreSQL", found)
    without = ("operations_marks", "user_sessions", "provider_sessions")
    different = rows.differences(
        *({table: rows_[table] for table in rows_ if table not in without} for rows_ in (before, after))
    )
    figures.add("Rows that differ", different, aim="0", held=different == 0)
    figures.add(
        "The record of changes",
        "whole" if " 0 faults" in words else words,
        aim="whole",
        held=" 0 faults" in words,
    )


class Embedded(Cluster):
    """A database of the embedded server, as far as comparing needs it."""

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, role: str = "app", *, database: str = DATABASE) -> str:
        return self._url


def backed_up_embedded(company: Company, urls: dict[str, str], folder: Path) -> dict[str, list[str]]:
    """Make a small company there, save it, and answer all its rows."""
    here = {
        name: urls[name].rpartition("/")[0] + "/drill_small_backup"
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    site = company.led_to(company.cluster, "embedded")
    site.variables |= here
    site.manage("migrate", "--verbosity", "0")
    site.manage("seed_demo")
    site.manage("backup", "--to", str(folder))
    embedded = Embedded(here["DATABASE_OWNER_URL"])
    return rows.all_rows(embedded) | {"version": [str(embedded.ask("SHOW server_version"))]}
