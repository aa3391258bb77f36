"""A backup taken back: the database in one transaction that ends well where the whole file is good, then the uploads by their names."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from projects.backups import moment, packing, uploads
from projects.backups.errors import BackupError
from projects.backups.programs import Programs, find_programs, server_version
from projects.backups.reading import read_about, read_backup, reading_dump
from projects.backups.settling import SettledRestore, settle

#: A session still at work in the site holds locks; waiting for ever would look like a long restore.
LOCK_SECONDS: Final = 10
#: Everything of the owner's in the schema, but what belongs to extensions, which need a superuser to come back; sequences of
#: columns go with their tables.
#: The memory is for indexes, which are made anew after their rows.
BEGIN: Final = f"""
BEGIN;
SET LOCAL maintenance_work_mem = '256MB';
SET LOCAL lock_timeout = '{LOCK_SECONDS}s';
SET LOCAL client_min_messages = warning;
DO $$
DECLARE statement text;
BEGIN
    FOR statement IN
        SELECT format('DROP %s IF EXISTS %s CASCADE', kind, name) FROM (
            SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                   WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END AS kind, format('public.%I', relname) AS name, oid, 'pg_class'::regclass AS class
            FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
            UNION ALL
            SELECT 'ROUTINE', oid::regprocedure::text, oid, 'pg_proc'::regclass
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION ALL
            SELECT 'TYPE', format('public.%I', typname), oid, 'pg_type'::regclass
            FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
        ) AS things
        WHERE NOT EXISTS (
            SELECT FROM pg_depend
            WHERE classid = class AND objid = oid AND (deptype = 'e' OR deptype = 'i' AND kind = 'SEQUENCE')
        )
    LOOP
        EXECUTE statement;
    END LOOP;
END
$$;
"""
#: How many things would be lost.
COUNT: Final = """
SELECT count(*) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
"""
#: Programs of 17 and later say it; an older server would not know it, and it says what holds anyway.
NEWER_WORDS: Final = b"SET transaction_timeout = 0;\n"

Say = Callable[[str], None]


def restore_backup(*, path: Path, replace: bool, say: Say) -> SettledRestore:
    """Put database and uploads back as they were, in one reading of the file.

    Raises BackupError. The database changes in one transaction, which ends well only where the whole file was found good: as it
    was before, or as it was in the backup. Uploads change after it.
    """
    about = read_about(path)
    with moment.one_at_a_time():
        if not replace:
            _refuse_to_replace()
        _refuse_unknown(about)
        uploads.sweep()
        with uploads.room(uploads.STAGED) as staged:
            programs = find_programs(max(about["dumped_by"], server_version()))
            say(
                f"Reading the backup of {about['made_at']} into the database ({packing.megabytes(path.stat().st_size)})"
            )
            with _changing_database(programs) as take:
                found = read_backup(path, take, staged)
            say(f"It is good. Putting {found.uploads} uploads in place")
            uploads.put_in_place(staged / "uploads")
            uploads.add_heads(staged / "audit-heads")
    say("Bringing tables and rights up to this version")
    connections.close_all()
    call_command("migrate", verbosity=0)
    say("Reading the record of changes")
    return settle(found)


def _refuse_to_replace() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(COUNT)
        tables = cursor.fetchone()[0]
    if tables or not uploads.is_empty():
        raise BackupError(
            f"The database has {tables} tables, and {uploads.media()} "
            f"{'is empty' if uploads.is_empty() else 'has files'}. A restore replaces all of it: stop the site, make a backup of "
            "what is there, and run this again with --yes."
        )


def _refuse_unknown(about: Mapping[str, Any]) -> None:
    """Tables of a later version would break this one."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    # Packages fold old migrations into new ones; what counts is ours.
    ours = {"projects", "resources", "tasks", "reports"}
    unknown = [name for name in about["migrations"] if name.partition(".")[0] in ours and name not in known]
    if unknown:
        raise BackupError(
            f"The backup was made by a later version of the site ({len(unknown)} migrations, such as {unknown[0]}, are not "
            "known here). Install that version, and restore with it."
        )


@contextmanager
def _changing_database(programs: Programs) -> Iterator[Callable[[bytes], object]]:
    """Takes a dump; pg_restore makes SQL of it, and psql runs that. The last word is ours, and comes where nothing was wrong."""
    with tempfile.TemporaryFile() as errors:
        psql = programs.start(
            "psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file=-",
            errors=errors, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        assert psql.stdin is not None
        failure: Exception | None = None
        is_of_file = False
        try:
            psql.stdin.write(BEGIN.encode())
            with _translated(programs, psql.stdin) as take:
                try:
                    yield take
                except BackupError:
                    is_of_file = True
                    raise
            psql.stdin.write(b"COMMIT;\n")
        except (OSError, BackupError) as error:
            # Without its last word psql ends, and PostgreSQL takes everything back.
            failure = error
        finally:
            with suppress(OSError):
                psql.stdin.close()
            psql.wait()
        # What psql says of half a dump is no reason where the file itself was found wrong.
        if psql.returncode and not is_of_file:
            errors.seek(0)
            raise BackupError(_refusal(errors.read().decode(errors="replace").strip())) from failure
        if failure:
            raise failure


def _refusal(words: str) -> str:
    why = (
        f"A session still works in the database (waited {LOCK_SECONDS} seconds). Stop site, worker and clock first."
        if "lock timeout" in words
        else "PostgreSQL refused the restore."
    )
    return f"{why} Nothing was changed.\n{words}"


@contextmanager
def _translated(programs: Programs, psql: IO[bytes]) -> Iterator[Callable[[bytes], object]]:
    """Dump → pg_restore → psql; a thread carries the SQL, since a program that waits to be read reads nothing."""
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb") as sql:
        carrier = threading.Thread(target=_carry, args=(sql, psql))
        carrier.start()
        try:
            with os.fdopen(write_end, "wb") as end, reading_dump(programs, stdout=end) as take:
                # Ours would keep the pipe open after pg_restore has ended.
                end.close()
                yield take
        finally:
            carrier.join()


def _carry(sql: IO[bytes], psql: IO[bytes]) -> None:
    """Until the end, or until psql has given up; then pg_restore must not wait for ever."""
    with sql, suppress(OSError):
        psql.write(sql.read(64 * 2**10).replace(NEWER_WORDS, b"", 1))
        while data := sql.read(2**20):
            psql.write(data)
