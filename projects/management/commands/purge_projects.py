"""`manage.py purge_projects`: remove for good what was deleted long enough ago."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from projects.operations.purging import purge_projects
from projects.rls.owner import need_owner


class Command(BaseCommand):
    """Thin: the service decides and removes."""

    help = "Remove projects for good that were deleted more than --days ago, with everything in them."

    def add_arguments(self, parser: CommandParser) -> None:
        """The retention period, and a look before the leap."""
        parser.add_argument(
            "--days", type=int, default=90, help="how long a deleted project stays restorable"
        )
        parser.add_argument("--dry-run", action="store_true", help="only name what would be removed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Name each project that goes."""
        need_owner()
        gone = purge_projects(older_than=timedelta(days=options["days"]), dry_run=options["dry_run"])
        word = "would remove" if options["dry_run"] else "removed"
        for text in gone:
            self.stdout.write(f"{word} {text}")
        self.stdout.write(f"{len(gone)} projects")
