"""`manage.py rotate_keys`: bring everything encrypted under the newest key of ENCRYPTION_KEY."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from projects.operations.key_rotation import rotate_keys


class Command(BaseCommand):
    """Thin: the service turns, this counts aloud."""

    help = (
        "Encrypt with the first key of ENCRYPTION_KEY what an older one has encrypted. Put the new key in front, restart, run "
        "this, wait until the sessions of the day have ended, then take the old key away. It may be broken off and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """A look before the leap."""
        parser.add_argument("--dry-run", action="store_true", help="only count what would be turned")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a column; what no key can read is an error at the end, after all the rest was done."""
        word = "would be turned" if options["dry_run"] else "turned"
        unreadable = 0
        for count in rotate_keys(dry_run=options["dry_run"]):
            unreadable += count.unreadable
            self.stdout.write(
                f"{count.table}.{count.column}: {count.turned} {word}, {count.current} were current, "
                f"{count.unreadable} cannot be read"
            )
        if unreadable:
            raise CommandError(
                f"{unreadable} values were encrypted with a key that is not among the {len(settings.ENCRYPTION_KEYS)} of "
                "ENCRYPTION_KEY. Add that key at the end of the list and run this again."
            )
