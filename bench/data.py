"""What the bench measures on: 1,000 projects, plans of three sizes, and plans whose head moves so many others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from projects.changes import changing
from projects.models import Calendar, Organization, Project, User
from projects.permissions import System
from projects.services.projects import create_project
from projects.tenancy import scope
from resources.models import Resource
from tasks.demo.crowd import CODE, add_crowd, refresh_statistics
from tasks.demo.planting import Bed, Hand, plant
from tasks.demo.sketch import Sketch
from tasks.models import Task
from tasks.services.rescheduling import reschedule

PROJECTS = 1_000
SIZES = (100, 1_000, 10_000)
#: Followers of the first task, and whether they wait for each other or all for the first.
EDITS = (("fan", 0), ("fan", 100), ("fan", 1_000), ("chain", 1_000))
#: All plans whose head is moved have this many tasks, so that they differ in nothing else.
EDITED_TASKS = 1_100
#: The last task holds the end of the plan, so that an edit changes the dates of followers and nobody's slack.
LONGEST = 1_500.0
ACTOR = System("bench")
SEED = 7


class Stage(NamedTuple):
    """Who looks, and at which projects."""

    user: User
    sizes: dict[int, Project]
    edits: dict[tuple[str, int], Task]


def fill(today: date) -> None:
    """Make everything; takes a minute, and is done once for each set of tables."""
    add_crowd(projects=PROJECTS, tasks=0, today=today, seed=SEED, actor=ACTOR)
    for size in SIZES:
        add_crowd(projects=0, tasks=size, today=today, seed=SEED, actor=ACTOR)
    for shape, followers in EDITS:
        _edited_plan(shape, followers, today)
    refresh_statistics()


def _edited_plan(shape: str, followers: int, today: date) -> None:
    organization = Organization.objects.get(code=CODE)
    with scope([organization.pk]):
        hands = _hands(organization)
        project = create_project(
            organization=organization,
            actor=ACTOR,
            leader=_leader(organization),
            fields={
                "code": f"E-{shape}-{followers}",
                "name": f"{followers} followers in a {shape}",
                "start_date": today,
                "end_date": today + timedelta(days=3_000),
                "calendar": Calendar.objects.get(organization=organization, is_default=True),
                "status": "active",
            },
        )
        plant([Bed(project, _rows(shape, followers, list(hands)), hands)])
        with changing(project, actor=ACTOR) as record:
            record("plan.made", target=project)
            reschedule(project, record=record)


def _rows(shape: str, followers: int, names: list[str]) -> list[Sketch]:
    rows = [Sketch(1, "Head", 2.0)]
    for number in range(2, EDITED_TASKS + 1):
        before = 1 if shape == "fan" else number - 1
        after = str(before) if number <= followers + 1 else ""
        days = LONGEST if number == EDITED_TASKS else 1.0
        people = ((names[number % len(names)], 100),)
        rows.append(Sketch(1, f"Task {number}", days, after=after, people=people))
    return rows


def _hands(organization: Organization) -> dict[str, Hand]:
    rows = Resource.objects.filter(organization=organization).order_by("pk")
    return {row.name: Hand(row.pk, row.user_id) for row in rows}


def _leader(organization: Organization) -> User:
    admin: User = User.objects.get(memberships__organization=organization, memberships__role="admin")
    return admin


def load() -> Stage:
    """Find what `fill` has made."""
    organization = Organization.objects.get(code=CODE)
    with scope([organization.pk]):
        plans = Project.objects.filter(code__startswith="D-")
        edits = {
            (shape, followers): Task.objects.get(project__code=f"E-{shape}-{followers}", row_number=1)
            for shape, followers in EDITS
        }
        sizes = {size: plans.get(task_count=size) for size in SIZES}
    return Stage(_leader(organization), sizes, edits)
