"""Demo companies, or large plans to try the product's limits with."""

from argparse import ArgumentParser
from datetime import date
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from projects.models import Organization
from reports.demo import show_around
from reports.figures.summary import refresh_project_summary
from tasks.demo import crowd, seeding
from tasks.demo.people import COMPANIES


class Command(BaseCommand):
    """Two companies with people and plans; with --projects or --tasks, a third with as much as is asked for."""

    help = "Fill the database with demo companies, or with large generated plans."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing when there is any organization")
        parser.add_argument(
            "--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the day all dates relate to"
        )
        parser.add_argument("--projects", type=int, default=0, metavar="N", help="add N generated projects")
        parser.add_argument("--tasks", type=int, default=0, metavar="M", help="add a project of M tasks")
        parser.add_argument("--seed", type=int, default=1, help="the same number gives the same plans")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and say how much came."""
        today = options["today"] or timezone.localdate()
        began = perf_counter()
        if options["projects"] or options["tasks"]:
            said = self._add_crowd(options["projects"], options["tasks"], today, options["seed"])
        elif options["once"] and Organization.objects.exists():
            # Also one that is no demo: a restored company, a server of one's own.
            self.stdout.write("There are organizations already; nothing is added.")
            return
        elif not seeding.is_seeded():
            seeded = seeding.seed_demo(today=today, seed=options["seed"])
            for organization in Organization.objects.filter(code__in=[each.code for each in COMPANIES]):
                show_around(organization, today=today)
            refresh_project_summary()
            said = f"{seeded.people} people, {seeded.projects} projects, {seeded.tasks:,} tasks"
        else:
            raise CommandError("The demo is there already; bin/run --reset starts over.")
        self.stdout.write(f"{said} in {perf_counter() - began:.1f} s.")

    def _add_crowd(self, projects: int, tasks: int, today: date, seed: int) -> str:
        if projects < 0 or tasks < 0:
            raise CommandError("--projects and --tasks are numbers from 0 up.")
        came = crowd.add_crowd(projects=projects, tasks=tasks, today=today, seed=seed, actor=seeding.ACTOR)
        return f"{projects + bool(tasks):,} projects, {came:,} tasks in {crowd.NAME}"
