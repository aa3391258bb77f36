"""In which state the thing must be for a good request to mean something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils import timezone

from projects.models import Project
from reports.models import GeneratedReport
from resources.models import Resource
from tasks.leveling.kept import to_json
from tasks.leveling.running import level_plan
from tasks.models import (
    CustomField,
    LevelingRun,
    PlanImport,
    RecurringPeriod,
    RecurringProject,
    Task,
    TaskLink,
)


def retry(things: dict[str, Any]) -> None:
    GeneratedReport.objects.filter(pk=things["report_id"]).update(state="failed")


def cancel(things: dict[str, Any]) -> None:
    GeneratedReport.objects.filter(pk=things["report_id"]).update(state="queued")


def rest(things: dict[str, Any]) -> None:
    Resource.objects.filter(pk=things["resource_id"]).update(is_active=False)


def outdent(things: dict[str, Any]) -> None:
    Task.objects.filter(pk=things["second"]).update(outline_level=2, parent=things["task_id"])


def resume(things: dict[str, Any]) -> None:
    RecurringProject.objects.filter(pk=things["recurring_id"]).update(is_active=False)


def period(day: str, state: str) -> Callable[[dict[str, Any]], None]:
    def make(things: dict[str, Any]) -> None:
        RecurringPeriod.objects.create(
            organization_id=things["organization"], recurring_id=things["recurring_id"], period_on=day, state=state,
        )  # fmt: skip

    return make


def unskip(things: dict[str, Any]) -> None:
    """A period that is still to come."""
    RecurringProject.objects.filter(pk=things["recurring_id"]).update(first_on="2099-05-01")
    period("2099-09-01", "skipped")(things)


def unlink(things: dict[str, Any]) -> None:
    """A task cannot go below the one that it waits for."""
    TaskLink.objects.filter(project=things["project_id"]).delete()


def keep_as_recorded(things: dict[str, Any]) -> None:
    upload = PlanImport.objects.get(pk=things["import_id"])
    upload.summary |= {"as_recorded": True}
    upload.save(update_fields=["summary"])


def delay(things: dict[str, Any]) -> None:
    Task.objects.filter(pk=things["task_id"]).update(leveling_delay_minutes=1440)


def level(things: dict[str, Any]) -> None:
    """A run that has found that a delay of a file is not needed."""
    delay(things)
    project = Project.objects.get(pk=things["project_id"])
    LevelingRun.objects.create(
        organization_id=things["organization"], project=project, asked_by_id=things["maker"], asked_at=timezone.now(),
        state=LevelingRun.State.DONE, job_id="level", result=to_json(level_plan(project)),
    )  # fmt: skip


def put_away(things: dict[str, Any]) -> None:
    CustomField.objects.filter(pk=things["field_id"]).update(retired_at=timezone.now())


STATES: Final[dict[str, Callable[[dict[str, Any]], None]]] = {
    "reports:report_retry": retry,
    "reports:report_cancel": cancel,
    "resources:resource_activate": rest,
    "tasks:field_bring_back": put_away,
    "tasks:leveling_apply": level,
    "tasks:leveling_clear": delay,
    "tasks:recurring_resume": resume,
    "tasks:recurring_retry": period("2026-08-01", "failed"),
    "tasks:recurring_unskip": unskip,
    "tasks:tasks_indent": unlink,
    "tasks:tasks_outdent": outdent,
    "tasks:plan_import_recompute": keep_as_recorded,
}
