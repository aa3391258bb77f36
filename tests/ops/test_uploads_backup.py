"""The nights' backup of uploads on Kubernetes: the commands of its CronJobs, word by word, with the real restic and a repository in a folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection

from tests.ops.files import ROOT

RESTIC = shutil.which("restic")
IS_NEW = bool(RESTIC) and [
    int(part) for part in subprocess.check_output(["restic", "version"], text=True).split()[1].split(".")[:2]
] >= [0, 16]
pytestmark = pytest.mark.skipif(RESTIC is None, reason="no restic on this machine (apt install restic)")


def containers(name: str) -> list[dict[str, Any]]:
    """Of a CronJob, in the order in which they run."""
    jobs = yaml.safe_load_all((ROOT / "k8s/base/nightly.yaml").read_text(encoding="utf-8"))
    (job,) = (each for each in jobs if each["metadata"]["name"] == name)
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return [*pod.get("initContainers", []), *pod["containers"]]


class Nights:
    """An installation's files, where they are kept, and the nights that go by."""

    def __init__(self, place: Path) -> None:
        self.place, self.media, self.audit = place, place / "media", place / "audit"
        self.media.mkdir()
        self.audit.mkdir()
        (self.audit / "2026-12-01.json").write_text("{}")
        self.variables = os.environ | {
            "RESTIC_REPOSITORY": str(place / "repository"), "RESTIC_CACHE_DIR": str(place / "cache"),
            "RESTIC_PASSWORD": "word",  # pragma: allowlist secret  # of this folder alone
        }  # fmt: skip

    def upload(self, name: str, size: int = 300_000) -> None:
        (self.media / name).write_bytes(os.urandom(size))

    def sums(self, folder: Path) -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}

    def restic(self, *arguments: str | Path, check: bool = True) -> str:
        return subprocess.run(
            ["restic", *arguments], env=self.variables, capture_output=True, text=True, check=check
        ).stdout

    def run(self, name: str, **more: str) -> subprocess.CompletedProcess[str]:
        """What a CronJob tells restic."""
        told = containers(name)[0]
        (words,) = told["args"]
        words = words.replace("/srv/media", str(self.media)).replace("/srv/audit", str(self.audit))
        return subprocess.run(
            [*told["command"], words], env=self.variables | more, capture_output=True, text=True, check=False
        )

    def locks(self) -> list[Path]:
        return [each for each in (self.place / "repository/locks").iterdir() if len(each.name) == 64]

    def kept(self) -> int:
        return self.restic("snapshots", "--json").count('"short_id"')


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    made = Nights(tmp_path)
    made.upload("first")
    return made


class TestBackup:
    def test_begins_where_nothing_was_kept_and_goes_on(self, nights: Nights) -> None:
        assert nights.run("backup-uploads").returncode == 0
        nights.upload("second")
        assert nights.run("backup-uploads").returncode == 0
        assert nights.kept() == 2

    def test_gives_back_what_it_took(self, nights: Nights, tmp_path: Path) -> None:
        nights.run("backup-uploads")
        for place in (nights.media, nights.audit):
            back = tmp_path / "back" / place.name
            # As docs/operations.md, with these paths; before 0.16 nothing could stand behind the name, and all folders are made.
            path = f":{place}" if IS_NEW else ""
            nights.restic("restore", f"latest{path}", "--tag", "uploads", "--target", back)
            assert nights.sums(back if IS_NEW else Path(f"{back}{place}")) == nights.sums(place)

    def test_is_written_down_as_the_site_reads_it(self, nights: Nights, db: None) -> None:
        assert nights.run("backup-uploads").returncode == 0
        _keeps, notes = containers("backup-uploads")
        age = "SELECT extract(epoch FROM clock_timestamp() - at) FROM operations_marks WHERE name = 'uploads'"
        with connection.cursor() as cursor:
            for _night in range(2):
                cursor.execute(notes["args"][0])
                cursor.execute(age)
                assert 0 <= cursor.fetchone()[0] < 60

    @pytest.mark.parametrize("name", ["backup-uploads", "forget-uploads"])
    def test_fails_with_another_password_and_harms_nothing(self, nights: Nights, name: str) -> None:
        nights.run("backup-uploads")
        assert nights.run(name, RESTIC_PASSWORD="another").returncode != 0
        assert nights.kept() == 1


class TestForget:
    def test_keeps_thirty_days(self, nights: Nights) -> None:
        nights.run("backup-uploads")
        for days in (29, 31):
            at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(time.time() - days * 86_400))
            nights.restic("backup", "--tag", "uploads", "--host", "itdo", "--time", at, nights.media)
        assert nights.run("forget-uploads").returncode == 0
        # Also those that held other folders, as before attachments lay in a bucket.
        assert nights.kept() == 2

    def test_says_so_where_what_is_kept_was_changed(self, nights: Nights) -> None:
        nights.run("backup-uploads")
        assert nights.run("forget-uploads").returncode == 0
        for pack in (nights.place / "repository/data").rglob("*"):
            if pack.is_file():
                pack.chmod(0o600)
                pack.write_bytes(b"x" * pack.stat().st_size)
        assert nights.run("forget-uploads").returncode != 0

    def test_goes_on_after_a_backup_that_was_killed(self, nights: Nights) -> None:
        """Its lock stays for ever: no night would have forgotten or looked at anything any more."""
        nights.run("backup-uploads")
        nights.upload("large", 80_000_000)
        killed = subprocess.Popen(
            ["restic", "backup", nights.media], env=nights.variables, stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while not nights.locks() and time.monotonic() < until:
            time.sleep(0.01)
        killed.send_signal(signal.SIGKILL)
        killed.wait(10)
        assert nights.locks()
        assert nights.run("forget-uploads").returncode == 0
        assert not nights.locks()
