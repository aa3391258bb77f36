"""Simulate a plan of the site over its durations; nothing is written."""

import json
import re
from argparse import ArgumentParser
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.errors import Refusal
from projects.models import Organization, Project
from projects.rls.scope import scope
from tasks.risk.asked import Asked, AskedRisk
from tasks.risk.drivers import listed_risks
from tasks.risk.report import lines_of, plain_of
from tasks.risk.running import simulate_plan
from tasks.scheduling.risk import ready
from tasks.scheduling.risk.uncertain import LARGEST_SEED, MOST_RUNS

REFUSED = 2
#: By option what it may be.
LIMITS = {
    "below": (0, 90),
    "above": (0, 900),
    "correlation": (0, 100),
    "runs": (1, MOST_RUNS),
    "seed": (1, LARGEST_SEED),
}


class Command(BaseCommand):
    """Say how likely a plan is done by its deadline, by when with 50 and 80 percent, and what that hangs on."""

    help = "Simulate a project's plan many times with other durations."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = Asked()
        parser.add_argument("code", metavar="CODE", help="code of the project")
        parser.add_argument("--organization", metavar="CODE", required=True, help="whose project it is")
        parser.add_argument(
            "--below", type=int, default=usual.below, metavar="PERCENT", help="how much shorter at best"
        )
        parser.add_argument(
            "--above", type=int, default=usual.above, metavar="PERCENT", help="how much longer at worst"
        )
        parser.add_argument("--shape", choices=("triangular", "pert"), default=usual.shape)
        parser.add_argument(
            "--correlation", type=int, default=usual.correlation, metavar="PERCENT",
            help="how much tasks of one phase go well or badly together",
        )  # fmt: skip
        parser.add_argument("--runs", type=int, default=usual.runs, metavar="N")
        parser.add_argument("--seed", type=int, default=usual.seed, metavar="N", help="where chance begins")
        parser.add_argument(
            "--risk", action="append", default=[], metavar="NAME:PERCENT:LOW-HIGH:WBS",
            help="something that happens in so many percent of the runs and makes tasks of a WBS code take LOW to HIGH percent of their duration; may be said again",
        )  # fmt: skip
        parser.add_argument(
            "--risks", action="store_true",
            help="take the risks of the project's list that are not over and have tasks, by their levels",
        )  # fmt: skip
        parser.add_argument("--leveled", action="store_true", help="level every run by itself")
        parser.add_argument("--json", action="store_true", help="print all that was found as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when there is a result; 2 with one sentence where it is refused, or what was asked for is not there."""
        for name, (low, high) in LIMITS.items():
            if not low <= options[name] <= high:
                raise CommandError(f"--{name} is from {low} to {high}.", returncode=REFUSED)
        risks = tuple(_risk(text) for text in options["risk"])
        asked = Asked(
            **{name: options[name] for name in (*LIMITS, "shape")}, risks=risks, leveled=options["leveled"]
        )
        organization = Organization.objects.filter(code=options["organization"]).first()
        if organization is None:
            sentence = f"There is no organization with the code {options['organization']}."
            raise CommandError(sentence, returncode=REFUSED)
        ready.prepare()
        with scope([organization.pk]):
            rows = Project.objects.alive().filter(organization=organization, code=options["code"])
            project = rows.first()
            if project is None:
                sentence = f"{organization.code} has no project with the code {options['code']}."
                raise CommandError(sentence, returncode=REFUSED)
            try:
                found = simulate_plan(project, _with_listed(asked, project) if options["risks"] else asked)
            except Refusal as error:
                raise CommandError(str(error), returncode=REFUSED) from error
            is_plain = options["json"]
            said = [json.dumps(plain_of(project, found))] if is_plain else lines_of(project, found)
        self.stdout.write("\n".join(said))


def _with_listed(asked: Asked, project: Project) -> Asked:
    return replace(asked, risks=(*asked.risks, *(one.usual for one in listed_risks(project).risks)))


def _risk(text: str) -> AskedRisk:
    found = re.fullmatch(r"([^:]+):(\d{1,3})%?:(\d{1,4})-(\d{1,4})%?:([\d.]+)", text)
    if found is None:
        sentence = f"{text} is no risk; write it like 手戻り:30:120-180:2.1 (in 30 % of the runs tasks of 2.1 take 120 to 180 %)."
        raise CommandError(sentence, returncode=REFUSED)
    name, probability, low, high, wbs = found.groups()
    return AskedRisk(name, int(probability), int(low), int(high), wbs)
