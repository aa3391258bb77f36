"""A plan that was kept as recorded, given back to links and calendars."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from projects.changes import changing
from projects.errors import RuleBrokenError
from projects.models import Project, User
from projects.permissions import Right
from tasks.exporting.services import PlanExport, plan_file_of
from tasks.importing.differences import dates_of, note_differences
from tasks.interchange.agreement import compare
from tasks.interchange.plan_file import PlanFile, Recorded
from tasks.models import PlanImport, Task
from tasks.plan.rescheduling import reschedule
from tasks.scheduling.plan import Plan

if TYPE_CHECKING:
    from tasks.plan.rescheduling import Rescheduled

#: The tasks that were automatic in the file become so again; what a planner has made manual since then stays.
RELEASE = (
    "UPDATE tasks SET mode = 'auto', is_pinned = (extras #>> '{was_auto,is_pinned}')::boolean,"
    " extras = extras - 'was_auto'"
    " WHERE project_id = %s AND deleted_at IS NULL AND mode = 'manual' AND extras ? 'was_auto'"
)
#: What was found out about the dates of the file is found out anew.
FORGET = (
    "UPDATE tasks SET extras = extras - 'differs', recorded_reason = ''"
    " WHERE project_id = %s AND (extras ? 'differs' OR recorded_reason <> '')"
)


def recompute_import(*, plan_import: PlanImport, actor: User) -> Rescheduled:
    """Let the engine compute what an import has held; one change, with its own line in the record."""
    with transaction.atomic():
        locked = PlanImport.objects.select_for_update().defer("content").get(pk=plan_import.pk)
        if locked.project is None or not locked.summary.get("as_recorded"):
            raise RuleBrokenError(_("この計画の日付は、すでに計算されています。"))
        project = locked.project
        with changing(project, actor=actor, needs=Right.EDIT_PLAN) as record:
            with connection.cursor() as cursor:
                cursor.execute(RELEASE, [project.pk])
                released = cursor.rowcount
                cursor.execute(FORGET, [project.pk])
            record("plan.rescheduled", target=project, before={"manual": released}, after={"manual": 0})
            done = reschedule(project, record=record)
            project.refresh_from_db()
            _compare_again(locked, project, done.plan)
    return done


def _compare_again(plan_import: PlanImport, project: Project, plan: Plan) -> None:
    """How far the plan has the file's starts and finishes now; its late dates are not known any more."""
    parts = PlanExport(project)
    plan_file = _as_the_file_had_it(plan_file_of(project), parts.task_uids)
    dates = {uid: plan[pk] for pk, uid in parts.task_uids.items()}
    agreement = compare(plan_file, Plan(plan.start, plan.finish, dates))
    note_differences({uid: pk for pk, uid in parts.task_uids.items()}, agreement, plan_file)
    plan_import.summary |= {"dates": dates_of(agreement), "as_recorded": False}
    plan_import.save(update_fields=["summary"])


def _as_the_file_had_it(plan_file: PlanFile, uids: dict[int, int]) -> PlanFile:
    rows = Task.objects.filter(pk__in=uids).values_list(
        "pk", "recorded_start_minute", "recorded_finish_minute"
    )
    recorded = {uids[pk]: Recorded(start, finish) for pk, start, finish in rows}
    return replace(
        plan_file, tasks=tuple(replace(task, recorded=recorded[task.uid]) for task in plan_file.tasks)
    )
