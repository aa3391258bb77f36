"""Write a project's plan as Microsoft Project XML."""

import gzip
import os
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError

from projects.models import Organization, Project
from projects.rls.scope import scope
from tasks.exporting.services import write_plan

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
        found = Organization.objects.filter(code=organization).first()
        if found is None:
            raise CommandError(f"There is no organization with the code {organization}.", returncode=REFUSED)
        with scope([found.pk]):
            project = Project.objects.alive().filter(organization=found, code=code).first()
            if project is None:
                raise CommandError(f"{organization} has no project with the code {code}.", returncode=REFUSED)
            try:
                self._write(project, output)
            except OSError as error:
                raise CommandError(
                    f"{output} cannot be written: {error.strerror}.", returncode=REFUSED
                ) from error

    def _write(self, project: Project, output: Path | None) -> None:
        # A plan that is changed meanwhile is written anew, which only a file can be.
        with TemporaryFile() as whole:
            count = write_plan(project, cast("IO[bytes]", whole))
            whole.seek(0)
            if output is None:
                _print(cast("IO[bytes]", whole))
                return
            with gzip.open(output, "wb") if output.suffix == ".gz" else output.open("wb") as stream:
                shutil.copyfileobj(whole, stream)
        self.stderr.write(f"{output}: {count:,} tasks.")


def _print(whole: "IO[bytes]") -> None:
    try:
        shutil.copyfileobj(whole, sys.stdout.buffer)
        sys.stdout.flush()
    except BrokenPipeError:
        # `| head` has seen enough; without this Python complains once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
