"""A backup that cannot be used is noticed the night it is made, and none can be read without the passphrase."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.drills.kit import packages, rows
from tests.drills.kit.figures import Figures
from tests.drills.kit.pgbackrest import Backrest
from tests.drills.kit.postgres import Cluster
from tests.drills.kit.programs import Room
from tests.ops.files import ROOT

pytestmark = pytest.mark.drill
KNOWN = "ひみつの原価 4,711円 secret-of-the-drill"


@pytest.fixture(scope="module")
def night() -> Iterator[tuple[Backrest, Cluster, Path]]:
    """A small database and an upload, backed up by `backup.sh`."""
    room = Room()
    try:
        yield made(Backrest(room))
    finally:
        room.close()


def made(backrest: Backrest) -> tuple[Backrest, Cluster, Path]:
    primary = backrest.make_primary()
    rows.fill(primary, rows=20_000)
    with primary.connect("owner") as connection:
        # Where backup.sh writes down that it went well.
        connection.execute(
            "CREATE TABLE operations_marks (name text PRIMARY KEY, at timestamptz, details jsonb)"
        )
        connection.execute("CREATE TABLE known AS SELECT %s::text AS words", [KNOWN])
    media = backrest.room.folder("media")
    (media / "known.txt").write_text(KNOWN * 100)
    backrest.backup_sh(primary, media)
    return backrest, primary, media


def segments(backrest: Backrest) -> list[Path]:
    """WAL in the repository, oldest first."""
    return sorted(
        path for path in backrest.files() if "/archive/itdo/" in str(path) and path.name.startswith("0000")
    )


def bundles(backrest: Backrest) -> list[Path]:
    """Files of backups, biggest last."""
    found = [path for path in backrest.files() if "/bundle/" in str(path)]
    return sorted(found, key=lambda path: path.stat().st_size)


def changed(path: Path) -> bytes:
    """Turn bits in the middle of a file; answers what it was."""
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        whole[:middle] + bytes(byte ^ 0xFF for byte in whole[middle : middle + 64]) + whole[middle + 64 :]
    )
    return whole


def noticed(figures: Figures, what: str, night: tuple[Backrest, Cluster, Path], word: str) -> None:
    backrest, primary, media = night
    result = backrest.backup_sh(primary, media, check=False)
    said = result.stdout + result.stderr
    is_seen = result.returncode != 0 and word in said
    figures.add(
        f"{what}: exit status of backup.sh", result.returncode, aim="not 0, and says so", held=is_seen
    )
    if not is_seen:
        figures.add("… its words", said[-1500:])


class TestFaults:
    def test_a_changed_file_of_a_backup(
        self, night: tuple[Backrest, Cluster, Path], figures: Figures
    ) -> None:
        backrest, primary, _media = night
        path = bundles(backrest)[-1]
        whole = changed(path)
        alone = backrest.run(primary, "verify", check=False)
        figures.add("pgbackrest verify by itself: exit status", alone.returncode)
        noticed(figures, "A changed file of a backup", night, "cannot be trusted")
        path.write_bytes(whole)

    def test_a_changed_segment(self, night: tuple[Backrest, Cluster, Path], figures: Figures) -> None:
        path = segments(night[0])[0]
        whole = changed(path)
        noticed(figures, "A changed segment of WAL", night, "cannot be trusted")
        path.write_bytes(whole)

    def test_a_missing_segment(self, night: tuple[Backrest, Cluster, Path], figures: Figures) -> None:
        backrest, primary, _media = night
        # Between two that are there, after the first backup: a restore to now would end before it.
        for _ in range(3):
            primary.ask("SELECT pg_switch_wal()")
            primary.ask("CREATE TABLE IF NOT EXISTS turned (id int)")
            primary.ask("INSERT INTO turned VALUES (1)")
        backrest.run(primary, "check")
        path = segments(backrest)[-3]
        shutil.move(path, night[2].parent / path.name)
        noticed(figures, "A missing segment of WAL", night, "cannot be trusted")
        shutil.move(night[2].parent / path.name, path)

    def test_a_missing_file_of_a_backup(
        self, night: tuple[Backrest, Cluster, Path], figures: Figures
    ) -> None:
        path = bundles(night[0])[0]
        shutil.move(path, night[2].parent / path.name)
        noticed(figures, "A missing file of a backup", night, "cannot be trusted")
        shutil.move(night[2].parent / path.name, path)

    def test_another_passphrase(self, night: tuple[Backrest, Cluster, Path], figures: Figures) -> None:
        backrest, primary, media = night
        result = backrest.backup_sh(
            primary, media, check=False, PGBACKREST_REPO1_CIPHER_PASS="another passphrase"
        )
        # What it opens is noise to it.
        is_seen = result.returncode != 0 and "archive.info cannot be opened" in result.stdout + result.stderr
        figures.add(
            "Another passphrase: exit status of backup.sh",
            result.returncode,
            aim="not 0, and says so",
            held=is_seen,
        )
        if not is_seen:
            figures.add("… its words", (result.stdout + result.stderr)[-600:])
        result = backrest.backup_sh(primary, media, check=False, RESTIC_PASSWORD="another passphrase")
        figures.add("… of the uploads alone", result.returncode, aim="not 0", held=result.returncode != 0)

    def test_a_changed_upload(self, night: tuple[Backrest, Cluster, Path], figures: Figures) -> None:
        backrest, primary, media = night
        packs = [path for path in (backrest.uploads / "data").rglob("*") if path.is_file()]
        whole = {path: changed(path) for path in packs}
        result = backrest.backup_sh(primary, media, check=False)
        figures.add("A changed pack of uploads: exit status of backup.sh", result.returncode, aim="not 0",
                    held=result.returncode != 0)  # fmt: skip
        for path, bytes_ in whole.items():
            path.chmod(0o600)
            path.write_bytes(bytes_)

    def test_and_all_is_well_again(self, night: tuple[Backrest, Cluster, Path], figures: Figures) -> None:
        backrest, primary, media = night
        result = backrest.backup_sh(primary, media, check=False)
        figures.add(
            "Everything put back: exit status of backup.sh",
            result.returncode,
            aim="0",
            held=result.returncode == 0,
        )
        if result.returncode:
            figures.add("… its words", (result.stdout + result.stderr)[-1500:])


class TestSecrecy:
    def test_nothing_is_readable(self, night: tuple[Backrest, Cluster, Path], figures: Figures) -> None:
        backrest, primary, _media = night
        known = [
            KNOWN.encode(),
            "ひみつの原価".encode(),
            b"secret-of-the-drill",
            b"known.txt",
            b"itdo_owner",
            b"PG_VERSION",
        ]
        files = [*backrest.files(), *(path for path in backrest.uploads.rglob("*") if path.is_file())]
        readable = [path for path in files if any(word in path.read_bytes() for word in known)]
        figures.add("Files of both repositories with a known word in them", len(readable), aim=f"0 of {len(files)}",
                    held=not readable and len(files) > 20)  # fmt: skip
        # Compression alone would hide words too; a file that is sealed begins with its salt.
        sealed = [path for path in backrest.files() if path.stat().st_size]
        open_ = [path for path in sealed if not path.read_bytes().startswith(b"Salted__")]
        figures.add(
            "Files of pgBackRest that are not sealed",
            len(open_),
            aim=f"0 of {len(sealed)}",
            held=not open_ and bool(sealed),
        )
        stolen = backrest.run(primary, "info", check=False, PGBACKREST_REPO1_CIPHER_PASS="a guess")
        figures.add("Names of backups without the passphrase", "none" if "full backup" not in stolen.stdout else "some",
                    aim="none", held="full backup" not in stolen.stdout)  # fmt: skip


class TestRetention:
    def test_keeps_29_days_and_lets_31_go(self, room: Room, figures: Figures) -> None:
        """Nights of a month ago, by a clock that is set back for PostgreSQL and pgBackRest; then tonight's backup."""
        packages.need("faketime")
        backrest = Backrest(room)
        backrest.set_back(33)
        backrest, primary, media = made(backrest)
        labels = {33: backrest.labels(primary)[0]}
        for days in (32, 31, 30, 29):
            backrest.set_back(days)
            labels[days] = earlier(backrest, primary, media, days)
        backrest.set_back(0)
        backrest.backup_sh(primary, media)
        left = backrest.labels(primary)
        kept = [age for age, label in labels.items() if label in left]
        # What is 30 days old is kept, since a restore to a moment of 29 days and a half begins there.
        figures.add(
            "Nights of 29 to 33 days ago that are kept",
            ", ".join(map(str, kept)),
            aim="30, 29",
            held=kept == [30, 29],
        )
        ages = backrest.restic_days()
        figures.add(
            "Uploads: the oldest that is kept, of 29 to 32 days ago",
            f"{max(ages)} days",
            aim="29 days",
            held=max(ages) == 29,
        )


