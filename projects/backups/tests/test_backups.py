"""Backups and their restore, with the real programs against a database of their own."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from projects.audit.heads import export_audit_heads
from projects.backups import making, moment, packing, restoring
from projects.backups.errors import BackupError, DamagedError
from projects.backups.making import forget_old, make_backup
from projects.backups.programs import Programs
from projects.backups.reading import Contents, read_backup
from projects.backups.restoring import restore_backup
from projects.calendars.services import make_company_calendar
from projects.changes import changing
from projects.models import Organization, Project, User, UserSession
from projects.operations import marks
from projects.permissions import System
from projects.rls import scope
from tests import databases

NOW = datetime(2026, 4, 6, 17, tzinfo=UTC)
SYSTEM = System("test")
UPLOAD = "attachments/1/ab/abcdef"


def silent(_words: str) -> None:
    """No output."""


@pytest.fixture(scope="module")
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A clone of the template, since a restore replaces every table."""
    before = connections["owner"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        clone = databases.make_clone("backups")
        databases.point_to(clone)
        yield
        databases.drop(clone)
        databases.point_to(before)


@pytest.fixture
def installation(own_database: None, settings: Any, tmp_path: Path) -> Project:
    """A project with three lines in its record, an upload, and a night's ends of chains."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.AUDIT_HEADS_FOLDER = str(tmp_path / "nights")
    upload = tmp_path / "media" / UPLOAD
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"the drawing of the harbour" * 100_000)
    organization, is_new = Organization.objects.get_or_create(code="minato", name="港湾設計株式会社")
    with scope.every_organization():
        if is_new:
            calendar = make_company_calendar(organization, name="会社カレンダー")
            Project.objects.create(
                organization=organization, code="PRJ-9", name="岸壁の点検", calendar=calendar, start_minute=0,
                start_date=date(2026, 4, 6), end_date=date(2026, 12, 1),
            )  # fmt: skip
        project = Project.objects.get(code="PRJ-9")
        edit(project, 3)
        export_audit_heads(today=date(2026, 4, 5))
    return project


def edit(project: Project, times: int = 1) -> None:
    for number in range(times):
        with changing(project, actor=SYSTEM) as record:
            record("task.edited", after={"n": number})


def contents(tmp_path: Path) -> dict[str, str]:
    """A sum of each table's rows and of each upload."""
    found = {}
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM public."{table}" t')
            found[table] = str(cursor.fetchone())
    for path in sorted((tmp_path / "media").rglob("*")):
        if path.is_file():
            found[str(path.relative_to(tmp_path))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.fixture
def backup(installation: Project, tmp_path: Path) -> Path:
    return make_backup(folder=tmp_path / "backups", keep_days=30, now=NOW, say=silent)


class TestMakeBackup:
    def test_shows_nothing_of_what_is_in_it(self, backup: Path) -> None:
        sealed = backup.read_bytes()
        assert sealed.startswith(b"ITDO BACKUP 1\n")
        assert len(sealed) > 2_600_000
        for known in (
            b"drawing of the harbour",
            "岸壁の点検".encode(),
            b"PGDMP",
            b"about.json",
            b"task.edited",
        ):
            assert known not in sealed
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600

    def test_leaves_the_file_alone_in_its_folder(self, backup: Path, tmp_path: Path) -> None:
        assert list(backup.parent.iterdir()) == [backup]
        assert [path.name for path in (tmp_path / "media").iterdir()] == ["attachments"]

    def test_is_written_down_for_those_who_watch(self, backup: Path) -> None:
        age = marks.age("backup")
        assert age is not None
        assert age < 600

    def test_keeps_an_upload_that_goes_while_the_dump_is_written(
        self, installation: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dump = making._dump

        def meanwhile(*arguments: Any) -> None:
            (tmp_path / "media" / UPLOAD).unlink()
            with scope.every_organization():
                Project.objects.filter(pk=installation.pk).update(name="後から")
            dump(*arguments)

        monkeypatch.setattr(making, "_dump", meanwhile)
        path = make_backup(folder=tmp_path / "backups", keep_days=30, now=NOW, say=silent)
        restore_backup(path=path, replace=True, say=silent)
        assert (tmp_path / "media" / UPLOAD).stat().st_size == 2_600_000
        with scope.every_organization():
            assert Project.objects.get(pk=installation.pk).name == "岸壁の点検"

    def test_leaves_nothing_when_pg_dump_fails_half_way(
        self, installation: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        programs = tmp_path / "programs"
        programs.mkdir()
        script = programs / "pg_dump"
        script.write_text("#!/bin/sh\nhead -c 20000000 /dev/zero\necho 'no space left' >&2\nexit 1\n")
        script.chmod(0o700)
        monkeypatch.setattr(making, "find_programs", lambda at_least: Programs(99, programs))
        with pytest.raises(BackupError, match="no space left"):
            make_backup(folder=tmp_path / "backups", keep_days=30, now=NOW, say=silent)
        assert list((tmp_path / "backups").iterdir()) == []
        assert [path.name for path in (tmp_path / "media").iterdir()] == ["attachments"]

    def test_clears_what_a_killed_one_has_left(self, installation: Project, tmp_path: Path) -> None:
        (tmp_path / "backups").mkdir()
        (tmp_path / "backups" / ".itdo-20260101T000000Z.backup.new").touch()
        (tmp_path / "media" / ".backup-1234").mkdir()
        path = make_backup(folder=tmp_path / "backups", keep_days=30, now=NOW, say=silent)
        assert list(path.parent.iterdir()) == [path]
        assert [path.name for path in (tmp_path / "media").iterdir()] == ["attachments"]

    def test_waits_for_no_other(self, installation: Project, tmp_path: Path) -> None:
        owner = connections["owner"].get_connection_params()
        with psycopg.connect(
            **{name: owner[name] for name in ("host", "port", "user", "password", "dbname")}
        ) as other:
            other.execute("SELECT pg_advisory_lock(%s)", [moment.LOCK])
            with pytest.raises(BackupError, match="under way"):
                make_backup(folder=tmp_path / "backups", keep_days=30, now=NOW, say=silent)

    def test_says_which_programs_are_missing(
        self, installation: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(making, "server_version", lambda: 99)
        with pytest.raises(BackupError, match="postgresql-client-99"):
            make_backup(folder=tmp_path / "backups", keep_days=30, now=NOW, say=silent)


class TestForgetOld:
    def test_keeps_29_days_and_lets_31_go(self, tmp_path: Path) -> None:
        for days in (0, 29, 31, 400):
            (tmp_path / f"{NOW - timedelta(days=days):itdo-%Y%m%dT%H%M%SZ}.backup").touch()
        (tmp_path / "itdo-before-the-move.backup").touch()
        assert forget_old(tmp_path, keep_days=30, now=NOW) == 2
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "itdo-20260308T170000Z.backup",
            "itdo-20260406T170000Z.backup",
            "itdo-before-the-move.backup",
        ]

    def test_keeps_the_newest_however_old(self, tmp_path: Path) -> None:
        (tmp_path / "itdo-20200101T000000Z.backup").touch()
        assert forget_old(tmp_path, keep_days=30, now=NOW) == 0


class TestRestoreBackup:
    def test_brings_every_row_and_upload_back(
        self, backup: Path, installation: Project, tmp_path: Path
    ) -> None:
        # The mark of the backup itself is made after it.
        before = {name: value for name, value in contents(tmp_path).items() if name != "operations_marks"}
        with scope.every_organization():
            edit(installation, 5)
        (tmp_path / "media" / UPLOAD).write_bytes(b"another one")
        (tmp_path / "media" / "later").write_bytes(b"came later")
        with connections["owner"].cursor() as cursor:
            cursor.execute("CREATE TABLE came_later (id int); DROP TABLE task_attachments CASCADE")
        settled = restore_backup(path=backup, replace=True, say=silent)
        after = contents(tmp_path)
        assert {name: after.get(name) for name in before} == before
        assert set(after) - set(before) == {"operations_marks"}
        assert settled.record.faults == []
        assert settled.record.entries >= 3
        assert (settled.is_same_end, settled.can_read_fields, settled.lost) == (True, True, [])

    def test_lets_the_site_work_and_the_walls_stand(self, backup: Path, installation: Project) -> None:
        restore_backup(path=backup, replace=True, say=silent)
        assert Project.objects.count() == 0
        with scope.every_organization():
            edit(Project.objects.get(pk=installation.pk))
            with connections["default"].cursor() as cursor:
                cursor.execute(
                    "SELECT has_table_privilege('audit_entries', 'UPDATE'), has_table_privilege('tasks', 'UPDATE')"
                )
                assert cursor.fetchone() == (False, True)

    def test_signs_everybody_out(self, installation: Project, tmp_path: Path) -> None:
        user = User.objects.create_user(f"u{installation.revision}", "人")
        later = datetime.now(UTC) + timedelta(hours=1)
        UserSession.objects.create(session_key="k" * 32, session_data="", expire_date=later, user=user)
        path = make_backup(folder=tmp_path / "backups", keep_days=30, now=NOW, say=silent)
        assert UserSession.objects.count() == 1
        restore_backup(path=path, replace=True, say=silent)
        assert UserSession.objects.count() == 0
        assert User.objects.filter(pk=user.pk).exists()

    def test_tells_of_lines_that_a_later_night_knew(self, backup: Path, installation: Project) -> None:
        with scope.every_organization():
            edit(installation, 2)
            export_audit_heads(today=date(2026, 4, 7))
        settled = restore_backup(path=backup, replace=True, say=silent)
        assert [(fault.kind, fault.project_id) for fault in settled.lost] == [("forgotten", installation.pk)]
        assert settled.record.faults == []

    def test_sees_a_record_that_was_not_whole(self, installation: Project, tmp_path: Path) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "UPDATE audit_entries SET action = 'task.moved' WHERE project_id = %s AND sequence = 1",
                [installation.pk],
            )
        path = make_backup(folder=tmp_path / "backups", keep_days=30, now=NOW, say=silent)
        with pytest.raises(CommandError, match="not whole"):
            call_command("restore", path, yes=True)
        with connections["owner"].cursor() as cursor:
            cursor.execute("UPDATE audit_entries SET action = 'task.edited' WHERE action = 'task.moved'")

    @pytest.mark.parametrize(
        ("harm", "words"),
        [
            (lambda sealed: sealed[:-1], "its end is missing"),
            (lambda sealed: sealed[: 2**21], "its end is missing"),
            (lambda sealed: sealed[:1500] + bytes([sealed[1500] ^ 1]) + sealed[1501:], "changed near MB 1"),
            (lambda sealed: b"PK" + sealed, "not a backup of this site"),
        ],
    )
    def test_changes_nothing_when_the_file_is_not_whole(
        self, backup: Path, tmp_path: Path, harm: Callable[[bytes], bytes], words: str
    ) -> None:
        backup.write_bytes(harm(backup.read_bytes()))
        before = contents(tmp_path)
        with pytest.raises(BackupError, match=words):
            restore_backup(path=backup, replace=True, say=silent)
        assert contents(tmp_path) == before

    def test_changes_nothing_when_its_sums_are_others(
        self, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The dump is in the database by then, and goes again: it was read once, and its last word is not said."""
        taken: list[int] = []
        sums = packing.Sums.as_dict

        def other(self: packing.Sums) -> dict[str, Any]:
            taken.append(self.dump_bytes)
            return sums(self) | {"dump": "0"}

        before = contents(tmp_path)
        monkeypatch.setattr(packing.Sums, "as_dict", other)
        with pytest.raises(DamagedError, match="its sums"):
            restore_backup(path=backup, replace=True, say=silent)
        assert taken[0] > 0
        assert contents(tmp_path) == before

    def test_changes_nothing_with_another_key(self, backup: Path, tmp_path: Path, settings: Any) -> None:
        before = contents(tmp_path)
        settings.BACKUP_KEYS = ["another-key-" + "n" * 40]
        with pytest.raises(BackupError, match="None of the 1 keys"):
            restore_backup(path=backup, replace=True, say=silent)
        assert contents(tmp_path) == before
        settings.BACKUP_KEYS = ["another-key-" + "n" * 40, *settings.ENCRYPTION_KEYS]
        restore_backup(path=backup, replace=True, say=silent)

    def test_replaces_nothing_unless_told(self, backup: Path, tmp_path: Path) -> None:
        before = contents(tmp_path)
        with pytest.raises(BackupError, match=r"has \d+ tables.*--yes"):
            restore_backup(path=backup, replace=False, say=silent)
        assert contents(tmp_path) == before

    def test_changes_nothing_while_the_database_is_in_use(
        self, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(restoring, "BEGIN", restoring.BEGIN.replace("'10s'", "'1s'"))
        before = contents(tmp_path)
        with scope.every_organization():
            Project.objects.count()
            with pytest.raises(BackupError, match="Stop site, worker and clock"):
                restore_backup(path=backup, replace=True, say=silent)
        assert contents(tmp_path) == before

    def test_refuses_what_a_later_version_has_made(
        self, installation: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moment, "applied_migrations", lambda: ["tasks.9999_of_tomorrow"])
        path = make_backup(folder=tmp_path / "backups", keep_days=30, now=NOW, say=silent)
        with pytest.raises(BackupError, match="9999_of_tomorrow"):
            restore_backup(path=path, replace=True, say=silent)

    def test_takes_a_dump_back_that_breaks_off(
        self, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = contents(tmp_path)

        def half(path: Path, take: Callable[[bytes], object], files_to: Path | None) -> Contents:
            parts: list[bytes] = []
            found = read_backup(path, parts.append, files_to)
            take(b"".join(parts)[:-2000])
            return found

        monkeypatch.setattr(restoring, "read_backup", half)
        with pytest.raises(DamagedError, match="pg_restore"):
            restore_backup(path=backup, replace=True, say=silent)
        assert contents(tmp_path) == before


class TestCommands:
    def test_speak_of_what_they_do(
        self, installation: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("backup", to=tmp_path / "backups")
        (path,) = (tmp_path / "backups").iterdir()
        call_command("backup", verify=path)
        call_command("restore", path, yes=True)
        call_command("after_restore")
        words = capsys.readouterr().out
        for said in (
            "Database: ",
            "Uploads: 1 files",
            "read back and good",
            "is good: made",
            "0 faults",
            "Restored.",
        ):
            assert said in words

    def test_refuse_in_words(self, installation: Project, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("restore", tmp_path / "none.backup")
        with pytest.raises(CommandError, match="1 or more"):
            call_command("backup", keep=0)
