"""Reading what was agreed on, and what has been changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from projects.permissions import Right, rights_in
from projects.worktime.moments import day_of, ends_on, first_day_of
from reports.api import shapes
from reports.api.finding import LARGEST, Cursor, Limit, page_of, project_of, signed_in, unchanged
from reports.history.selectors import entries_of, readable
from tasks.baselines.selectors import baselines_of
from tasks.models import Baseline, BaselineTask

if TYPE_CHECKING:
    from projects.models import AuditEntry
    from reports.history.selectors import HistoryLine

router = Router(tags=["plans"])
#: Entries of a page: each may tell of thousands of tasks that moved along.
MOST_CHANGES: Final = 100
Since = Annotated[int, Query(0, ge=0, le=LARGEST, description="The revision that is known already.")]


@router.get("/projects/{int:project_id}/baselines", response={200: shapes.BaselinePage, **shapes.PROBLEMS})
def baseline_list(
    request: HttpRequest, response: HttpResponse, project_id: int, cursor: Cursor, limit: Limit
) -> Any:
    """Baselines of the project."""
    project = project_of(request, project_id)
    if (answer := unchanged(request, response, project)) is not None:
        return answer
    rows = baselines_of(project)
    found, following = page_of(rows, key="pk", cursor=cursor, limit=limit, key_of=lambda row: row.pk)
    items = [_baseline_out(each) for each in found]
    return {"items": items, "next_cursor": following, "revision": project.revision}


def _baseline_out(baseline: Baseline) -> dict[str, Any]:
    same = ("name", "reason", "taken_at", "is_chosen", "is_whole", "number", "revision", "task_count")
    return {
        "id": baseline.pk, **{name: getattr(baseline, name) for name in same}, "taken_by": baseline.taken_by.display_name,
        "start": day_of(first_day_of(baseline.start_minute)), "finish": ends_on(baseline.finish_minute),
    }  # fmt: skip


@router.get(
    "/projects/{int:project_id}/baselines/{int:baseline_id}/tasks",
    response={200: shapes.BaselineTaskPage, **shapes.PROBLEMS},
)
def baseline_task_list(
    request: HttpRequest, response: HttpResponse, project_id: int, baseline_id: int, cursor: Cursor, limit: Limit,
) -> Any:  # fmt: skip
    """The rows of a baseline; the cursor is an id of a task."""
    project = project_of(request, project_id)
    baseline = get_object_or_404(baselines_of(project), pk=baseline_id)
    if (answer := unchanged(request, response, project)) is not None:
        return answer
    rows = BaselineTask.objects.filter(baseline=baseline)
    found, following = page_of(
        rows, key="task_id", cursor=cursor, limit=limit, key_of=lambda row: row.task_id
    )
    same = ("task_id", "duration_minutes", "work_minutes", "is_summary", "is_milestone", "is_critical")
    items = [
        {
            **{name: getattr(row, name) for name in same}, "row": row.row_number,
            "start": day_of(first_day_of(row.start_minute)), "finish": ends_on(row.finish_minute),
        }
        for row in found
    ]  # fmt: skip
    return {"items": items, "next_cursor": following, "revision": project.revision}


@router.get("/projects/{int:project_id}/changes", response={200: shapes.ChangePage, **shapes.PROBLEMS})
def change_list(
    request: HttpRequest, response: HttpResponse, project_id: int, since: Since, cursor: Cursor,
    limit: Annotated[int, Query(MOST_CHANGES, ge=1, le=MOST_CHANGES, description="How many at most.")],
) -> Any:  # fmt: skip
    """What was changed since a revision, the oldest first: who, when, before and after, and which tasks moved along."""
    project = project_of(request, project_id)
    if (answer := unchanged(request, response, project)) is not None:
        return answer
    user = signed_in(request).user
    entries = entries_of(project).filter(project=project, revision__gt=since)
    found, following = page_of(entries, key="pk", cursor=cursor, limit=limit, key_of=lambda row: row.pk)
    lines = readable(found, viewer=user, sees_money=Right.SEE_MONEY in rights_in(user, project))
    items = [_change_out(entry, line) for entry, line in zip(found, lines, strict=True)]
    return {"items": items, "next_cursor": following, "revision": project.revision}


def _change_out(entry: AuditEntry, line: HistoryLine) -> dict[str, Any]:
    consequences = entry.consequences if isinstance(entry.consequences, dict) else {}
    return {
        "id": entry.pk, "revision": entry.revision, "at": line.at, "who": line.who, "action": entry.action,
        "task_id": entry.target_id if entry.target_type == "task" else None, "sentence": line.sentence,
        "changes": [{"label": each.label, "before": each.before, "after": each.after} for each in line.changes],
        "moved": line.moved_along, "moved_task_ids": [move[0] for move in consequences.get("moves", []) if move],
    }  # fmt: skip
