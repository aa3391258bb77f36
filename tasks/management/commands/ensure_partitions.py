"""`manage.py ensure_partitions`: what the daily job does, at once."""

from typing import Any

from django.core.management.base import BaseCommand

from tasks.progress.partitions import ensure_partitions


class Command(BaseCommand):
    """Make the yearly partitions of the progress history that are missing."""

    help = "Make the yearly partitions of task_progress (last year to two years ahead) that are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Name what was made."""
        made = ensure_partitions()
        self.stdout.write("made " + ", ".join(made) if made else "all partitions are there")
