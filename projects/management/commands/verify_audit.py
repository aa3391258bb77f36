"""`manage.py verify_audit`: is the record of changes whole?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.audit.verifying import Fault, Verified, verify_record
from projects.operations import marks
from projects.rls import scope

WORDS = {
    "changed": "was changed after it was written",
    "missing": "is missing",
    "broken": "does not follow the line before it",
    "cut": "and all after it are cut off",
    "forgotten": "was written down elsewhere and is not here any more",
}


class Command(BaseCommand):
    """Thin: the service walks."""

    help = (
        "Walk the hash chains of the record and hold them against the ends written down every night. "
        "Exit status 1 and a line for each fault when something was removed, changed or cut off."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a fault, and how much was looked at."""
        with scope.every_organization():
            found = verify_record()
        tell_faults(self, found)
        marks.note("record", chains=found.chains, entries=found.entries)


def tell_faults(command: BaseCommand, found: Verified) -> None:
    """One line a fault, and an error at the end when there was one."""
    for fault in found.faults:
        command.stderr.write(f"{_place(fault)}: line {fault.sequence} {WORDS[fault.kind]}")
    command.stdout.write(f"{found.entries} lines in {found.chains} chains, {len(found.faults)} faults")
    if found.faults:
        raise CommandError(
            "the record is not whole; compare with a backup, and find out who was able to write to it"
        )


def _place(fault: Fault) -> str:
    if fault.organization_id is None:
        return "the installation's own chain"
    part = f"project {fault.project_id}" if fault.project_id else "its own chain"
    return f"organization {fault.organization_id}, {part}"
