"""`manage.py rebuild_utilization [--organization CODE] [--dry-run]`: count the utilization anew from the plans."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from projects.models import Organization
from tasks.allocation.check import check_utilization

SHOWN = 20


class Command(BaseCommand):
    """Needed after rows were loaded past the services; at night the job does the same."""

    help = "Count the utilization of people anew from the plans and say what differed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which company, and whether to write."""
        parser.add_argument("--organization", metavar="CODE", help="only this company")
        parser.add_argument("--dry-run", action="store_true", help="only say what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Company by company."""
        organizations = Organization.objects.order_by("pk")
        if options["organization"]:
            organizations = organizations.filter(code=options["organization"])
            if not organizations:
                raise CommandError(f"There is no organization {options['organization']}.")
        for organization in organizations:
            found = check_utilization(organization.pk, repairs=not options["dry_run"])
            self.stdout.write(f"{organization.code}: {len(found)} differences")
            for item in found[:SHOWN]:
                self.stdout.write(
                    f"  resource {item.resource_id}, {item.grain} {item.first_on}: {item.kept} -> {item.rebuilt}"
                )
