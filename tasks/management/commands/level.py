"""Level a plan of the site; or published cases, so that the search and its bounds can be compared with others (no database)."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.errors import Refusal
from projects.models import Organization, Project
from projects.permissions import System
from projects.rls.scope import scope
from tasks.leveling.report import lines_of, plain_of
from tasks.leveling.running import level_plan
from tasks.leveling.services import apply_leveling
from tasks.scheduling.leveling import ready
from tasks.scheduling.leveling.activities import ActivitiesRefused
from tasks.scheduling.leveling.cases import Case, read_cases, result_of
from tasks.scheduling.leveling.shorten import Search
from tasks.scheduling.leveling.solving import LARGEST_SEED, Solved, solve
from tasks.scheduling.leveling.verify import LevelingRejected

REFUSED = 2
#: By time, more than there is time for.
MOST_PASSES = 1_000_000


class Command(BaseCommand):
    """Say what levelling would change of a plan, and with --apply change it; or write plans and bounds of the cases of a file."""

    help = "Level a project's plan, or the cases of a file (--rcpsp)."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", nargs="?", help="code of the project")
        parser.add_argument("--organization", metavar="CODE", help="whose project it is")
        parser.add_argument(
            "--aim", choices=("order", "finish", "slack"), default="order",
            help="order: by priority, slack and row (default); finish: search an order in which the plan ends sooner; slack: keep the finish",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print all that was found as JSON")
        parser.add_argument("--apply", action="store_true", help="write the delays into the plan")
        parser.add_argument("--seconds", type=float, default=2.0, metavar="N", help="time for a search")
        parser.add_argument("--passes", type=int, metavar="N", help="orders that are tried, instead of time")
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="where a search begins")
        cases = parser.add_argument_group("published cases")
        cases.add_argument("--rcpsp", type=Path, metavar="FILE", help="the file with the cases (rcpsp/1)")
        cases.add_argument("--results", type=Path, metavar="OUT", help="the JSON file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when there is a plan; 2 with one sentence where it is refused, or what was asked for is not there."""
        if not 1 <= options["seed"] <= LARGEST_SEED:
            raise CommandError(f"A seed is from 1 to {LARGEST_SEED}.", returncode=REFUSED)
        if options["rcpsp"] is not None and options["results"] is not None and options["code"] is None:
            self._level_cases(options)
        elif options["rcpsp"] is None and options["code"] is not None and options["organization"] is not None:
            self._level_project(options)
        else:
            sentence = "Name a project with CODE and --organization, or cases with --rcpsp and --results."
            raise CommandError(sentence, returncode=REFUSED)

    def _level_project(self, options: dict[str, Any]) -> None:
        organization = Organization.objects.filter(code=options["organization"]).first()
        if organization is None:
            sentence = f"There is no organization with the code {options['organization']}."
            raise CommandError(sentence, returncode=REFUSED)
        with scope([organization.pk]):
            rows = Project.objects.alive().filter(organization=organization, code=options["code"])
            project = rows.first()
            if project is None:
                sentence = f"{organization.code} has no project with the code {options['code']}."
                raise CommandError(sentence, returncode=REFUSED)
            try:
                aim, search = options["aim"], _search(options)
                found = level_plan(
                    project, within_slack=aim == "slack", search=search if aim == "finish" else None
                )
                if options["apply"]:
                    apply_leveling(project=project, actor=System("level"), found=found)
            except (Refusal, LevelingRejected) as error:
                raise CommandError(str(error), returncode=REFUSED) from error
            said = [json.dumps(plain_of(found))] if options["json"] else lines_of(found)
        self.stdout.write("\n".join(said))

    def _level_cases(self, options: dict[str, Any]) -> None:
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


def _search(options: dict[str, Any]) -> Search:
    if options["passes"] is not None:
        return Search(max(0, options["passes"]), options["seed"])
    end = time.monotonic() + options["seconds"]
    return Search(MOST_PASSES, options["seed"], lambda: time.monotonic() < end)


def _mean(shares: list[float]) -> str:
    return f"{100 * sum(shares) / len(shares):.2f} % on average" if shares else "not known"
