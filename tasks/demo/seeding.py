"""The whole demo: two companies with everything in them, and an operator."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db import transaction

from projects.models import Organization, User
from projects.permissions import System
from projects.rls.scope import scope
from tasks.demo.companies import settle
from tasks.demo.conversation import talk
from tasks.demo.hours import report_hours
from tasks.demo.people import COMPANIES
from tasks.demo.portfolio import PROJECTS
from tasks.demo.recurring import set_up_recurring
from tasks.demo.ventures import start_ventures
from tasks.progress.partitions import ensure_partitions

ACTOR = System("seed_demo")
OPERATOR = "operator"


class Seeded(NamedTuple):
    """How much came."""

    people: int
    projects: int
    tasks: int


def is_seeded() -> bool:
    """Whether any of the demo companies is there."""
    return Organization.objects.filter(code__in=[company.code for company in COMPANIES]).exists()


def seed_demo(*, today: date, seed: int) -> Seeded:
    """Make the demo in one transaction; the same day and seed give the same companies."""
    ensure_partitions()
    people, projects, tasks = set(), 0, 0
    with transaction.atomic():
        for company in COMPANIES:
            settled = settle(company, today=today, actor=ACTOR)
            with scope([settled.organization.pk]):
                running = start_ventures(settled, PROJECTS[company.code], today=today, actor=ACTOR, seed=seed)
                talk(settled, running, today=today)
                set_up_recurring(settled, running, today=today, actor=ACTOR)
                report_hours(settled.organization, today=today, actor=ACTOR)
            people |= {user.pk for user in settled.users.values()}
            projects += len(running)
            tasks += sum(len(each.tasks) for each in running.values())
        if not User.objects.filter(username=OPERATOR).exists():
            User.objects.create_superuser(OPERATOR, display_name="運用担当")
    return Seeded(len(people), projects, tasks)
