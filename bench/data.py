"""What the bench measures on: 1,000 projects, plans of three sizes, and plans whose head moves so many others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection

from projects.changes import changing
from projects.lifecycle.services import create_project
from projects.models import Calendar, Organization, Project, User
from projects.permissions import System
from projects.rls.scope import scope
from reports.models import ProjectEarnedDay
from reports.performance.recording import record_earned
from resources.models import Resource
from tasks.baselines.services import take_baseline
from tasks.demo.crowd import CODE, add_crowd, refresh_statistics
from tasks.demo.planting import Bed, Hand, plant
from tasks.demo.sketch import Sketch
from tasks.models import Task
from tasks.plan.rescheduling import reschedule

PROJECTS = 1_000
SIZES = (100, 1_000, 10_000)
#: Tasks behind the followers stand in groups of so many under a summary, each waiting for the one before.
GROUP = 10
#: Groups that run side by side.
LANES = 6
#: The last task holds the end of the plan, so that an edit changes the dates of followers and no task's slack.
LONGEST = 1_500.0
ACTOR = System("bench")
#: All that is kept of what was earned by a day, but the day.
EARNED = ", ".join(
    str(field.column) for field in ProjectEarnedDay._meta.concrete_fields if field.name not in ("id", "day")
)
#: A year of days beside the last one.
DAYS_BEFORE = 364
SEED = 7


class Edit(NamedTuple):
    """A plan whose first task is moved: so many tasks, so many followers of the first, and how they wait.

    In a fan all wait for the first, in a chain each for the one before. Of a typed plan they wait for none, and no people
    work on it: rows as they come out of a meeting.
    """

    shape: str
    followers: int
    tasks: int

    @property
    def code(self) -> str:
        """The code of its project."""
        return f"E-{self.shape}-{self.followers}-{self.tasks}"

    def __str__(self) -> str:
        return f"moves {self.followers:,} of {self.tasks:,} ({self.shape})"


EDITS = (
    Edit("fan", 0, 1_100), Edit("fan", 100, 1_100), Edit("fan", 1_000, 1_100), Edit("chain", 1_000, 1_100),
    Edit("fan", 0, 10_000), Edit("fan", 1_000, 10_000), Edit("chain", 1_000, 10_000),
)  # fmt: skip
#: What hands work on: see `bench/gestures.py`.
TYPED = (Edit("typed", 1_000, 1_100), Edit("typed", 1_000, 10_000))


class Stage(NamedTuple):
    """Who looks, and at which projects."""

    user: User
    sizes: dict[int, Project]
    edits: dict[Edit, Task]
    typed: dict[int, Project]


def fill(today: date) -> None:
    """Make everything; takes a minute, and is done once for each set of tables."""
    add_crowd(projects=PROJECTS, tasks=0, today=today, seed=SEED, actor=ACTOR)
    for size in SIZES:
        add_crowd(projects=0, tasks=size, today=today, seed=SEED, actor=ACTOR)
    _agree(max(SIZES))
    _earned(today)
    for edit in (*EDITS, *TYPED):
        _edited_plan(edit, today)
    refresh_statistics()


def _agree(size: int) -> None:
    """A baseline of the plan of this size: what is planned and done is compared with it."""
    organization = Organization.objects.get(code=CODE)
    with scope([organization.pk]):
        project = Project.objects.get(code__startswith="D-", task_count=size)
        take_baseline(project=project, actor=_leader(organization), name="Agreed")


def _earned(today: date) -> None:
    """A baseline of each other plan, and a year of days on which what was earned was kept."""
    organization = Organization.objects.get(code=CODE)
    with scope([organization.pk]):
        leader = _leader(organization)
        for project in Project.objects.filter(organization=organization, task_count__gt=0, baselines=None):
            take_baseline(project=project, actor=leader, name="Agreed")
    record_earned(organization.pk, on=today)
    with scope([organization.pk]), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO project_earned_days (day, {EARNED}) SELECT day - back, {EARNED}"  # nosec B608  # columns of a model
            " FROM project_earned_days, generate_series(1, %s) AS back",
            [DAYS_BEFORE],
        )


def _edited_plan(edit: Edit, today: date) -> None:
    organization = Organization.objects.get(code=CODE)
    with scope([organization.pk]):
        hands = _hands(organization)
        project = create_project(
            organization=organization,
            actor=ACTOR,
            leader=_leader(organization),
            fields={
                "code": edit.code,
                "name": f"{edit.followers} followers in a {edit.shape}",
                "start_date": today,
                "end_date": today + timedelta(days=3_000),
                "calendar": Calendar.objects.get(organization=organization, is_default=True),
                "status": "active",
            },
        )
        plant([Bed(project, _rows(edit, list(hands)), hands)])
        with changing(project, actor=ACTOR) as record:
            record("plan.made", target=project)
            reschedule(project, record=record)


def _rows(edit: Edit, names: list[str]) -> list[Sketch]:
    rows = [Sketch(1, "Head", 2.0)]
    for number in range(2, edit.tasks):
        people = () if edit.shape == "typed" else ((names[number % len(names)], 100),)
        name = f"Task {number}"
        place = (number - edit.followers - 2) % GROUP
        if number <= edit.followers + 1:
            after = {"fan": "1", "chain": f"{number - 1}", "typed": ""}[edit.shape]
            rows.append(Sketch(1, name, 1.0, after=after, people=people))
        elif place == 0 and number < edit.tasks - 1:
            rows.append(Sketch(1, f"Group {number}", 0.0))
        else:
            before = number - 1 if place > 1 else number - 2 - (LANES - 1) * GROUP
            after = f"{before}" if before > edit.followers + 1 else ""
            rows.append(Sketch(2, name, 1.0, after=after, people=people))
    return [*rows, Sketch(1, "Last", LONGEST, people=((names[0], 100),))]


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
        heads = Task.objects.select_related("project")
        edits = {edit: heads.get(project__code=edit.code, row_number=1) for edit in EDITS}
        typed = {edit.tasks: Project.objects.get(code=edit.code) for edit in TYPED}
        sizes = {size: plans.get(task_count=size) for size in SIZES}
    return Stage(_leader(organization), sizes, edits, typed)
