"""Write a project's plan as Microsoft Project XML."""

import gzip
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

REFUSED = 2


class Command(BaseCommand):
    """To a file, or to standard output."""

    help = "Export a project's plan as Microsoft Project XML."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help="code of the project")
        parser.add_argument("--organization", metavar="CODE", required=True, help="whose project it is")
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help="where to write; a name that ends in .gz is compressed",
        )

    def handle(self, *args: Any, code: str, organization: str, output: Path | None, **options: Any) -> None:
        """One project, as it stands now."""
        from projects.models import Organization, Project
        from projects.tenancy import scope
        from tasks.interchange.mspdi import write_mspdi
        from tasks.services.exporting import plan_file_of

        found = Organization.objects.filter(code=organization).first()
        if found is None:
            raise CommandError(f"There is no organization with the code {organization}.", returncode=REFUSED)
        with scope([found.pk]):
            project = Project.objects.alive().filter(organization=found, code=code).first()
            if project is None:
                raise CommandError(f"{organization} has no project with the code {code}.", returncode=REFUSED)
            plan_file = plan_file_of(project)
        if output is None:
            try:
                write_mspdi(plan_file, sys.stdout.buffer)
                sys.stdout.flush()
            except BrokenPipeError:
                # `| head` has seen enough; without this Python complains once more while it ends.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        try:
            with gzip.open(output, "wb") if output.suffix == ".gz" else output.open("wb") as stream:
                write_mspdi(plan_file, stream)
        except OSError as error:
            raise CommandError(
                f"{output} cannot be written: {error.strerror}.", returncode=REFUSED
            ) from error
        self.stderr.write(f"{output}: {len(plan_file.tasks):,} tasks, {len(plan_file.links):,} links.")
