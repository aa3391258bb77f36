"""Compute work, cost and earned value of a folder of plans; needs no database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.earned.case_results import results_of
from tasks.interchange.mspdi.costs import read_costs

REFUSED = 2
FORMAT = "evcase/1"
BLIND = "blind.xml.gz"


class Command(BaseCommand):
    """Compute every case below a folder from its plan without results."""

    help = "Compute work, cost and earned value of every case (evcase/1 beside a Microsoft Project XML) below a folder."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--cases", type=Path, metavar="DIR", required=True, help="the folder with the cases"
        )
        parser.add_argument(
            "--results", type=Path, metavar="OUT", required=True, help="the JSON file to write"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when the folder was read; a plan that cannot be computed is named and left out."""
        folder, results = options["cases"], options["results"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.", returncode=REFUSED)
        found: dict[str, Any] = {}
        for path in sorted(folder.rglob("expected.json")):
            try:
                case = json.loads(path.read_text(encoding="utf-8"))
                if isinstance(case, dict) and case.get("format") == FORMAT:
                    found[str(case["id"])] = results_of(read_costs(path.with_name(BLIND)), case)
            except Exception as error:  # one bad case may not cost the results of the whole folder
                self.stderr.write(f"{path}: {error!r}")
        try:
            results.write_text(json.dumps(found), encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"{results} cannot be written: {error.strerror}.", returncode=REFUSED
            ) from error
