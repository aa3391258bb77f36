"""How long the summary view takes to refresh with 10,000 projects and a million tasks, in a database of its own."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bench import database
from projects.worktime.moments import minute_of

if TYPE_CHECKING:
    from django.db.models import Model

NAME: Final = "summary_of_the_bench"
PROJECTS: Final = 10_000
TASKS_EACH: Final = 100
MEMBERS_EACH: Final = 3
ROUNDS: Final = 7
#: Seconds, on an idle machine.
AIM: Final = 0.3
#: Tasks that change between two refreshes: ten minutes of a busy organization.
EDITED: Final = 2_000


def measure() -> None:
    """Fill, refresh a few times with edits between, print, and throw the database away."""
    import django

    django.setup()
    from django.db import connections

    owner = connections["owner"]
    try:
        began = time.perf_counter()
        _fill(owner)
        print(
            f"{PROJECTS:,} projects, {PROJECTS * TASKS_EACH:,} tasks in {time.perf_counter() - began:.0f} s"
        )
        times = [_refresh(owner, number) for number in range(ROUNDS)]
        p50 = statistics.median(times)
        verdict = "" if p50 <= AIM else "!"
        print(
            f"Refresh of the summary view: p50 {p50:.2f} s, longest {max(times):.2f} s, aim {AIM} s{verdict}"
        )
        if not p50 <= AIM:
            print(_plan(owner))
    finally:
        connections.close_all()
        database.drop(NAME)


def _refresh(owner: Any, number: int) -> float:
    from reports.figures.summary import refresh_project_summary

    with owner.cursor() as cursor:
        cursor.execute(
            "UPDATE tasks SET progress_percentage = %s WHERE id IN (SELECT id FROM tasks ORDER BY id LIMIT %s OFFSET %s)",
            [number * 10, EDITED, number * EDITED],
        )
    began = time.perf_counter()
    refresh_project_summary()
    return time.perf_counter() - began


def _plan(owner: Any) -> str:
    """What PostgreSQL does, for those who have to make it quicker."""
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef('mv_project_summary')")
        definition = cursor.fetchone()[0].rstrip(";")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS off) {definition}")  # nosec B608  # the view itself
        return "\n".join(row[0] for row in cursor.fetchall())


def _fill(owner: Any) -> None:
    """One project with one task, and as many copies of both; without the triggers that keep pieces of names."""
    first = _first()
    with owner.cursor() as cursor:
        cursor.execute("ALTER TABLE tasks DISABLE TRIGGER USER")
        _copy(cursor, first["project"], PROJECTS, {"code": "'P-' || n"})
        _copy(
            cursor, first["task"], PROJECTS * TASKS_EACH,
            {
                "project_id": f"{first['project'].pk} + (n - 1) / {TASKS_EACH}",
                "row_number": f"2 + (n - 1) %% {TASKS_EACH}",
                "progress_percentage": "n * 7 %% 101",
                "is_summary": "n %% 10 = 0",
            },
        )  # fmt: skip
        for user in first["users"]:
            _copy(cursor, user, PROJECTS, {"project_id": f"{first['project'].pk} + n"})
        cursor.execute("VACUUM (ANALYZE) projects, project_members, tasks")
        cursor.execute("REFRESH MATERIALIZED VIEW mv_project_summary")


def _first() -> dict[str, Any]:
    from django.utils import timezone

    from projects.calendars.services import make_company_calendar
    from projects.models import Organization, Project, ProjectMember, User
    from projects.rls.scope import scope
    from tasks.models import Task

    today = timezone.localdate()
    organization = Organization.objects.create(code="bench", name="Bench")
    with scope([organization.pk]):
        project = Project.objects.create(
            organization=organization, code="P-0", name="Copied", start_date=today, end_date=today + timedelta(days=365),
            calendar=make_company_calendar(organization, name="Office"), start_minute=minute_of(today, 540),
        )  # fmt: skip
        start = minute_of(today, 540)
        task = Task.objects.create(
            organization=organization, project=project, name="Copied task with a name of usual length", row_number=1,
            wbs_code="1.2.3", start_minute=start, finish_minute=start + 1440, work_minutes=480,
            early_start_minute=start, early_finish_minute=start + 1440, late_start_minute=start,
            late_finish_minute=start + 1440, total_slack_minutes=0, free_slack_minutes=0, remaining_minutes=480,
            driver_kind="predecessor", driver_task_id=1, actual_start_minute=start,
        )  # fmt: skip
        people = [User.objects.create_user(f"bench-{number}") for number in range(MEMBERS_EACH)]
        members = [
            ProjectMember.objects.create(organization=organization, project=project, user=user)
            for user in people
        ]
    return {"project": project, "task": task, "users": members}


def _copy(cursor: Any, row: Model, count: int, changes: Mapping[str, str]) -> None:
    """Copies of a row that differ in some columns; `n` counts them from 1."""
    from django.db.models import GeneratedField

    fields = [field for field in row._meta.concrete_fields if not isinstance(field, GeneratedField)]
    names = [field.column for field in fields if field.column and not field.primary_key]
    values = ", ".join(changes.get(name, f"original.{name}") for name in names)
    cursor.execute(
        f"INSERT INTO {row._meta.db_table} ({', '.join(names)}) SELECT {values}"  # nosec B608  # our own names
        f" FROM {row._meta.db_table} original, generate_series(1, {count}) AS n WHERE original.id = %s",
        [row.pk],
    )
