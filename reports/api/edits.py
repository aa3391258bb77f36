"""Writing plans by programs: each operation is one use case that pages call, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from projects.models import TokenScope
from projects.permissions import Right, rights_in
from reports.api import sent
from reports.api.finding import project_of, signed_in
from reports.api.plans import router
from reports.api.values import cells_of, typed_values
from reports.api.writing import Asking, DryRun, IfMatch, Key, Written, write
from tasks.editing.links import link_two, unlink
from tasks.editing.tree import delete_tasks
from tasks.editing.writing import write_cells
from tasks.models import Task, TaskLink
from tasks.pasting.layout import PastedRow
from tasks.pasting.placing import Anchor
from tasks.pasting.services import Asked, apply_paste
from tasks.progress.services import report_progress
from tasks.sheet.columns.registry import registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project

MINUTES_PER_HOUR: Final = 60
ANSWERS: Final = {200: sent.Outcome, **sent.WRITE_PROBLEMS}
MADE: Final = {200: sent.Outcome, 201: sent.Outcome, **sent.WRITE_PROBLEMS}


@router.patch("/projects/{int:project_id}/tasks", response=ANSWERS)
def tasks_change(
    request: HttpRequest, response: HttpResponse, project_id: int, body: sent.TaskChangesIn,
    if_match: IfMatch, key: Key, dry_run: DryRun,
) -> Any:  # fmt: skip
    """Write values of up to 1,000 tasks as one change: all of them, or none."""
    values = {item.id: item.values for item in body.items}
    return _change(Asking(request, response, if_match, key, dry_run), project_id, values)


@router.patch("/projects/{int:project_id}/tasks/{int:task_id}", response=ANSWERS)
def task_change(
    request: HttpRequest, response: HttpResponse, project_id: int, task_id: int, body: sent.TaskIn,
    if_match: IfMatch, key: Key, dry_run: DryRun,
) -> Any:  # fmt: skip
    """Write values of one task, as if they were typed into the sheet."""
    asking = Asking(request, response, if_match, key, dry_run)
    return _change(asking, project_id, {task_id: body.values}, of_address=task_id)


def _change(
    asking: Asking, project_id: int, values: Mapping[int, Mapping[str, Any]], *, of_address: int | None = None
) -> Any:
    """Who reports alone may write those columns alone that a report needs.

    A task of the address is looked for behind the key: what was answered once stays so when the task has been deleted since.
    """
    project_of(asking.request, project_id)
    needs = {_needs(name) for named in values.values() for name in named}
    if needs == {Right.REPORT_PROGRESS}:
        asking = Asking(
            asking.request, asking.response, asking.if_match, asking.key, asking.dry_run,
            TokenScope.PROGRESS, Right.REPORT_PROGRESS,
        )  # fmt: skip

    def make(project: Project) -> Written:
        user = signed_in(asking.request).user
        rights = rights_in(user, project)
        if of_address is not None:
            _task(project.pk, of_address)
        cells = [cell for pk, named in values.items() for cell in cells_of(pk, named, rights)]
        return Written(write_cells(project=project, cells=cells, actor=user).change)

    return write(asking, project_id, make)


def _needs(name: str) -> Right:
    edit = registry[name].edit if name in registry else None
    return edit.needs if edit else Right.EDIT_PLAN


@router.post("/projects/{int:project_id}/tasks", response=MADE)
def tasks_add(
    request: HttpRequest, response: HttpResponse, project_id: int, body: sent.NewTasksIn,
    if_match: IfMatch, key: Key, dry_run: DryRun,
) -> Any:  # fmt: skip
    """Add up to 1,000 tasks as one change."""

    def make(project: Project) -> Written:
        user = signed_in(request).user
        rights = rights_in(user, project)
        rows = [
            PastedRow(
                at, item.depth, {column.name: text for column, text in typed_values(item.values, rights)}, {}
            )
            for at, item in enumerate(body.items)
        ]
        anchor = Anchor(body.after, "after" if body.after else "", body.level)
        looked = apply_paste(project=project, asked=Asked(rows=rows, anchor=anchor), actor=user)
        made = looked.placing.made if looked.placing else {}
        assert looked.change is not None  # it was made
        return Written(looked.change, [made[at] for at in sorted(made)])

    return write(Asking(request, response, if_match, key, dry_run, status=201), project_id, make)


@router.delete("/projects/{int:project_id}/tasks/{int:task_id}", response=ANSWERS)
def task_delete(
    request: HttpRequest, response: HttpResponse, project_id: int, task_id: int,
    if_match: IfMatch, key: Key, dry_run: DryRun,
) -> Any:  # fmt: skip
    """Delete a task with all below it."""

    def make(project: Project) -> Written:
        task = _task(project.pk, task_id)
        return Written(delete_tasks(project=project, task_ids=[task.pk], actor=signed_in(request).user))

    return write(Asking(request, response, if_match, key, dry_run), project_id, make)


@router.post("/projects/{int:project_id}/tasks/{int:task_id}/progress", response=ANSWERS)
def progress_report(
    request: HttpRequest, response: HttpResponse, project_id: int, task_id: int, body: sent.ProgressIn,
    if_match: IfMatch, key: Key, dry_run: DryRun,
) -> Any:  # fmt: skip
    """Report how far a task is; contributors on their own tasks."""

    def make(project: Project) -> Written:
        task = _task(project.pk, task_id)
        change = report_progress(
            task=task, actor=signed_in(request).user, percentage=body.progress, note=body.note,
            added_work_minutes=round(body.added_work * MINUTES_PER_HOUR), is_on_hold=body.is_on_hold,
        )  # fmt: skip
        project.revision = change.project.revision
        return Written(change)

    asking = Asking(request, response, if_match, key, dry_run, TokenScope.PROGRESS, Right.REPORT_PROGRESS)
    return write(asking, project_id, make)


@router.post("/projects/{int:project_id}/links", response=MADE)
def link_add(
    request: HttpRequest, response: HttpResponse, project_id: int, body: sent.LinkIn,
    if_match: IfMatch, key: Key, dry_run: DryRun,
) -> Any:  # fmt: skip
    """Let a task wait for another; a link that is there takes the type and keeps its lag."""

    def make(project: Project) -> Written:
        task = _task(project.pk, body.successor_id)
        user = signed_in(request).user
        return Written(
            link_two(task=task, predecessor_id=body.predecessor_id, link_type=body.type, actor=user)
        )

    return write(Asking(request, response, if_match, key, dry_run, status=201), project_id, make)


@router.delete("/projects/{int:project_id}/links/{int:link_id}", response=ANSWERS)
def link_delete(
    request: HttpRequest, response: HttpResponse, project_id: int, link_id: int,
    if_match: IfMatch, key: Key, dry_run: DryRun,
) -> Any:  # fmt: skip
    """Take a link away."""

    def make(project: Project) -> Written:
        link = get_object_or_404(TaskLink.objects.filter(project=project), pk=link_id)
        ends = [link.predecessor_id, link.successor_id]
        return Written(unlink(project=project, task_ids=ends, actor=signed_in(request).user))

    return write(Asking(request, response, if_match, key, dry_run), project_id, make)


def _task(project_id: int, task_id: int) -> Task:
    """A task of a project that is seen. Raises Http404."""
    found = Task.objects.alive().select_related("project").filter(project=project_id, pk=task_id).first()
    if found is None:
        raise Http404
    return found
