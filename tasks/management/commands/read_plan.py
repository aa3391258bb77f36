"""Say what is understood of workbooks and tables of text in a folder; needs no database."""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tasks.importing.sheet_words import doubt_text, left_out_text, remark_text
from tasks.importing.words import refusal_text
from tasks.interchange.refusals import PlanFileRefused
from tasks.interchange.sheets.apart import read_apart

REFUSED = 2
SUFFIXES = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt")


class Command(BaseCommand):
    """Read a folder as an import would, and write what was understood and what is doubtful."""

    help = "Read the workbooks (.xlsx, .xlsm) and tables (.csv, .tsv) of a folder as plans, and write what was understood."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder with the files")
        parser.add_argument(
            "--results", type=Path, metavar="OUT", required=True, help="the JSON file to write"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when the folder was read, whatever its files are; 2 where it or the results cannot be opened."""
        folder, results = options["folder"], options["results"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.", returncode=REFUSED)
        found = {
            path.name: self._read(path)
            for path in sorted(folder.iterdir())
            if path.suffix.lower() in SUFFIXES
        }
        try:
            results.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"{results} cannot be written: {error.strerror}.", returncode=REFUSED
            ) from error

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            plan = read_apart(path)
        except PlanFileRefused as refusal:
            sentence = refusal_text(refusal.code, refusal.params, str(refusal))
            self.stderr.write(f"{path}: {sentence}")
            return {"refused": {"code": refusal.code, "sentence": sentence}, "tasks": [], "doubtful": []}
        except OSError as error:
            self.stderr.write(f"{path} cannot be read: {error.strerror or error}.")
            return {
                "refused": {"code": "unreadable", "sentence": str(error.strerror)},
                "tasks": [],
                "doubtful": [],
            }
        self._report(path, plan)
        return _told(plan)

    def _report(self, path: Path, plan: dict[str, Any]) -> None:
        counts = Counter(doubt["field"] for doubt in plan["doubtful"])
        doubts = ", ".join(f"{field} {count}" for field, count in sorted(counts.items())) or "none"
        self.stdout.write(f"{path.name}: {len(plan['tasks']):,} tasks; doubtful: {doubts}")


def _told(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan with a sentence beside each code."""
    for doubt in plan["doubtful"]:
        doubt["why"] = doubt_text(doubt["code"], doubt["params"])
    for remark in plan["remarks"]:
        remark["what"] = remark_text(remark["code"], remark["params"])
    plan["ignored"] = [remark["what"] for remark in plan["remarks"]]
    plan["ignored"] += [left_out_text(each["row"], each["code"]) for each in plan["left_out"]]
    return plan
