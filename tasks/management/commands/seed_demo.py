"""Demo companies, or large plans to try the product's limits with."""

from argparse import ArgumentParser
from datetime import date
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tasks.demo import seeding


class Command(BaseCommand):
    """Two companies with people and plans; with --projects or --tasks, a third with as much as is asked for."""

    help = "Fill the database with demo companies, or with large generated plans."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing when the demo is there already")
        parser.add_argument(
            "--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the day all dates relate to"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same number gives the same plans")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and say how much came."""
        today = options["today"] or timezone.localdate()
        began = perf_counter()
        if seeding.is_seeded():
            if options["once"]:
                self.stdout.write("The demo is there already.")
                return
            raise CommandError("The demo is there already; bin/run --reset starts over.")
        seeded = seeding.seed_demo(today=today, seed=options["seed"])
        self.stdout.write(
            f"{seeded.people} people, {seeded.projects} projects, {seeded.tasks} tasks"
            f" in {perf_counter() - began:.1f} s. For the admin: manage.py changepassword {seeding.OPERATOR}"
        )
