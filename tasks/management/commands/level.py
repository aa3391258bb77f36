"""Level published cases, so that the search and its bounds can be compared with others; needs no database."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tasks.scheduling.leveling import ready
from tasks.scheduling.leveling.activities import ActivitiesRefused
from tasks.scheduling.leveling.cases import Case, read_cases, result_of
from tasks.scheduling.leveling.solving import LARGEST_SEED, Solved, solve

REFUSED = 2


class Command(BaseCommand):
    """Write a plan and a lower bound for each case of a file."""

    help = "Level the cases of a file (rcpsp/1) and write starts, makespans and lower bounds."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rcpsp", type=Path, metavar="FILE", required=True, help="the file with the cases"
        )
        parser.add_argument("--seconds", type=float, default=2.0, metavar="N", help="time for each case")
        parser.add_argument(
            "--passes", type=int, metavar="N", help="serial passes for each case instead of time"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="where the search begins")
        parser.add_argument(
            "--results", type=Path, metavar="OUT", required=True, help="the JSON file to write"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when all cases have a plan; 2 where the file is none, a number is none, or nothing can be written."""
        if not 1 <= options["seed"] <= LARGEST_SEED:
            raise CommandError(f"A seed is from 1 to {LARGEST_SEED}.", returncode=REFUSED)
        cases = self._cases(options["rcpsp"])
        ready.prepare()
        solved = [(case, self._solve(case, options)) for case in cases]
        self._report(solved)
        found = {case.id: result_of(one) for case, one in solved}
        try:
            options["results"].write_text(json.dumps(found), encoding="utf-8")
        except OSError as error:
            sentence = f"{options['results']} cannot be written: {error.strerror}."
            raise CommandError(sentence, returncode=REFUSED) from error

    def _cases(self, path: Path) -> list[Case]:
        try:
            return read_cases(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ActivitiesRefused) as error:
            raise CommandError(f"{path} cannot be read: {error}", returncode=REFUSED) from error

    def _solve(self, case: Case, options: dict[str, Any]) -> Solved:
        end = time.monotonic() + options["seconds"]
        passes = options["passes"]
        return solve(
            case.activities,
            seed=options["seed"],
            passes=passes,
            keep_going=lambda: passes is not None or time.monotonic() < end,
        )

    def _report(self, solved: list[tuple[Case, Solved]]) -> None:
        gaps = [one.finish / one.bound.finish - 1 for _, one in solved if one.bound.finish]
        known = [(one.finish / case.best_known - 1) for case, one in solved if case.best_known]
        proven = sum(one.finish == one.bound.finish for _, one in solved)
        self.stdout.write(f"{len(solved)} cases, {proven} shown to be the shortest.")
        self.stdout.write(f"Above the own lower bound: {_mean(gaps)}; above the best known: {_mean(known)}.")


def _mean(shares: list[float]) -> str:
    return f"{100 * sum(shares) / len(shares):.2f} % on average" if shares else "not known"
