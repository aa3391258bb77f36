"""A plan that is held is the plan that is read: after any change, of any process, kept or taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import fields
from datetime import date, timedelta
from io import StringIO
from random import Random
from typing import Any

import numpy as np
import psycopg
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import MONDAY
from projects.calendars.services import JAPANESE_WEEK
from projects.changes import changing
from projects.models import Calendar, Organization, Project
from projects.permissions import System
from projects.rls.scope import scope
from projects.worktime.moments import minute_of
from tasks.models import PlanWrite, Task, TaskLink
from tasks.plan import warm
from tasks.plan.loading import LoadedPlan, load_plan
from tasks.plan.refusals import PlanRefusedError
from tasks.plan.rescheduling import reschedule
from tests.planning import planned

pytestmark = pytest.mark.django_db(transaction=True)
#: What is asked where nothing is held.
ALL = ["tasks", "task_links", "task_assignments"]


class TakenBackError(Exception):
    """Ends a change of which nothing stays."""


@pytest.fixture(autouse=True)
def cold() -> Iterator[None]:
    warm.forget()
    yield
    warm.forget()


@pytest.fixture
def wide(transactional_db: None) -> Project:
    """A plan of 60 rows with links, committed."""
    organization = Organization.objects.create(code="kaku", name="架空ソリューションズ株式会社")
    with scope([organization.pk]):
        calendar = Calendar.objects.create(organization=organization, name="標準", week=JAPANESE_WEEK)
        project = project_of(calendar, "PRJ-001")
        rows = [(f"作業{n}", 1, 1 + n % 3, *([str(n)] if n % 4 else [])) for n in range(60)]
        planned(project, *rows)
    return project


def project_of(calendar: Calendar, code: str) -> Project:
    return Project.objects.create(
        organization=calendar.organization, code=code, name="計画", start_date=MONDAY, end_date=date(2027, 3, 31),
        start_minute=minute_of(MONDAY, 540), calendar=calendar, status="active",
    )  # fmt: skip


def another() -> psycopg.Connection[Any]:
    """A connection of another process."""
    values = connection.get_connection_params()
    return psycopg.connect(
        **{name: values[name] for name in ("host", "port", "user", "password", "dbname") if name in values}
    )


def change(project: Project) -> AbstractContextManager[Any]:
    """A transaction of its own."""
    return scope([project.organization_id])


def said(loaded: LoadedPlan) -> dict[str, Any]:
    """All that a plan was loaded as."""
    found: dict[str, Any] = {f"stored.{name}": values.tolist() for name, values in loaded.stored.items()}
    for part in ("tasks", "links", "assignments"):
        columns = getattr(loaded.columns, part)
        for each in fields(columns):
            values = getattr(columns, each.name)
            found[f"{part}.{each.name}"] = values.tolist() if isinstance(values, np.ndarray) else values
    return found


def reads_of(project: Project) -> list[str]:
    """The tables that loading asks, beside calendars and people."""
    with change(project), CaptureQueriesContext(connection) as captured:
        load_plan(project)
    return [
        name
        for query in captured.captured_queries
        for name in ("plan_writes", "task_links", "task_assignments", "tasks")
        if f"FROM {name} " in query["sql"]
    ]


def as_read(project: Project) -> dict[str, Any]:
    """What a process that has just begun reads, without letting this one forget."""
    held = dict(warm._held)
    warm.forget()
    try:
        return said(load_plan(project))
    finally:
        warm._held.clear()
        warm._held.update(held)


class Changes:
    """Ways of writing a plan, through the door and past it."""

    def __init__(self, project: Project, chance: Random) -> None:
        self.project, self.chance = project, chance
        # Two rows with one number would stand in any order.
        self.numbers = iter(chance.sample(range(200, 9_000), 5_000))

    def any(self) -> None:
        self.chance.choice(
            [
                self.length,
                self.name,
                self.gone,
                self.back,
                self.link,
                self.unlink,
                self.split,
                self.order,
                self.all,
            ]
        )()

    def row(self) -> Task:
        return self.chance.choice(list(Task.objects.filter(project=self.project, row_number__isnull=False)))

    def length(self) -> None:
        row = self.row()
        # Links may have come round in a circle, or lead to rows that are gone.
        with suppress(PlanRefusedError), changing(self.project, actor=System("test")) as record:
            Task.objects.filter(pk=row.pk).update(duration_minutes=480 * self.chance.randint(1, 9))
            record("task.edited", target=row)
            reschedule(self.project, record=record)

    def name(self) -> None:
        Task.objects.filter(pk=self.row().pk).update(name="別の名前")

    def gone(self) -> None:
        Task.objects.filter(pk=self.row().pk).update(deleted_at=timezone.now(), row_number=None)

    def back(self) -> None:
        for task in Task.objects.filter(project=self.project, deleted_at__isnull=False):
            Task.objects.filter(pk=task.pk).update(deleted_at=None, row_number=next(self.numbers))

    def link(self) -> None:
        first, second = self.row(), self.row()
        if first != second:
            with suppress(IntegrityError), transaction.atomic():
                TaskLink.objects.create(
                    organization=self.project.organization, project=self.project, predecessor=first, successor=second,
                    lag_minutes=self.chance.choice([0, 60]),
                )  # fmt: skip

    def unlink(self) -> None:
        link = TaskLink.objects.filter(project=self.project).order_by("?").first()
        if link:
            link.delete()

    def split(self) -> None:
        Task.objects.filter(pk=self.row().pk).update(
            splits=self.chance.choice([None, [[600, 900], [1200, 1500]]]),
            is_pinned=self.chance.random() < 0.5,
        )

    def order(self) -> None:
        first, second = self.row(), self.row()
        with transaction.atomic():
            for row, number in ((first, second.row_number), (second, first.row_number)):
                Task.objects.filter(pk=row.pk).update(row_number=number)

    def all(self) -> None:
        Task.objects.filter(project=self.project).update(priority=self.chance.choice([400, 500]))


def test_is_the_plan_that_is_read_after_any_changes(wide: Project) -> None:
    chance = Random(8)
    changes = Changes(wide, chance)
    kept = 0
    for _ in range(80):
        stays = chance.random() < 0.7
        with suppress(TakenBackError), change(wide):
            for _step in range(chance.randint(1, 3)):
                changes.any()
                # Within the change, too: what it has written itself is seen.
                assert said(load_plan(wide)) == as_read(wide)
            if not stays:
                raise TakenBackError
        with change(wide):
            assert said(load_plan(wide)) == as_read(wide)
        kept += stays and reads_of(wide) == ["plan_writes"]
    # What it has read itself is held: mostly nothing was left to read.
    assert kept > 5


def test_is_not_read_again(wide: Project) -> None:
    assert reads_of(wide) == ["plan_writes", *ALL]
    assert reads_of(wide) == ["plan_writes"]
    lengthen(wide, rows=1)
    assert reads_of(wide) == ["plan_writes", "tasks"]
    assert reads_of(wide) == ["plan_writes"]


def test_is_read_again_where_much_was_written(wide: Project) -> None:
    reads_of(wide)
    lengthen(wide, rows=30)
    assert reads_of(wide) == ["plan_writes", *ALL]


def test_is_read_again_where_its_version_is_another_transactions(wide: Project) -> None:
    """A database that was set back and has gone on counts the same versions once more."""
    reads_of(wide)
    with change(wide):
        PlanWrite.objects.filter(project=wide).update(writer=1)
    assert reads_of(wide) == ["plan_writes", *ALL]


def test_keeps_few_lines_of_many_changes(wide: Project) -> None:
    for number in range(150):
        lengthen(wide, rows=1, days=number)
    with change(wide):
        assert PlanWrite.objects.filter(project=wide).count() < 100
        assert said(load_plan(wide)) == as_read(wide)


def test_holds_so_many_tasks_and_no_more(wide: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "MOST_TASKS", 70)
    reads_of(wide)
    with change(wide):
        other = project_of(wide.calendar, "PRJ-002")
        planned(other, *((f"別{number}", 1, 1) for number in range(20)))
    reads_of(other)
    assert list(warm._held) == [other.pk]


def test_of_what_is_held_nothing_may_be_written_to(wide: Project) -> None:
    for _ in range(2):
        with change(wide):
            loaded = load_plan(wide)
        with pytest.raises(ValueError, match="read-only"):
            loaded.stored["start_minute"][0] = 1


def test_waits_for_the_change_before(wide: Project) -> None:
    """Two writers past the door, too: versions are in the order in which they are seen."""
    with change(wide):
        lengthen(wide, rows=1)
        with another() as other, other.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('app.organizations', %s, false)", [f"{{{wide.organization_id}}}"]
            )
            cursor.execute("SET lock_timeout = '200ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                cursor.execute(
                    "UPDATE tasks SET priority = 1 WHERE project_id = %s AND row_number = 50", [wide.pk]
                )


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_goes_with_its_project(wide: Project) -> None:
    with change(wide):
        Project.objects.filter(pk=wide.pk).update(deleted_at=timezone.now() - timedelta(days=99))
    call_command("purge_projects", stdout=StringIO())
    assert not PlanWrite.objects.using("owner").filter(project_id=wide.pk).exists()


def lengthen(project: Project, *, rows: int, days: int = 3) -> None:
    with change(project):
        Task.objects.filter(project=project, row_number__lte=rows).update(duration_minutes=480 * days)
