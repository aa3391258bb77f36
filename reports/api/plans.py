"""Reading projects and their plans: each operation asks the selectors that the pages ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from projects.models import Project
from projects.permissions import rights_in
from projects.worktime.moments import day_of, ends_on, first_day_of
from reports.api import shapes
from reports.api.finding import LARGEST, Cursor, Limit, entered, page_of, project_of, signed_in, unchanged
from reports.api.tasks import rows_asked, task_out
from reports.api.values import TREE, choices_of, columns_for, columns_named, usual_columns
from tasks.milestones.selectors import milestones_of
from tasks.models import Assignment, TaskLink
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection

router = Router(tags=["plans"])
MINUTES_PER_HOUR = 60
Columns = Annotated[
    str,
    Query(
        "",
        max_length=1_000,
        pattern=r"^[a-z0-9_, ]*$",
        description="Names of columns, with commas between; empty: those of the sheet.",
    ),
]
FilterText = Annotated[
    str,
    Query(
        "",
        alias="filter",
        max_length=1_000,
        pattern=shapes.NO_NUL,
        description="As in the address of the sheet: `late mine or start.from.2026-04-01`.",
    ),
]


@router.get("/token", response={200: shapes.TokenOut, **shapes.PROBLEMS})
def token(request: HttpRequest) -> Any:
    """Whose token this is, and what it may do."""
    own = entered(request).token
    return {
        "person": own.user.display_name, "organization": own.organization.name, "organization_id": own.organization_id,
        "name": own.name, "scope": own.scope, "project_ids": own.project_ids, "expires_at": own.expires_at,
    }  # fmt: skip


@router.get("/projects", response={200: shapes.ProjectPage, **shapes.PROBLEMS})
def project_list(
    request: HttpRequest, cursor: Cursor, limit: Limit,
    code: Annotated[str, Query("", max_length=50, pattern=shapes.NO_NUL, description="The one with this code.")],
    status: Annotated[str, Query("", max_length=12, pattern=shapes.NO_NUL, description="Those in this state.")],
) -> Any:  # fmt: skip
    """The projects that the token reaches, in the order in which they were made."""
    projects = Project.objects.visible_to(signed_in(request).user)
    if code:
        projects = projects.filter(code=code)
    if status:
        projects = projects.filter(status=status)
    found, following = page_of(projects, key="pk", cursor=cursor, limit=limit, key_of=lambda row: row.pk)
    return {"items": _projects_out(request, found), "next_cursor": following}


@router.get("/projects/{int:project_id}", response={200: shapes.ProjectOut, **shapes.PROBLEMS})
def project_detail(request: HttpRequest, response: HttpResponse, project_id: int) -> Any:
    """One project."""
    project = project_of(request, project_id)
    return unchanged(request, response, project) or _projects_out(request, [project])[0]


def _projects_out(request: HttpRequest, projects: Collection[Project]) -> list[dict[str, Any]]:
    above = {project.parent_id for project in projects if project.parent_id}
    seen = set()
    if above:
        visible = Project.objects.visible_to(signed_in(request).user).filter(pk__in=above)
        seen = set(visible.values_list("pk", flat=True))
    return [_project_out(project, seen) for project in projects]


def _project_out(project: Project, seen: Collection[int]) -> dict[str, Any]:
    start, finish = project.planned_start_minute, project.planned_finish_minute
    same = ("code", "name", "description", "category", "tags", "status", "start_date", "end_date", "task_count", "calendar_id", "revision", "updated_at")  # fmt: skip
    return {
        "id": project.pk, **{name: getattr(project, name) for name in same},
        "planned_start": None if start is None else day_of(first_day_of(start)), "planned_finish": ends_on(finish),
        "progress": project.progress_percentage, "parent_id": project.parent_id if project.parent_id in seen else None,
    }  # fmt: skip


@router.get("/projects/{int:project_id}/columns", response={200: shapes.ColumnList, **shapes.PROBLEMS})
def column_list(request: HttpRequest, project_id: int) -> Any:
    """What can be read, filtered and written of its tasks, custom fields among it."""
    project = project_of(request, project_id)
    rights = rights_in(signed_in(request).user, project)
    usual = set(usual_columns(rights))
    items = [
        {
            "name": column.name, "title": column.title, "help": str(column.help), "kind": column.kind,
            "operators": list(column.operators), "choices": choices_of(column),
            "is_editable": column.edit is not None and column.edit.needs in rights, "is_usual": column in usual,
        }
        for column in columns_for(rights)
    ]  # fmt: skip
    return {"items": items}


@router.get("/projects/{int:project_id}/tasks", response={200: shapes.TaskPage, **shapes.PROBLEMS})
def task_list(
    request: HttpRequest, response: HttpResponse, project_id: int, cursor: Cursor, limit: Limit,
    columns: Columns, filter_text: FilterText,
) -> Any:  # fmt: skip
    """Tasks from top to bottom; with a filter those alone that it finds."""
    project = project_of(request, project_id)
    if (answer := unchanged(request, response, project)) is not None:
        return answer
    user = signed_in(request).user
    chosen = columns_named(columns, rights_in(user, project))
    rows, following = rows_asked(project, user, chosen, filter_text, cursor=cursor, limit=limit)
    look = make_look(project)
    items = [task_out(row, chosen, look) for row in rows]
    return {"items": items, "next_cursor": following, "revision": project.revision}


@router.get(
    "/projects/{int:project_id}/tasks/{int:task_id}", response={200: shapes.TaskOut, **shapes.PROBLEMS}
)
def task_detail(
    request: HttpRequest, response: HttpResponse, project_id: int, task_id: int, columns: Columns
) -> Any:
    """One task."""
    project = project_of(request, project_id)
    chosen = columns_named(columns, rights_in(signed_in(request).user, project))
    row = rows_of(project, [min(task_id, LARGEST)], (*chosen, TREE), on=timezone.localdate())
    if not row:
        raise Http404
    return unchanged(request, response, project) or task_out(row[task_id], chosen, make_look(project))


@router.get("/projects/{int:project_id}/links", response={200: shapes.LinkPage, **shapes.PROBLEMS})
def link_list(
    request: HttpRequest, response: HttpResponse, project_id: int, cursor: Cursor, limit: Limit
) -> Any:
    """Which task waits for which."""
    project = project_of(request, project_id)
    if (answer := unchanged(request, response, project)) is not None:
        return answer
    alive = {"predecessor__deleted_at__isnull": True, "successor__deleted_at__isnull": True}
    links = TaskLink.objects.filter(project=project, **alive)
    found, following = page_of(links, key="pk", cursor=cursor, limit=limit, key_of=lambda row: row.pk)
    items = [
        {
            "id": link.pk, "predecessor_id": link.predecessor_id, "successor_id": link.successor_id, "type": link.link_type,
            "lag_kind": link.lag_kind, "lag_minutes": link.lag_minutes, "lag_percent": link.lag_percent,
        }
        for link in found
    ]  # fmt: skip
    return {"items": items, "next_cursor": following, "revision": project.revision}


@router.get(
    "/projects/{int:project_id}/assignments", response={200: shapes.AssignmentPage, **shapes.PROBLEMS}
)
def assignment_list(
    request: HttpRequest, response: HttpResponse, project_id: int, cursor: Cursor, limit: Limit
) -> Any:
    """Who works on what."""
    project = project_of(request, project_id)
    if (answer := unchanged(request, response, project)) is not None:
        return answer
    rows = Assignment.objects.filter(project=project, task__deleted_at__isnull=True).select_related(
        "resource"
    )
    found, following = page_of(rows, key="pk", cursor=cursor, limit=limit, key_of=lambda row: row.pk)
    items = [
        {
            "id": row.pk, "task_id": row.task_id, "resource_id": row.resource_id, "resource": row.resource.name,
            "units": float(row.units_percentage), "work": _hours(row.work_minutes),
            "actual_work": _hours(row.actual_work_minutes), "remaining_work": _hours(row.remaining_work_minutes),
        }
        for row in found
    ]  # fmt: skip
    return {"items": items, "next_cursor": following, "revision": project.revision}


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / MINUTES_PER_HOUR, 4)


@router.get("/projects/{int:project_id}/milestones", response={200: shapes.MilestoneList, **shapes.PROBLEMS})
def milestone_list(request: HttpRequest, project_id: int) -> Any:
    """Milestones of the project and of those below it, by their day."""
    project = project_of(request, project_id)
    found = milestones_of(project, signed_in(request).user, today=timezone.localdate())
    names = list(shapes.MilestoneOut.model_fields)
    return {
        "items": [
            {name: each.pk if name == "id" else getattr(each, name) for name in names} for each in found
        ]
    }
