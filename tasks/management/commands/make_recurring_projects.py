"""`manage.py make_recurring_projects`: what the daily job does, at once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tasks.recurring.making import make_recurring_projects

REFUSED = 2


class Command(BaseCommand):
    """Make the projects of recurring templates that are due; running it twice makes nothing twice."""

    help = "Make the projects of recurring templates that are due today."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many were made, skipped and failed."""
        if not settings.FEATURES["RECURRING_PROJECTS"]:
            raise CommandError(
                "Recurring projects are switched off (FEATURE_RECURRING_PROJECTS).", returncode=REFUSED
            )
        run = make_recurring_projects(today=timezone.localdate())
        self.stdout.write(
            f"{run.count('made')} made, {run.count('skipped')} skipped, {run.count('failed')} failed."
        )
