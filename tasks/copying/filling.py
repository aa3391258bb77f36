"""Filling an empty project with the tasks of another: one of the ways in which a plan begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.changes import changing
from projects.errors import RuleBrokenError
from projects.permissions import Right, System, rights_in
from projects.worktime.errors import WorktimeError
from tasks.copying import rows
from tasks.copying.services import shift_of
from tasks.models import Task
from tasks.plan.refusals import refused
from tasks.plan.rescheduling import reschedule

if TYPE_CHECKING:
    from projects.models import Project, User


def fill_project(*, project: Project, source: Project, actor: User | System) -> int:
    """Copy tasks, links and constraints of `source`, moved to the first day of `project`; returns how many tasks.

    People, progress and hours stay behind, and costs too where the actor may not see them there. The project keeps its
    own period and calendar. Raises RuleBrokenError where it has tasks already or the source has none, NotAllowedError.
    """
    with changing(project, actor=actor) as record:
        if Task.objects.filter(project=project, deleted_at__isnull=True).exists():
            raise RuleBrokenError(
                _("「%(name)s」にはすでにタスクがあります。写せるのは、タスクのないプロジェクトだけです。")
                % {"name": project.name}
            )
        try:
            shift, calendars = shift_of(source, project.start_date), rows.copy_calendars(source, project)
            ids = rows.copy_tasks(source, project, shift, calendars, copies_people=False)
        except WorktimeError as error:
            raise refused(error) from error
        if not ids:
            raise RuleBrokenError(
                _("「%(name)s」にはタスクがありません。別のプロジェクトを選んでください。")
                % {"name": source.name},
                field="source",
            )
        rows.copy_links(source, project, ids)
        if not isinstance(actor, System) and Right.SEE_MONEY not in rights_in(actor, source):
            Task.objects.filter(project=project).update(fixed_cost=0, field_amounts=None)
        project.field_ids = list(dict.fromkeys([*project.field_ids, *source.field_ids]))
        project.save(update_fields=["field_ids", "updated_at"])
        # By its id alone: who reads the history need not see the source, and is then not told its code.
        entry = record("project.copied", target=project, after={"source": source.pk, "tasks": len(ids)})
        reschedule(project, record=record)
        # Every task is new, so a list of all that moved would only repeat the plan.
        entry.consequences = None
    return len(ids)
