"""Recompute the dates of any plan file; needs no database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.worktime.errors import WorktimeError
from tasks.interchange.mspdi.read import read_mspdi
from tasks.interchange.network_of import network_of
from tasks.interchange.pmcase import FORMAT, NotACase, network_from_case
from tasks.interchange.refusals import PlanFileRefused
from tasks.scheduling.columns import columns_of
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.network import Network
from tasks.scheduling.report import as_json, as_table, tasks_as_json
from tasks.scheduling.schedule import schedule

REFUSED = 2
REFUSALS = (NetworkError, WorktimeError, NotACase, PlanFileRefused, OSError)
BLIND_FILES = ("blind.xml", "blind.xml.gz")


class Command(BaseCommand):
    """Compute the dates of a plan file, or of a whole folder of cases."""

    help = "Recompute all dates of a plan (Microsoft Project XML, plain or gzip, or pmcase/1 JSON)."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", nargs="?", type=Path, metavar="PLAN", help="the plan file to compute")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        parser.add_argument(
            "--cases", type=Path, metavar="DIR", help="compute every case.json below a folder"
        )
        parser.add_argument("--results", type=Path, metavar="OUT", help="where --cases writes its results")

    def handle(self, *args: Any, **options: Any) -> None:
        """One plan to standard output, or many cases to one file."""
        if options["cases"]:
            if not options["results"]:
                raise CommandError("--cases needs --results, the file to write.", returncode=REFUSED)
            self._run_cases(options["cases"], options["results"])
            return
        if not options["plan"]:
            raise CommandError("Name a plan file, or a folder with --cases.", returncode=REFUSED)
        self._run_plan(options["plan"], as_text=not options["json"])

    def _run_plan(self, path: Path, *, as_text: bool) -> None:
        try:
            network = read_network(path)
            plan = schedule(columns_of(network)).plan()
        except REFUSALS as error:
            raise CommandError(_sentence(path, error), returncode=REFUSED) from error
        if as_text:
            for line in as_table(network, plan):
                self.stdout.write(line)
        else:
            self.stdout.write(json.dumps(as_json(plan)))

    def _run_cases(self, folder: Path, results: Path) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.", returncode=REFUSED)
        found: dict[str, Any] = {}
        for path in sorted(folder.rglob("case.json")):
            try:
                case = _json(path)
                if not isinstance(case, dict) or case.get("format") != FORMAT:
                    continue
                blind = next((file for name in BLIND_FILES if (file := path.with_name(name)).exists()), None)
                network = network_from_case(case) if blind is None else read_network(blind)
                found[str(case.get("id", path.parent.name))] = tasks_as_json(
                    schedule(columns_of(network)).plan()
                )
            except Exception as error:  # one bad case may not cost the results of the whole folder
                self.stderr.write(_sentence(path, error))
        try:
            results.write_text(json.dumps(found), encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"{results} cannot be written: {error.strerror}.", returncode=REFUSED
            ) from error


def read_network(path: Path) -> Network:
    """The network in a file, whichever of the two kinds it is."""
    with path.open("rb") as stream:
        head = stream.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in (b"{", b"["):
        return network_from_case(_json(path))
    return network_of(read_mspdi(path), hold_dated=path.name in BLIND_FILES)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotACase(f"The file looks like JSON, but cannot be read as such: {error}.") from error


def _sentence(path: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{path} cannot be read: {error.strerror or error}."
    return f"{path}: {error}" if isinstance(error, REFUSALS) else f"{path}: {error!r}"
