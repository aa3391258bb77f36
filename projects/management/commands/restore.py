"""`manage.py restore FILE`: what `manage.py backup` has written, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from projects.backups.errors import BackupError
from projects.backups.restoring import restore_backup
from projects.backups.settling import SettledRestore
from projects.management.commands.verify_audit import tell_faults
from projects.rls.owner import need_owner


class Command(BaseCommand):
    """Thin: the service looks, restores and looks again."""

    help = (
        "Put database and uploads back as they were. The file is read to its end first, and nothing changes when it is damaged, "
        "cut off or sealed with another key. Stop site, worker and clock before, and start them again after it: they remember "
        "plans. Everybody signs in anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and whether something may be lost."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--yes", action="store_true", help="replace what is in the database and among the uploads"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Lines of progress, and what was found in the end."""
        need_owner()
        try:
            settled = restore_backup(path=options["file"], replace=options["yes"], say=self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The restore was broken off: {error}.") from error
        tell_settled(self, settled)


def tell_settled(command: BaseCommand, settled: SettledRestore) -> None:
    """What a restored database is like; an error where its record is not whole."""
    if not settled.can_read_fields:
        command.stderr.write(
            "Rates and tokens in it were encrypted with a key that is not in ENCRYPTION_KEY. Add that key at the end of the list."
        )
    if settled.lost:
        command.stderr.write(
            f"{len(settled.lost)} chains of the record went on after the restored moment, as files of {settings.AUDIT_HEADS_FOLDER} "
            "say. That is what a restore loses; move the later files away when it is as you meant it, or verify_audit goes on "
            "about it."
        )
    tell_faults(command, settled.record)
    if not settled.is_same_end:
        raise CommandError("The record does not end where the backup says it did; take another backup.")
    command.stdout.write("Restored. Start site, worker and clock.")
