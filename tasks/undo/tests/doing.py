"""Ways of changing a plan as planners have them, each chosen by three numbers; one that is refused changes nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from projects.errors import Refusal
from projects.models import Project, User
from projects.worktime.moments import MINUTES_PER_DAY
from resources.models import Resource
from tasks.editing import moving, tree
from tasks.editing.cells import revise_task, write_cell
from tasks.editing.fields import edit_task
from tasks.exporting.services import write_plan
from tasks.models import Task
from tasks.progress.services import report_progress

Doing = Callable[[Project, Task, User, int], Any]
DAYS: Final = ("0日", "1日", "4h", "8日", "経過3日")


def _cell(column: str, texts: tuple[str, ...]) -> Doing:
    return lambda project, task, actor, n: write_cell(
        task=task, column=column, text=texts[n % len(texts)], actor=actor
    )


def _people(project: Project, task: Task, actor: User, n: int) -> Any:
    names = list(Resource.objects.filter(organization=project.organization).order_by("pk"))
    chosen = [names[at % len(names)] for at in range(n % 3)]
    units = {each.pk: (None, Decimal(50), Decimal(100))[n % 3] for each in chosen}
    return revise_task(task=task, changes={}, units=units, actor=actor)


def _add(project: Project, task: Task, actor: User, n: int) -> Any:
    return tree.add_task(project=project, name=f"新しい{n}", actor=actor, after=task, as_child=n % 2 == 0)


def _place(project: Project, task: Task, actor: User, n: int) -> Any:
    rows = list(Task.objects.filter(project=project, deleted_at=None).order_by("row_number"))
    target = None if n == 0 else rows[n % len(rows)]
    return tree.move_rows(
        project=project, task_ids={task.pk}, target=target, as_child=n % 2 == 0, actor=actor
    )


DOINGS: Final[dict[str, Doing]] = {
    "name": _cell("name", ("甲", "乙", "丙")),
    "duration": _cell("duration", DAYS),
    "work": _cell("work", ("8h", "24h", "40h")),
    "deadline": lambda _project, task, actor, n: edit_task(
        task=task, changes={"deadline_minute": task.finish_minute + n * 720}, actor=actor
    ),
    "start": _cell("start", ("2026/4/8", "2026/4/27")),
    "finish": _cell("finish", ("2026/4/30", "2026/6/1")),
    "predecessors": _cell("predecessors", ("1", "2FF", "3SS+1d", "1;4", "")),
    "progress": lambda _project, task, actor, n: report_progress(
        task=task, percentage=(0, 30, 60, 100)[n % 4], actor=actor, added_work_minutes=60 * (n % 2)
    ),
    "people": _people,
    "move": lambda _project, task, actor, n: moving.move_task(
        task=task, start_minute=task.start_minute + (n - 3) * MINUTES_PER_DAY, actor=actor
    ),
    "resize": lambda _project, task, actor, n: moving.resize_task(
        task=task, finish_minute=task.finish_minute + (n - 2) * MINUTES_PER_DAY, actor=actor
    ),
    "mode": lambda _project, task, actor, n: edit_task(
        task=task, changes={"mode": ("manual", "auto")[n % 2]}, actor=actor
    ),
    "type": lambda _project, task, actor, n: edit_task(
        task=task, changes={"task_type": ("fixed_work", "fixed_duration", "fixed_units")[n % 3]}, actor=actor
    ),
    "milestone": lambda _project, task, actor, n: edit_task(
        task=task, changes={"is_milestone": n % 2 == 0, "is_active": n % 3 != 0}, actor=actor
    ),
    "constraint": lambda _project, task, actor, n: edit_task(
        task=task,
        changes={"constraint_type": ("MSO", "ALAP", "FNLT")[n % 3], "constraint_minute": task.finish_minute},
        actor=actor,
    ),
    "add": _add,
    "place": _place,
    "indent": lambda project, task, actor, _n: tree.indent_tasks(
        project=project, task_ids=[task.pk], actor=actor
    ),
    "outdent": lambda project, task, actor, _n: tree.outdent_tasks(
        project=project, task_ids=[task.pk], actor=actor
    ),
    "shift": lambda project, task, actor, n: tree.shift_rows(
        project=project, task_ids={task.pk}, down=n % 2 == 0, actor=actor
    ),
    "delete": lambda project, task, actor, _n: tree.delete_tasks(
        project=project, task_ids=[task.pk], actor=actor
    ),
}


def do(name: str, row: int, number: int, *, project: Project, actor: AbstractBaseUser) -> bool:
    """One change; whether it was one, and no refusal or the same again."""
    tasks = list(
        Task.objects.filter(project=project, deleted_at=None).select_related("project").order_by("row_number")
    )
    if not tasks:
        return False
    task = tasks[row % len(tasks)]
    before = Project.objects.get(pk=project.pk).revision
    try:
        DOINGS[name](project, task, actor, number)  # type: ignore[arg-type]  # a user of ours
    except Refusal:
        return False
    return Project.objects.get(pk=project.pk).revision > before


def exported(project: Project) -> bytes:
    """The plan as a file of Microsoft Project."""
    stream = io.BytesIO()
    write_plan(Project.objects.get(pk=project.pk), stream)
    return stream.getvalue()


def dumped(project: Project) -> dict[str, list[str]]:
    """Every column of every row of the plan."""
    found = {}
    with connection.cursor() as cursor:
        for table in ("tasks", "task_links", "task_assignments"):
            alive = " AND deleted_at IS NULL" if table == "tasks" else ""
            cursor.execute(
                f"SELECT to_jsonb(rows)::text FROM {table} AS rows WHERE project_id = %s{alive} ORDER BY id",
                [project.pk],
            )
            found[table] = [row for (row,) in cursor.fetchall()]
    return found