def earlier(backrest: Backrest, primary: Cluster, media: Path, days: int) -> str:
    """A backup of so many days ago; pgBackRest's name of it."""
    before = backrest.labels(primary)
    backrest.run(primary, "--type=full", "backup")
    moment = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")
    command = ["restic", "backup", "--tag", "uploads", "--host", "itdo", "--time", moment]
    backrest.room.run(
        [*command, media, backrest.room.folder("nights")],
        env=backrest.variables(TZ="UTC") | dict(backrest.restic()),
    )
    (label,) = set(backrest.labels(primary)) - set(before)
    return label


class TestSchedule:
    def test_means_two_at_night_in_japan(
        self, night: tuple[Backrest, Cluster, Path], figures: Figures
    ) -> None:
        line = (
            (ROOT / "ops/pgbackrest/itdo-backup.timer")
            .read_text()
            .partition("OnCalendar=")[2]
            .splitlines()[0]
        )
        analyze = packages.need("systemd-analyze")["systemd-analyze"]
        words = (
            night[0]
            .room.run(
                [analyze, "calendar", "--base-time=2026-07-01 00:00 UTC", line],
                env={"TZ": "UTC", "PATH": "/usr/bin"},
            )
            .stdout
        )
        figures.add("Next run after 2026-07-01 00:00 UTC (systemd)", "17:00 UTC" if "17:00:00 UTC" in words else words,
                    aim="17:00 UTC", held="17:00:00 UTC" in words)  # fmt: skip
