"""One project at a glance."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone

from config.web.formats import as_date
from projects.models import Project
from reports.selectors.figures import Figures, figures_of_project, late_of_project
from tasks.models import Assignment, PlanImport, Task

SHOWN = 8
#: What the page shows of a task: a tenth of its columns.
COLUMNS = ("name", "wbs_code", "start_date", "end_date", "progress_percentage", "is_critical")


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the plan ends, against the day the project must end."""

    finish_on: dt.date | None
    days_late: int


def latest_import(project: Project) -> PlanImport | None:
    """The file that the plan came from, with how far its dates agree; without the file's content."""
    done = PlanImport.objects.filter(project=project, state=PlanImport.State.IMPORTED)
    return done.defer("content").order_by("-imported_at", "-pk").first()


def forecast(project: Project) -> Forecast:
    """From the figures that rescheduling keeps on the project; no query."""
    if project.planned_finish_minute is None:
        return Forecast(None, 0)
    finish_on = as_date(project.planned_finish_minute - 1)
    return Forecast(finish_on, max(0, (finish_on - project.end_date).days))


def project_figures(project: Project) -> Figures:
    """Late, done and planned of this project."""
    return figures_of_project(project)


def late_tasks(project: Project, *, limit: int = SHOWN) -> list[Task]:
    """The latest first, each with `days_late`; three queries."""
    late = late_of_project(project, limit=limit)
    assignments = Assignment.objects.select_related("resource").only("task", "resource__name")
    people = Prefetch("assignments", assignments.order_by("pk"))
    tasks = Task.objects.only(*COLUMNS).prefetch_related(people).in_bulk([each.task_id for each in late])
    for each in (each for each in late if each.task_id in tasks):
        tasks[each.task_id].days_late = each.days  # type: ignore[attr-defined]  # for the page
    return [tasks[each.task_id] for each in late if each.task_id in tasks]


def with_delay(task: Task, today: dt.date) -> Task:
    """Note on the task by how many days its finish has passed."""
    is_late = task.end_date is not None and task.end_date < today and task.progress_percentage < 100
    task.days_late = (today - task.end_date).days if is_late else 0  # type: ignore[attr-defined]  # for the page
    return task


def milestones(project: Project, *, limit: int = SHOWN) -> list[Task]:
    """Open ones by date; reached ones only while there is room before them."""
    today = timezone.localdate()
    all_of_them = (
        Task.objects.alive().filter(project=project, is_milestone=True, is_active=True).only(*COLUMNS)
    )
    ahead = all_of_them.filter(progress_percentage__lt=100).order_by("finish_minute", "row_number", "pk")
    reached = all_of_them.filter(progress_percentage=100).order_by("-finish_minute", "-row_number", "-pk")
    shown = list(ahead[:limit])
    shown = list(reversed(reached[: max(2, limit - len(shown))])) + shown
    for task in shown[:limit]:
        with_delay(task, today)
        task.days_ahead = (task.end_date - today).days if task.end_date else None  # type: ignore[attr-defined]
    return shown[:limit]
