"""`manage.py after_restore`: what a database needs that came back without `manage.py restore`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from projects.backups.settling import settle
from projects.management.commands.restore import tell_settled


class Command(BaseCommand):
    """Thin: the service settles."""

    help = (
        "After pgBackRest or pg_restore, before the site starts: end all sessions, forget all caches (they are kept by revisions "
        "that will be given out once more), and walk the record of changes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """What was found."""
        tell_settled(self, settle())
