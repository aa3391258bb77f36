"""`manage.py backup`: database and uploads of a small installation in one encrypted file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from projects.backups.errors import BackupError
from projects.backups.making import make_backup
from projects.backups.reading import verify_backup
from projects.rls.owner import need_owner


class Command(BaseCommand):
    """Thin: the service writes and reads back."""

    help = (
        "Write database, uploads and the ends of the record of changes, as they are at one moment, into one file that is sealed "
        "with BACKUP_KEY (ENCRYPTION_KEY where it is not set), read it back, and remove files that are too old. The site may run "
        "meanwhile. Keep the file and the key in different places, neither on this machine alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, how long, or only looking."""
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="default: BACKUP_FOLDER")
        parser.add_argument(
            "--keep", type=int, default=30, metavar="DAYS", help="how long older ones stay (default: 30)"
        )
        parser.add_argument(
            "--verify", type=Path, metavar="FILE", help="only read this one from its first byte to its last"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Lines of progress; the last one says what is there now."""
        if options["keep"] < 1:
            raise CommandError("--keep takes a number of days, 1 or more.")
        need_owner()
        try:
            if options["verify"]:
                found = verify_backup(options["verify"], say=self.stdout.write)
                self.stdout.write(
                    f"{options['verify']} is good: made {found.about['made_at']}, {len(found.heads)} chains of the record, "
                    f"{found.uploads} uploads."
                )
            else:
                folder = options["to"] or Path(settings.BACKUP_FOLDER)
                make_backup(
                    folder=folder, keep_days=options["keep"], now=timezone.now(), say=self.stdout.write
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The backup was not made, and nothing is left of it: {error}.") from error
